"""What was found and chosen → the entries of llmgate.yaml, and which target sends each case of a suite."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from llmgate.capture.suites import proposing
from llmgate.capture.suites.case import Sender, slug
from llmgate.config import ModelEntry
from llmgate.init import pinning
from llmgate.init.choices import Choices, Gated
from llmgate.init.found import Found, FoundSuite
from llmgate.prompts import Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One sender of a suite, and the target that stands for it."""

    suite: FoundSuite
    sender: Sender
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """`models` and `targets` of llmgate.yaml; `texts` are prompts that become files, by path."""

    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    targets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sending: tuple[Sending, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    def of_prompt(self, reference: str) -> tuple[str, ...]:
        """List the targets that send a prompt themselves."""
        return tuple(name for name, entry in sorted(self.targets.items()) if entry["prompt"] == reference)


def providers(found: Found, made: Entries) -> tuple[str, ...]:
    """Name the providers that the targets ask."""
    asked = {entry["model"] for entry in made.targets.values()}
    named = {name: entry["provider"] for name, entry in made.models.items()}
    known = {name: entry.provider for name, entry in found.models.items()} | named
    return tuple(sorted({known[name] for name in asked if name in known}))


def entries(found: Found, choices: Choices) -> Entries:
    """Give each gated prompt a target, and each pair of a prompt and a model that a suite asks."""
    if found.written is not None:
        return _written(found, choices)
    made = _Made(found=found, choices=choices)
    made.models.update({name: _dumped(entry) for name, entry in choices.models.items()})
    sent = _sent_by_suites(found, choices.suites)
    for gated in choices.gated:
        if gated.prompt not in sent:
            made.add(_stem(found, gated.prompt), gated)
    for suite in choices.suites:
        for sender in suite.suite.senders or _only(made.targets, found):
            made.take(suite, sender)
    return Entries(models=made.models, targets=made.targets, sending=tuple(made.sending), texts=made.texts)


def _written(found: Found, choices: Choices) -> Entries:
    """Take the targets that are there; a suite goes to those that send its prompts already."""
    known = found.written.prompted if found.written else {}
    targets = {name: entry.model_dump(mode="json", exclude_defaults=True) for name, entry in known.items()}
    sending = [
        Sending(suite=suite, sender=sender, target=name)
        for suite in choices.suites
        for sender in suite.suite.senders
        for name in _senders_of(sender, {each: found.surface.depends(each) for each in targets})
    ]
    return Entries(targets=targets, sending=tuple(sending))


def _senders_of(sender: Sender, targets: Mapping[str, frozenset[str]]) -> list[str]:
    return proposing.sending({sender.prompt}, targets) or proposing.sending({sender.file}, targets)


def _own_file(found: Found, sender: Sender) -> str:
    """Prefer the application's own file where a suite sends it as it is: it stays when the suite goes."""
    theirs = found.surface.prompts.get(sender.prompt)
    own = next((each for each in found.prompts if each.reference == sender.file), None)
    if theirs is None or own is None or set(own.variables) != set(theirs.variables):
        return sender.prompt
    is_alike = [turn.role for turn in own.turns] == [turn.role for turn in theirs.turns]
    return own.reference if is_alike else sender.prompt


def _sent_by_suites(found: Found, suites: tuple[FoundSuite, ...]) -> set[str]:
    """List the prompts that suites send, but those of the repository's own that have a target of their own anyway."""
    own = {prompt.reference for prompt in found.prompts}
    sent: set[str] = set()
    for sender in (sender for suite in suites for sender in suite.suite.senders if sender.prompt not in own):
        prompt = found.surface.prompts.get(sender.prompt)
        sent.update(prompt.dependencies if prompt else ())
    return {prompt.reference for prompt in found.prompts if sent & {prompt.reference, prompt.path}}


def is_instruction(prompt: Prompt) -> bool:
    """Tell whether a prompt is one text that nothing goes into: such a one stands before what the user says."""
    return not prompt.variables and all(turn.role is None for turn in prompt.turns)


def _only(targets: Mapping[str, Mapping[str, Any]], found: Found) -> tuple[Sender, ...]:
    """A suite without prompts belongs to the only target, where there is only one."""
    if len(targets) != 1:
        return ()
    reference = next(iter(targets.values()))["prompt"]
    prompt = next((each for each in found.prompts if each.reference == reference), None)
    needed = tuple(each for each in prompt.variables if each not in prompt.defaults) if prompt else ()
    return (Sender(name=next(iter(targets)), prompt=reference, variables=needed),)


def _stem(found: Found, reference: str) -> str:
    """Name a target after its prompt: by the prompt's own name, else by the file's."""
    prompt = next(each for each in found.prompts if each.reference == reference)
    return slug(prompt.name) or slug(prompt.path.rsplit("/", 1)[-1].split(".", 1)[0]) or "prompt"


@dataclass(slots=True, kw_only=True)
class _Made:
    """What has been named so far."""

    found: Found
    choices: Choices
    models: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)
    sending: list[Sending] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, gated: Gated) -> str:
        """Name a target, as a prompt with a model has it already or anew."""
        prompt = self.found.surface.prompts.get(gated.prompt)
        entry = {"kind": "prompt", "prompt": gated.prompt, "model": gated.model}
        entry |= {"role": "system"} if prompt is not None and is_instruction(prompt) else {}
        for free in proposing.names(name):
            if self.targets.setdefault(free, entry) == entry:
                return free
        raise ValueError("names have no end")

    def take(self, suite: FoundSuite, sender: Sender) -> None:
        own = [name for name, entry in self.targets.items() if entry["prompt"] == sender.prompt and not sender.provider]
        for target in own or [self._new(suite, sender)]:
            self.sending.append(Sending(suite=suite, sender=sender, target=target))

    def _new(self, suite: FoundSuite, sender: Sender) -> str:
        prompt = _own_file(self.found, sender)
        if sender.inline is not None:
            prompt = self._file(slug(prompt.partition("#")[2].removeprefix("prompts")) or "prompt", sender.inline)
        name = slug(sender.name) or slug(suite.form)
        return self.add(name, Gated(prompt=prompt, model=self._model(sender)))

    def _file(self, name: str, text: str) -> str:
        """Choose the file of a prompt that has no name but its text."""
        paths = (f"prompts/{free}.jinja" for free in proposing.names(name))
        path = next(path for path in paths if path not in self.found.paths and self.texts.get(path, text) == text)
        self.texts[path] = text
        return path

    def _model(self, sender: Sender) -> str:
        """Use the entry that stands in the suite's own file where a target can name it, so that its edits are gated."""
        try:
            entry = ModelEntry.model_validate(sender.model)
        except ValidationError:
            return self.choices.model
        known = (name for name, model in self.found.models.items() if model == entry)
        if (name := next(known, None)) is not None:
            return name
        entry = entry.model_copy(update={"model": pinning.proposed(entry.provider, entry.model) or entry.model})
        stems = proposing.names(slug(entry.model) or "model")
        for free in itertools.filterfalse(self.found.models.__contains__, stems):
            if self.models.setdefault(free, _dumped(entry)) == _dumped(entry):
                return free
        raise ValueError("names have no end")


def _dumped(entry: ModelEntry) -> dict[str, Any]:
    return {key: item for key, item in entry.model_dump(mode="json").items() if item != {}}
