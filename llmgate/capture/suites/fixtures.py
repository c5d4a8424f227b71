"""A case, who it is sent by and a target → the YAML of a fixture; one from which something is lost stays a draft."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue, ValidationError

from llmgate import documents
from llmgate.capture.suites.case import Case, Lost, Sender
from llmgate.documents import writing
from llmgate.fixture import RESERVED_VARIABLES, Fixture

MAX_TITLE_CHARS = 200
MAX_MISSING = 50

UNNAMED = "inputs"
"""The variable of an input that has no name: it goes into the only one that the prompt has."""

_CONTEXT = "context"

Redact = Callable[[JsonValue], JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A fixture's text, and what is lost of its case; no text where it makes no fixture at all."""

    id: str
    text: str = ""
    draft: bool = False
    lost: tuple[Lost, ...] = ()


def made(case: Case, sender: Sender, target: str, *, source: str, name: str, redact: Redact) -> Made:
    """Write a fixture under a name."""
    whole: dict[str, Any] = _full({"title": _title(case), "origin": {"kind": "import", "source": source}})
    given, lost = _input(case, sender)
    whole |= given | _full({"observed": _full({"output": case.output, "expected": case.expected})})
    whole |= _full({"threshold": case.threshold}) | {"assert": list(case.checks)}
    lost = (*case.lost, *sender.lost, *lost, *_unchecked(case))
    clean: Any = redact(whole)
    if clean != whole:
        lost = (*lost, _lost(case, "a secret, which stands in the case and is replaced"))
    missing = list(dict.fromkeys(each.what for each in lost))[:MAX_MISSING]
    head = {"id": name, "target": target} | ({"draft": True} if lost else {})
    content = {**head, **clean, **({"completeness": {"missing": missing}} if missing else {})}
    try:
        Fixture.model_validate(content)
    except ValidationError as error:
        return Made(id=name, lost=(*lost, _lost(case, f"the case: it makes no valid fixture: {_complaint(error)}")))
    return Made(
        id=name, text=_comments(case, source, missing) + writing.yaml(_ordered(content)), draft=bool(lost), lost=lost
    )


def _full(held: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in held.items() if item is not None and item not in ({}, "", [])}


def _title(case: Case) -> str:
    return documents.printable(" ".join(case.title.split()), MAX_TITLE_CHARS)


def _input(case: Case, sender: Sender) -> tuple[dict[str, Any], tuple[Lost, ...]]:
    """Give each variable its place: `context` is the text of the documents, and what the case lacks is empty."""
    own = {key: value for key, value in case.variables.items() if key not in RESERVED_VARIABLES}
    needed = [key for key in sender.variables if key not in RESERVED_VARIABLES]
    if own.keys() == {UNNAMED} and len(needed) == 1:
        own = {needed[0]: own[UNNAMED]}
    found: dict[str, Any] = _full({"input": _full({"variables": {**dict.fromkeys(needed, ""), **own}})})
    lost = []
    for key in sorted(RESERVED_VARIABLES & case.variables.keys()):
        value = case.variables[key]
        if key == _CONTEXT and isinstance(value, str):
            found |= {"context": {"text": value}}
        else:
            lost.append(_lost(case, f"the variable {key!r}: llmgate fills it in from context.documents"))
    return found | _full({"tools": _full({"definitions": list(sender.tools)})}), tuple(lost)


def _unchecked(case: Case) -> tuple[Lost, ...]:
    """A fixture that checks nothing would be none; promptfoo lets such a case pass whatever the answer is."""
    if any(check.get("weight", 1) > 0 for check in case.checks):
        return ()
    return () if case.lost else (_lost(case, "nothing is asserted of the answer; say what must hold of it"),)


def _ordered(content: dict[str, Any]) -> dict[str, Any]:
    last = ("threshold", "assert")
    return {key: item for key, item in content.items() if key not in last} | {
        key: content[key] for key in last if key in content
    }


def _comments(case: Case, source: str, missing: list[str]) -> str:
    head = f"# Imported from {source}: {json.dumps(case.file)}\n"
    about = f"# metadata: {json.dumps(case.metadata, sort_keys=True)[:1_000]}\n" if case.metadata else ""
    end = "# Something is not imported, see `completeness`: add it here or do without, then remove the line `draft`.\n"
    return head + about + (end if missing else "")


def _lost(case: Case, what: str) -> Lost:
    return Lost(file=case.file, line=case.line, what=what)


def _complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(str(each) for each in first['loc'][:6])}: {first['msg']}"
