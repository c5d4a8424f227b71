"""The targets of the configuration → units, and the ids of all units that each one's requests depend on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from llmgate import config as configuration
from llmgate import documents
from llmgate.config import TargetEntry
from llmgate.errors import Fault
from llmgate.pins import directory
from llmgate.prompts import Format, Prompt, broken, collection
from llmgate.prompts.unit import Unit, UnitKind, dump
from llmgate.surface import settings
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

    def needed(self, name: str, entry: TargetEntry) -> frozenset[str]:
        """Add a target's unit; return the ids of the units that it depends on, its own among them."""
        return frozenset(self._needed(name, entry))

    def _needed(self, name: str, entry: TargetEntry) -> Iterator[str]:
        line = self.lines.line(("targets", name, "model"))
        prompt = self._prompt(name, entry.prompt)
        known = self.models.get(entry.model)
        model = known or directory.unknown(entry.model, self.models, configuration.PATH, line)
        self.faults.update(fault for fault in (prompt.fault, model.fault) if fault)
        line = self.lines.line(("targets", name))
        yield self.units.add(
            Unit.of_value(f"target:{name}", UnitKind.TARGET, configuration.PATH, dump(entry), line=line)
        )
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
        fault = self.lines.fault(pointer, *self._missing(name, asked, [prompt.reference for prompt in inside]))
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
