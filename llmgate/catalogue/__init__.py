"""The ids of all errors that a user can meet → what each means, and what to do. docs/errors.md is made from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from llmgate.catalogue import checks, files, trials, unjudged, usage
from llmgate.catalogue.entry import Entry, Id

__all__ = ["ENTRIES", "GROUPS", "Entry", "Id"]

GROUPS: Mapping[str, Mapping[Id, Entry]] = MappingProxyType(
    {
        "Files": files.ENTRIES,
        "Usage": usage.ENTRIES,
        "Not evaluated": unjudged.ENTRIES,
        "Trials and calls": trials.ENTRIES,
        "Assertions": checks.ENTRIES,
    }
)
ENTRIES: Mapping[Id, Entry] = MappingProxyType(
    {name: entry for group in GROUPS.values() for name, entry in group.items()}
)
