"""A model entry whose id moves → the dated id that it stands for now."""

from __future__ import annotations

from llmgate.config import ModelEntry
from llmgate.pins import name_of
from llmgate.pins.registry import shipped


def proposed(entry: ModelEntry) -> str | None:
    """Return the id to pin; None where the id has no dated form that is known."""
    owner = name_of(entry.provider)
    record = shipped().of(owner, entry.model)
    if record is not None and record.alias_of is not None:
        return record.alias_of
    dated = shipped().dated(owner, entry.model)
    return dated[-1] if dated else None
