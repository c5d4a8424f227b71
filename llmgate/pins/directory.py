"""Model entries from the configuration, from files and from prompts → each by every name that a target may use."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from llmgate.config import ModelEntry
from llmgate.errors import ConfigurationError, Fault
from llmgate.pins import entries
from llmgate.prompts import Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model entry as a target sees it: the entry, or the fault that bars its use.

    `unit` is where it is written; `units` are all that bear on it, as what stands beside it in its file.
    """

    unit: str = ""
    units: frozenset[str] = frozenset()
    entry: ModelEntry | None = None
    fault: Fault | None = None


@dataclass(slots=True, kw_only=True)
class Directory:
    """Names in `declared` win over full key paths, and these over the last keys of key paths."""

    declared: dict[str, Model] = field(default_factory=dict)
    full: dict[str, list[Model]] = field(default_factory=dict)
    last: dict[str, list[Model]] = field(default_factory=dict)

    def add(self, path: str, found: entries.Found, unit: str, beside: Iterable[str] = ()) -> None:
        model = _usable(path, found, unit, frozenset({unit, *beside}))
        self.full.setdefault(found.name, []).append(model)
        if found.last != found.name:
            self.last.setdefault(found.last, []).append(model)

    def add_prompt(self, prompt: Prompt, unit: str) -> None:
        """Let a target use the model that stands with a prompt, under the prompt's name or that of its file."""
        if prompt.model is None:
            return
        stem = prompt.name or prompt.path.rsplit("/", 1)[-1].split(".", 1)[0]
        provider, model = entries.split(prompt.model)
        params = {entries.snake(name): value for name, value in prompt.params.items()}
        found = entries.Found(name=stem, last=stem, line=1, provider=provider, model=model, params=params)
        self.last.setdefault(stem, []).append(_usable(prompt.path, found, unit, frozenset({unit})))

    def named(self) -> dict[str, Model]:
        tables = (_single(self.last), _single(self.full), self.declared)
        return dict(sorted({name: model for table in tables for name, model in table.items()}.items()))


def unknown(name: str, known: Iterable[str], path: str, line: int) -> Model:
    """Return what stands for a model that is not there."""
    names = sorted(known)
    fault = Fault(
        file=path,
        line=line,
        message=f"there is no model {name!r} under `models` or in the files of `surface.models`",
        id="unknown-name",
        remedy=f"{_meant(name, names)}known: {', '.join(names) or 'none'}",
    )
    return Model(fault=fault)


def _meant(name: str, known: list[str]) -> str:
    likely = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {likely[0]}? " if likely else ""


def entry(model: Model) -> ModelEntry:
    """Return the entry, or raise its fault as a ConfigurationError."""
    if model.entry is None:
        raise ConfigurationError([model.fault] if model.fault else [])
    return model.entry


def _single(table: Mapping[str, list[Model]]) -> dict[str, Model]:
    return {name: models[0] if len(models) == 1 else _ambiguous(name, models) for name, models in table.items()}


def _ambiguous(name: str, models: list[Model]) -> Model:
    places = sorted(frozenset().union(*(model.units for model in models)))
    fault = Fault(
        file=places[0].removeprefix("model:").partition("#")[0],
        line=1,
        message=f"{name!r} names several model entries: {', '.join(places)}",
        id="unknown-name",
        remedy="use the whole key path, or put the entry under `models` in llmgate.yaml",
    )
    return Model(units=frozenset(places), fault=fault)


def _usable(path: str, found: entries.Found, unit: str, units: frozenset[str]) -> Model:
    if not found.provider:
        message, remedy = f"the model entry {found.name!r} names no provider", "add `provider:` beside the model"
        return Model(
            unit=unit,
            units=units,
            fault=Fault(file=path, line=found.line, message=message, id="unknown-name", remedy=remedy),
        )
    try:
        made = ModelEntry(provider=found.provider, model=found.model, params=found.params)
    except ValidationError as error:
        message = f"the model entry {found.name!r} cannot be used: {error.errors()[0]['msg']}"
        return Model(
            unit=unit,
            units=units,
            fault=Fault(file=path, line=found.line, message=message, id="unknown-name", remedy="correct it"),
        )
    return Model(unit=unit, units=units, entry=made)
