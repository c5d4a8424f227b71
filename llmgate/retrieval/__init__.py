"""The name of an engine → what it is: searched by llmgate, or a store whose index is read through an adapter."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Protocol, cast

from pydantic import JsonValue

from llmgate.errors import UsageError
from llmgate.retrieval.chunk import Collection

EMBEDDED = ("fts5", "bm25")
OUTSIDE = ("http", "command")
_ADAPTERS = {
    "chroma": "chroma",
    "elasticsearch": "elasticsearch",
    "opensearch": "elasticsearch",
    "pgvector": "pgvector",
    "qdrant": "qdrant",
}
STORES = tuple(sorted(_ADAPTERS))


class Store(Protocol):
    """An adapter: a module that reads ids and hashes out of a running store. Only reads."""

    ENGINE: str

    def collection(self, options: Mapping[str, JsonValue], key: str | None) -> Collection: ...


def store(engine: str) -> Store:
    """Import the adapter of an engine; nothing of it is loaded before.

    Raises:
        UsageError: where there is no such store, or what its adapter needs is not installed.
    """
    if engine not in _ADAPTERS:
        raise UsageError(
            f"{engine!r} is no store that llmgate can read", id="unknown-engine", remedy=f"stores: {', '.join(STORES)}"
        )
    try:
        return cast(Store, importlib.import_module(f"llmgate.retrieval.adapters.{_ADAPTERS[engine]}"))
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the adapter of {engine!r} cannot be loaded: there is no module {error.name!r}",
            id="extra-missing",
            remedy=f"install llmgate with it: pip install 'llmgate[{engine}]'",
        ) from error
