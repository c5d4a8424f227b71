"""A fixture and a revision's indexes → what the index that its documents come from has, where that can be read."""

from __future__ import annotations

from collections.abc import Mapping

from llmgate.errors import ConfigurationError
from llmgate.fixture import Fixture
from llmgate.retrieval.indexes import Indexes


def hashes(fixture: Fixture, indexes: Indexes | None) -> Mapping[str, str] | None:
    """Map the ids of the index to the hashes of their texts.

    None where documents may come from elsewhere: of a fixture that replays them and names no index, and of an index
    in a store.
    """
    if indexes is None or (name := _index(fixture, indexes)) is None or not indexes.has_files(name):
        return None
    try:
        return indexes.corpus(name).built.manifest.hashes
    except ConfigurationError:  # told where the gate reads it
        return None


def _index(fixture: Fixture, indexes: Indexes) -> str | None:
    if fixture.context.index is not None:
        return fixture.context.index.name
    target = indexes.config.targets.get(fixture.target)
    return target.retrieval if target and fixture.retrieval == "live" else None
