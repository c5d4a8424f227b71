"""`registry.json` → what is known of single models: aliases, retirements, replacements, each with source and date."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from typing import Any

from llmgate.pins import releases
from llmgate.pins.pin import Lifecycle, Stage

FILE = "registry.json"

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One model of one provider. `retires` is the first day without it, past or to come.

    `stage` is what the provider itself says; without it the stage follows from `retires`, and that a package has the id
    says nothing of the model's life.
    """

    id: str
    provider: str
    source: str
    checked: dt.date
    alias_of: str | None = None
    retires: dt.date | None = None
    replacement: str | None = None
    stage: Stage | None = None

    def lifecycle(self, today: dt.date) -> Lifecycle:
        if self.stage is not None:
            return Lifecycle(stage=self.stage, ends=self.retires)
        if self.retires is None:
            return Lifecycle()
        return Lifecycle(stage=Stage.RETIRED if self.retires <= today else Stage.RETIRING, ends=self.retires)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What is known of models, by provider and id. `lists` holds the ids in the lists that providers gave themselves.

    `siblings` has the dated ids of each undated one, newest last. Make one with `build`.
    """

    records: Mapping[Key, Record]
    siblings: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, provider: str, model: str) -> Record | None:
        return self.records.get((provider, model))

    def dated(self, provider: str, model: str) -> tuple[str, ...]:
        """Return the ids of the same model with a date, as `gpt-4o-2024-08-06` is for `gpt-4o`, newest last."""
        return self.siblings.get((provider, model), ())

    def names(self, provider: str) -> tuple[str, ...]:
        return tuple(name for of, name in self.records if of == provider)


def build(records: Iterable[Record], lists: Mapping[str, frozenset[str]] | None = None) -> Registry:
    """Index the records; of two of the same model the later one counts."""
    known = {(record.provider, record.id): record for record in records}
    dated: dict[Key, list[tuple[str, str]]] = {}
    for provider, name in known:
        stem, end = releases.split(name)
        if end:
            dated.setdefault((provider, stem), []).append((end, name))
    siblings = {key: tuple(name for _, name in sorted(found)) for key, found in dated.items()}
    return Registry(records=known, siblings=siblings, lists=lists or {})


def overlaid(below: Registry, live: Mapping[str, tuple[Record, ...]]) -> Registry:
    """Put what providers' own lists say, by provider, over a registry; what they do not say of a model stays."""
    told = (_told(below, record) for records in live.values() for record in records)
    lists = {provider: frozenset(record.id for record in records) for provider, records in live.items()}
    return build([*below.records.values(), *told], lists)


def _told(below: Registry, record: Record) -> Record:
    """A list that says nothing of a model's end does not unsay an end that is announced elsewhere."""
    known = below.of(record.provider, record.id)
    if known is None:
        return record
    if record.stage is None and record.retires is None and record.alias_of is None:
        return known
    alias_of, replacement = record.alias_of or known.alias_of, record.replacement or known.replacement
    return replace(record, alias_of=alias_of, replacement=replacement)


@lru_cache(maxsize=1)
def shipped() -> Registry:
    """Read the registry that is part of this release: trusted, so without the lines that `documents` would keep."""
    return read(json.loads(resources.files(__package__).joinpath(FILE).read_bytes()))


def read(value: Mapping[str, Any]) -> Registry:
    return build(_record(item) for item in value["models"])


def _record(item: Mapping[str, Any]) -> Record:
    dates = {key: dt.date.fromisoformat(item[key]) for key in ("checked", "retires") if key in item}
    stage = {"stage": Stage(item["stage"])} if "stage" in item else {}
    return Record(**{**item, **dates, **stage})
