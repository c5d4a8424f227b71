"""`registry.json` → what is known of single models: aliases, retirements, replacements, each with source and date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from llmgate import documents

FILE = "registry.json"

_DATE = r"(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One model of one provider. `retires` is its announced last day, past or to come."""

    id: str
    provider: str
    source: str
    checked: dt.date
    alias_of: str | None = None
    retires: dt.date | None = None
    replacement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    records: Mapping[tuple[str, str], Record]

    def of(self, provider: str, model: str) -> Record | None:
        return self.records.get((provider, model))

    def dated(self, provider: str, model: str) -> tuple[str, ...]:
        """Return the ids of the same model with a date, as `gpt-4o-2024-08-06` is for `gpt-4o`, newest last."""
        sibling = re.compile(re.escape(model) + "-" + _DATE)
        return tuple(sorted(name for of, name in self.records if of == provider and sibling.fullmatch(name)))

    def checked(self, provider: str) -> dt.date | None:
        """Return the oldest date at which a provider's records were checked."""
        return min((record.checked for record in self.records.values() if record.provider == provider), default=None)


@lru_cache(maxsize=1)
def shipped() -> Registry:
    """Read the registry that is part of this release."""
    data = resources.files(__package__).joinpath(FILE).read_bytes()
    return read(documents.read(FILE, data).value)


def read(value: Mapping[str, Any]) -> Registry:
    records = (_record(item) for item in value["models"])
    return Registry(records={(record.provider, record.id): record for record in records})


def _record(item: Mapping[str, Any]) -> Record:
    dates = {key: dt.date.fromisoformat(item[key]) for key in ("checked", "retires") if key in item}
    return Record(**{**item, **dates})
