"""The targets of the configuration → units, and the ids of all units that each one's requests depend on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from llmgate import config as configuration
from llmgate import documents
from llmgate.config import ApplicationEntry, ModelEntry, PromptEntry, TargetEntry
from llmgate.errors import Fault
from llmgate.pins import directory
from llmgate.prompts import Format, Prompt, broken, collection
from llmgate.prompts.unit import Unit, UnitKind, dump
from llmgate.surface import applications, settings
from llmgate.surface.applications import Application
from llmgate.surface.source import Source, Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """What a target's names are looked up in. A prompt that is not there is added to `prompts`, with a fault."""

    source: Source
    units: Units
    prompts: dict[str, Prompt]
    models: Mapping[str, directory.Model]
    lines: documents.Document
    faults: set[Fault] = field(default_factory=set)
    applications: dict[str, Application] = field(default_factory=dict)

    def needed(self, name: str, entry: TargetEntry) -> frozenset[str]:
        """Add a target's units; return the ids of the units that it depends on, its own among them."""
        line = self.lines.line(("targets", name))
        own = self.units.add(
            Unit.of_value(f"target:{name}", UnitKind.TARGET, configuration.PATH, dump(entry), line=line)
        )
        found = self._sent(name, entry) if isinstance(entry, PromptEntry) else self._run(name, entry, line)
        return frozenset({own, *found})

    def _run(self, name: str, entry: ApplicationEntry, line: int) -> Iterator[str]:
        """Read an application: its code, the models that it may ask, and all that stands in its files."""
        models: dict[str, ModelEntry] = {}
        for place, asked in enumerate(entry.models):
            model = self._model(asked, ("targets", name, "models", place))
            models |= {asked: model.entry} if model.entry else {}
            yield from model.units
        self.faults.update(applications.faults(name, self.source, self.lines))
        self.applications[name] = applications.of(name, self.source, models)
        yield from applications.inside(entry, self.units)
        yield self.units.add(applications.unit(name, self.source, self.units, line))
        if entry.retrieval:
            yield from settings.needed(self.units, entry.retrieval)

    def _model(self, name: str, pointer: documents.Pointer) -> directory.Model:
        known = self.models.get(name)
        model = known or directory.unknown(name, self.models, configuration.PATH, self.lines.line(pointer))
        self.faults.update({model.fault} if model.fault else ())
        return model

    def _sent(self, name: str, entry: PromptEntry) -> Iterator[str]:
        prompt = self._prompt(name, entry.prompt)
        model = self._model(entry.model, ("targets", name, "model"))
        self.faults.update({prompt.fault} if prompt.fault else ())
        yield Unit.of_prompt(prompt).id
        included = set(prompt.dependencies) - {prompt.path}
        found = (each for each in self.prompts.values() if {each.path, each.reference} & included)
        yield from (Unit.of_prompt(each).id for each in found)
        yield from model.units
        if entry.retrieval:
            yield from settings.needed(self.units, entry.retrieval)

    def _prompt(self, name: str, asked: str) -> Prompt:
        """Find what a target's `prompt:` names; what is not there becomes a prompt of that name, with a fault."""
        path = file_of(asked, self.source.known)
        inside = [prompt for prompt in self.prompts.values() if prompt.path == path and path in self.source.known]
        for prompt in inside:
            if prompt.reference == asked or prompt.fault or (asked == path and len(inside) == 1):
                return prompt
        pointer = ("targets", name, "prompt")
        fault = self.lines.fault(
            pointer, *self._missing(name, asked, [prompt.reference for prompt in inside]), id="missing-file"
        )
        self.prompts[asked] = broken(asked, Format.TEXT, b"", fault)
        return self.prompts[asked]

    def _missing(self, name: str, asked: str, inside: list[str]) -> tuple[str, str]:
        """Say that a target's prompt is not there, and which one is meant most likely."""
        if inside:
            message = f"target {name!r} names {asked!r}: the file holds {len(inside)} prompts, and none of that name"
            return message, f"name one of {', '.join(sorted(inside)[:10])}"
        likely = collection.closest(asked, self.source.searched())
        message = f"target {name!r} names the prompt {asked!r}: there is no such file in the commit"
        return message, f"did you mean {likely}?" if likely else "a prompt is a regular file of the repository"


def file_of(reference: str, known: frozenset[str]) -> str:
    """Return the file of `path` or `path#name`."""
    return reference if reference in known else reference.rpartition("#")[0] or reference
