"""A revision's surface as a value: every unit that bears on behaviour, and which target needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from llmgate import config as configuration
from llmgate.config import ModelEntry
from llmgate.errors import Fault
from llmgate.pins import directory
from llmgate.pins.asked import Asked
from llmgate.pins.deployments import Deployment
from llmgate.pins.mcp import MovingTool
from llmgate.prompts import Facet, Prompt, digest_of, in_order
from llmgate.prompts.unit import Unit, dump
from llmgate.surface.applications import Application

_OWN = (Facet.MODEL, Facet.PARAMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """All that a revision says about model behaviour, in a fixed order.

    `faults` bar targets from being used: an unknown model, a missing prompt. `prompts` has every prompt by reference;
    one that a target names is there even if it is missing, with a fault. `asked` are all model ids that stand
    anywhere, `deployments` the Azure deployments by name, `tools` the MCP servers whose version moves. `identities`
    tell two versions of a file of the surface apart, whatever it says; `applications` are the targets that are some.
    `listed` are the files that surface.prompts
    names, `patterns` and `files` what was looked for and what was found. `aside` are texts that are no units, among
    which a prompt that has gone may be found again; `including` lists by path or reference the prompts that include a
    prompt.
    """

    units: Mapping[str, Unit]
    prompts: Mapping[str, Prompt]
    models: Mapping[str, directory.Model]
    targets: Mapping[str, frozenset[str]]
    applications: Mapping[str, Application] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    asked: tuple[Asked, ...] = ()
    deployments: Mapping[str, Deployment] = field(default_factory=dict)
    tools: tuple[MovingTool, ...] = ()
    listed: frozenset[str] = frozenset()
    identities: Mapping[str, str] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    aside: Mapping[str, Unit] = field(default_factory=dict)
    including: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def depends(self, target: str) -> frozenset[str]:
        """Return the ids of all units that a target's requests depend on; none for a target that is not there."""
        return self.targets.get(target, frozenset())

    def prompt(self, reference: str) -> Prompt:
        """Return the prompt that a target names; a file with a single prompt is named by its path.

        Raises:
            KeyError: where the reference was not asked for when the surface was read.
        """
        found = self.prompts.get(reference)
        return found or next(prompt for prompt in self.prompts.values() if prompt.path == reference)

    def model(self, name: str) -> ModelEntry:
        """Return the entry that a target's `model:` names.

        Raises:
            ConfigurationError: where there is none, or it cannot be used.
        """
        return directory.entry(self.models.get(name) or directory.unknown(name, self.models, configuration.PATH, 1))

    def entry(self, target: str) -> ModelEntry | None:
        """Return the model entry that a target uses, or None where there is no such target or it cannot be used."""
        unit = self.units.get(f"target:{target}")
        model = self.models.get(str(unit.value.get("model"))) if unit else None
        return model.entry if model else None

    def asks(self, target: str) -> frozenset[str]:
        """Return the ids of the units that say which model a target asks, and how."""
        if target in self.applications:
            return self.depends(target)  # nobody can tell what it takes out of its files
        unit = self.units.get(f"target:{target}")
        model = self.models.get(str(unit.value.get("model"))) if unit else None
        return model.units if model else frozenset()

    def unsent(self, target: str) -> str:
        """Return the digest of what stands beside a target's model and is never sent."""
        beside = (self.units[name] for name in self.asks(target) if name in self.units)
        return digest_of(sorted(digest_of(part) for unit in beside if (part := unit.part(Facet.SETTINGS))))

    def meaning(self, target: str, facet: Facet) -> Any:
        """Return what a target's entry comes to in one facet, whatever the names that stand in it."""
        unit = self.units[f"target:{target}"]
        value = unit.part(facet)
        match facet:
            case Facet.MODEL if target in self.applications:
                return self.applications[target].asked
            case Facet.MODEL:
                # As JSON: to Python 1, 1.0 and True are equal, and to a request they are not.
                entry = self.entry(target)
                return digest_of(in_order(dump(entry) if entry else value))
            case Facet.SETTINGS:
                settings = self.units.get(f"retrieval:{value.get('retrieval')}")
                return settings.digest if settings else None
            case Facet.STRUCTURE if target in self.applications:
                return value
            case Facet.STRUCTURE:
                prompt = self.prompt(str(value.pop("prompt", "")))
                # A model in the prompt's own file counts where the target asks it, and then as its model.
                own = {facet: digest for facet, digest in prompt.digests.items() if facet not in _OWN}
                return value, own
            case _:
                return value
