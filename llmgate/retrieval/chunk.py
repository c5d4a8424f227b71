"""What a retrieval index holds, as llmgate sees it: chunks with the hashes of their texts, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One piece of a document. `sha256` is in hexadecimal, of the chunk's text in UTF-8."""

    id: str
    document: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """An index as a store has it.

    `name` is the concrete name, with aliases resolved, `asked` the one that the configuration gives. `settings` are
    what the store tells of itself (dimension, metric, the graph's parameters). `chunks` can be read once.
    """

    name: str
    asked: str
    settings: Mapping[str, JsonValue]
    chunks: Iterator[Chunk]
