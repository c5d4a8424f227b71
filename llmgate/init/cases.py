"""The targets of a new gate → a first fixture for each: a case of a suite, an example that was given, or a draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from llmgate.capture import prompt as drafting
from llmgate.capture.suites import fixtures, proposing
from llmgate.capture.suites.case import MAX_CASES, Lost, slug
from llmgate.documents import writing
from llmgate.fixture import RESERVED_VARIABLES
from llmgate.init import targets
from llmgate.init.choices import Example
from llmgate.init.found import Found
from llmgate.init.targets import Entries, Sending
from llmgate.prompts import Prompt

Redact = Callable[[JsonValue], JsonValue]

_HEAD = """\
# A first case, from `llmgate init`: replace it by what your users ask, and say all that must hold of the answer.
"""


@dataclass(slots=True, kw_only=True)
class Cases:
    """Fixtures by path; `lost` is what of the suites is not imported, `tested` are the targets with a fixture."""

    texts: dict[str, str] = field(default_factory=dict)
    tested: set[str] = field(default_factory=set)
    imported: int = 0
    drafts: int = 0
    lost: dict[Lost, None] = field(default_factory=dict)


def cases(
    found: Found, entries: Entries, examples: Mapping[str, Example], known: Mapping[str, str], *, redact: Redact
) -> Cases:
    """Write the cases of suites, then an example or a draft for each target without one.

    `known` are the fixtures that there are: the target of each, by id.
    """
    made = Cases(tested=set(known.values()))
    for sending in entries.sending:
        _import(made, sending, f"{found.folder}/{sending.suite.form}", set(known), redact)
    prompts = {prompt.reference: prompt for prompt in found.surface.prompts.values()}
    taken = {*known, *(path.rpartition("/")[2].removesuffix(".yaml") for path in made.texts)}
    for target, entry in sorted(entries.targets.items()):
        prompt = prompts.get(entry["prompt"])
        if target in made.tested or prompt is None:
            continue
        example = examples.get(prompt.reference)
        name, text = _example(target, example, taken, redact) if example else _draft(target, prompt, taken)
        made.drafts += example is None
        taken.add(name)
        made.texts[f"{found.folder}/{name}.yaml"] = text
        made.tested.add(target)
    return made


def _import(made: Cases, sending: Sending, folder: str, known: set[str], redact: Redact) -> None:
    suite, sender = sending.suite, sending.sender
    for case in suite.suite.cases[: MAX_CASES - len(made.texts)]:
        if case.senders is not None and sender.key not in case.senders:
            continue
        name = case.identity(sending.target)
        path = f"{folder}/{name}.yaml"
        if name in known or path in made.texts:
            continue
        one = fixtures.made(case, sender, sending.target, source=suite.form, name=name, redact=redact)
        made.lost.update(dict.fromkeys(one.lost))
        if one.text:
            made.texts[path] = one.text
            made.imported += 1
            made.drafts += one.draft
            made.tested.add(sending.target)


def _example(target: str, example: Example, taken: set[str], redact: Redact) -> tuple[str, str]:
    name = next(free for free in proposing.names(slug(target) or "prompt") if free not in taken)
    given: dict[str, Any] = {"variables": dict(example.variables)} if example.variables else {}
    given |= {"messages": [{"role": "user", "content": example.message}]} if example.message else {}
    content: dict[str, Any] = {"input": given} if given else {}
    if example.documents:
        content["context"] = {"documents": [{"id": "example", "text": example.documents}]}
    content["assert"] = [{"type": "icontains", "value": example.contains}]
    clean: Any = redact(content)
    return name, _HEAD + writing.yaml({"id": name, "target": target, **clean})


def _draft(target: str, prompt: Prompt, taken: set[str]) -> tuple[str, str]:
    return drafting.draft(target, prompt, taken=taken, is_asked=is_asked(prompt))


def is_asked(prompt: Prompt) -> bool:
    """Tell whether the user speaks behind a prompt: it has no turn of the user, or is a text that nothing goes into."""
    return targets.is_instruction(prompt) or not drafting.asks(prompt)


def needs(prompt: Prompt) -> Iterator[str]:
    """Name the variables that a case has to give."""
    return (name for name in prompt.variables if name not in prompt.defaults and name not in RESERVED_VARIABLES)
