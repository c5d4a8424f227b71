"""The smallest thing that can change: a prompt, a model entry, a retrieval setting, an index, a target or its code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, JsonValue

from llmgate.errors import Fault
from llmgate.prompts.prompt import Facet, Prompt, Rule, digest_of, in_order

_MODEL_FACETS = {
    "model": Facet.MODEL,
    "provider": Facet.MODEL,
    "tools": Facet.TOOLS,
    "response_format": Facet.SCHEMA,
    "responseFormat": Facet.SCHEMA,
    "json_schema": Facet.SCHEMA,
    "jsonSchema": Facet.SCHEMA,
    "schema": Facet.SCHEMA,
}
_TARGET_FACETS = {"model": Facet.MODEL, "models": Facet.MODEL, "retrieval": Facet.SETTINGS, "max_steps": Facet.PARAMS}


class UnitKind(StrEnum):
    PROMPT = "prompt"
    MODEL = "model"
    RETRIEVAL = "retrieval"
    INDEX = "index"
    TARGET = "target"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit of a surface. `digests` are by facet; `value` is what is compared leaf by leaf, empty for prompts.

    `unsent` are the keys of `value` that llmgate compares and never sends, as a router's weights beside a model. `rule`
    says why it was taken for a unit, where nothing declares it.
    """

    id: str
    kind: UnitKind
    path: str
    line: int = 1
    digests: Mapping[Facet, str]
    value: Mapping[str, JsonValue] = field(default_factory=dict)
    unsent: frozenset[str] = frozenset()
    rule: Rule | None = None
    prompt: Prompt | None = None
    opaque: str = ""
    fault: Fault | None = None

    @classmethod
    def of_prompt(cls, prompt: Prompt) -> Self:
        kind = UnitKind.MODEL if prompt.model and not prompt.turns else UnitKind.PROMPT
        return cls(
            id=f"{kind.value}:{prompt.reference}",
            kind=kind,
            path=prompt.path,
            line=prompt.fault.line if prompt.fault else prompt.line,
            digests=prompt.digests,
            rule=prompt.rule,
            prompt=prompt,
            opaque=prompt.opaque,
            fault=prompt.fault,
        )

    @classmethod
    def of_value(
        cls,
        name: str,
        kind: UnitKind,
        path: str,
        value: Mapping[str, JsonValue],
        *,
        line: int = 1,
        unsent: Iterable[str] = (),
        rule: Rule | None = None,
    ) -> Self:
        told = frozenset(unsent)
        made = cls(id=name, kind=kind, path=path, line=line, digests={}, value=value, unsent=told, rule=rule)
        groups = {facet: made.part(facet) for facet in {made.facet(key) for key in value}}
        return replace(made, digests={facet: digest_of(in_order(items)) for facet, items in groups.items()})

    def facet(self, key: str) -> Facet:
        """Return the facet that a key of the value belongs to."""
        match self.kind:
            case UnitKind.MODEL if key in self.unsent and key != "tools":  # which fixtures alone send
                return Facet.SETTINGS
            case UnitKind.MODEL:
                return _MODEL_FACETS.get(key, Facet.PARAMS)
            case UnitKind.TARGET:
                return _TARGET_FACETS.get(key, Facet.STRUCTURE)
            case UnitKind.APPLICATION:
                return Facet.STRUCTURE
            case UnitKind.PROMPT | UnitKind.RETRIEVAL | UnitKind.INDEX:
                return Facet.SETTINGS

    def part(self, *facets: Facet) -> dict[str, JsonValue]:
        """Return the part of the value that these facets are made of."""
        return {key: item for key, item in self.value.items() if self.facet(key) in facets}

    @property
    def digest(self) -> str:
        """What the unit itself says, whatever its name and whatever it includes."""
        digests = sorted(self.digests.items())
        return digest_of([(name.value, value) for name, value in digests if name is not Facet.DEPENDENCIES])


def dump(value: Any) -> dict[str, JsonValue]:
    """Return an entry of the configuration as JSON, without what it leaves open."""
    dumped = value.model_dump(mode="json", exclude_none=True) if isinstance(value, BaseModel) else value
    return dict(dumped)
