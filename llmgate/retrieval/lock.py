"""`llmgate.lock` ↔ what it says of each index: its digest, counts, concrete name, header and documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from llmgate import documents
from llmgate.errors import ConfigurationError
from llmgate.retrieval.manifest import Header, Manifest

PATH = "llmgate.lock"
SCHEMA = "llmgate.lock/1"
MAX_LOCK_BYTES = 900 * 1024
"""A lock is read up to 1 MiB; above this the documents of the largest index are left out, and no drift names them."""


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class LockedHeader(_Noun):
    embedding: dict[str, JsonValue] = Field(default_factory=dict)
    metric: str | None = None
    splitter: dict[str, JsonValue] = Field(default_factory=dict)
    store: dict[str, JsonValue] = Field(default_factory=dict)

    def header(self) -> Header:
        return Header(embedding=self.embedding, metric=self.metric, splitter=self.splitter, store=self.store)


class Locked(_Noun):
    """One index. `asked` is its name in the configuration, `name` the concrete one; both are of a store's index.

    `documents` maps each document to the root over its chunks, or is None where there are too many to write down.
    """

    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    engine: str
    asked: str | None = None
    name: str | None = None
    chunk_count: int = Field(ge=0)
    document_count: int = Field(ge=0)
    header: LockedHeader
    documents: dict[str, Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]] | None = None


class Lock(_Noun):
    schema_: Literal["llmgate.lock/1"] = Field(alias="schema")
    indexes: dict[str, Locked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An index as it is now: its manifest, and for one in a store its names."""

    engine: str
    manifest: Manifest
    asked: str | None = None
    name: str | None = None


def locked(built: Built) -> Locked:
    manifest = built.manifest
    return Locked(
        digest=manifest.digest,
        engine=built.engine,
        asked=built.asked,
        name=built.name,
        chunk_count=len(manifest.rows),
        document_count=len(manifest.roots),
        header=LockedHeader.model_validate(manifest.header.value()),
        documents=manifest.roots,
    )


def read(data: bytes) -> Lock:
    """Parse and check a lock.

    Raises:
        ConfigurationError: with every fault and its line.
    """
    document = documents.read(PATH, data)
    try:
        return Lock.model_validate(document.value)
    except ValidationError as error:
        found = tuple(documents.faults(document, error))
        remedy = "llmgate writes this file: run `llmgate index lock`"
        raise ConfigurationError(
            documents.fault(fault.file, fault.line, fault.message, remedy, id=fault.id) for fault in found
        ) from error


def write(indexes: Mapping[str, Locked]) -> bytes:
    """Write a lock: sorted, a line for each document, the same bytes for the same indexes."""
    kept = dict(indexes)
    while len(text := _written(kept)) > MAX_LOCK_BYTES and any(index.documents for index in kept.values()):
        largest = max(kept, key=lambda name: (len(kept[name].documents or ()), name))
        kept[largest] = kept[largest].model_copy(update={"documents": None})
    return text


def _written(indexes: Mapping[str, Locked]) -> bytes:
    value: dict[str, Any] = {
        "schema": SCHEMA,
        "indexes": {name: index.model_dump(mode="json", exclude_none=True) for name, index in indexes.items()},
    }
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()
