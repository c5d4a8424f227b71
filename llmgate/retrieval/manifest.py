"""Chunks of an index → its manifest: canonical lines, one digest, a Merkle root per document, and what differs.

A manifest says what was put into an index, not what came out: vectors are not hashed, as they differ by rounding from
machine to machine, only their model and the texts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from pydantic import JsonValue

from llmgate import documents
from llmgate.errors import ConfigurationError, UsageError
from llmgate.retrieval.chunk import Chunk

SCHEMA = "llmgate.index/1"
ROOT_CHARS = 32
"""Hexadecimal digits of a document's root that are kept: it names documents, the digest is what holds the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the chunks were made with. `store` is what a vector store tells of itself, empty for a corpus of files."""

    embedding: Mapping[str, JsonValue] = field(default_factory=dict)
    metric: str | None = None
    splitter: Mapping[str, JsonValue] = field(default_factory=dict)
    store: Mapping[str, JsonValue] = field(default_factory=dict)

    def value(self) -> dict[str, JsonValue]:
        return {
            "embedding": dict(self.embedding),
            "metric": self.metric,
            "splitter": dict(self.splitter),
            "store": dict(self.store),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One chunk in a manifest; `chars` is the length of its text, where the text was at hand."""

    chunk: Chunk
    chars: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a second state of an index has done to the documents of a first. `moved` pairs the old and the new name."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.moved)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All chunks of an index, sorted by document and id, with what they were made with."""

    header: Header
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, header: Header, rows: Iterable[Row]) -> Manifest:
        """Sort the chunks.

        Raises:
            UsageError: where two have the same id, so that a fixture could mean either, or an id is no text.
        """
        ordered = tuple(sorted(rows, key=lambda row: (row.chunk.document, row.chunk.id)))
        seen: set[str] = set()
        for chunk in (row.chunk for row in ordered):
            if chunk.id in seen or not documents.is_unicode(chunk.id + chunk.document):
                wrong = "is used twice" if chunk.id in seen else "or of its document is not Unicode"
                raise UsageError(
                    f"the id {documents.quoted(chunk.id)} of a chunk {wrong}",
                    id="wrong-manifest",
                    remedy="give every chunk an id of its own",
                )
            seen.add(chunk.id)
        return cls(header=header, rows=ordered)

    def lines(self) -> Iterator[str]:
        """Write the manifest: the header, then a line for each chunk; equal indexes have equal bytes."""
        yield canonical({"schema": SCHEMA, **self.header.value()})
        for row in self.rows:
            chunk = row.chunk
            length = {} if row.chars is None else {"chars": row.chars}
            yield canonical({"id": chunk.id, "document": chunk.document, "sha256": chunk.sha256, **length})

    @cached_property
    def digest(self) -> str:
        """`sha256:` over the lines."""
        whole = hashlib.sha256()
        for line in self.lines():
            whole.update(line.encode() + b"\n")
        return f"sha256:{whole.hexdigest()}"

    @cached_property
    def roots(self) -> dict[str, str]:
        """Map each document to the root over its chunks. A document that only moved keeps it.

        A leaf is the chunk's id without the document's own, and the hash of its text.
        """
        grouped = groupby(self.rows, key=lambda row: row.chunk.document)
        return {name: merkle_root(map(_leaf, rows)).hex()[:ROOT_CHARS] for name, rows in grouped}

    @cached_property
    def hashes(self) -> dict[str, str]:
        """Map each chunk's id to the hash of its text."""
        return {row.chunk.id: row.chunk.sha256 for row in self.rows}

    @cached_property
    def places(self) -> dict[str, str]:
        """Map each hash of a text to the first chunk that has it."""
        return {row.chunk.sha256: row.chunk.id for row in reversed(self.rows)}


def read(path: str, data: bytes) -> Manifest:
    """Read the lines that `Manifest.lines` wrote.

    Raises:
        UsageError: at the first line that is none of them.
    """
    lines = data.splitlines()
    head = _line(path, 1, lines[0] if lines else b"")
    mappings = (head.get(name) for name in ("embedding", "splitter", "store"))
    if head.pop("schema", None) != SCHEMA or head.keys() != Header().value().keys() or not all(map(_is_map, mappings)):
        raise _not_one(path, 1)
    rows = (_row(path, number, line) for number, line in enumerate(lines[1:], 2))
    return Manifest.of(Header(**head), rows)


def _row(path: str, number: int, line: bytes) -> Row:
    match _line(path, number, line):
        case {"id": str(name), "document": str(document), "sha256": str(sha256), **rest}:
            chars = rest.get("chars")
            chunk = Chunk(id=name, document=document, sha256=sha256)
            return Row(chunk=chunk, chars=chars if isinstance(chars, int) else None)
        case _:
            raise _not_one(path, number)


def _line(path: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        value = documents.read("manifest.json", line).value
    except ConfigurationError as error:
        raise _not_one(path, number) from error
    return value if isinstance(value, dict) else {}


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _not_one(path: str, number: int) -> UsageError:
    return UsageError(
        f"{path}:{number}: not a line of an index manifest",
        id="wrong-manifest",
        remedy="`llmgate index build --out FILE` writes one",
    )


def canonical(value: Mapping[str, JsonValue]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _leaf(row: Row) -> bytes:
    own = row.chunk.id.removeprefix(row.chunk.document)
    return f"{own}\0{row.chunk.sha256}".encode()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """Hash leaves into one root, as RFC 6962 §2.1 does: leaves and nodes have different prefixes."""
    subtrees: list[tuple[int, bytes]] = []  # sizes are falling powers of two
    for leaf in leaves:
        size, node = 1, hashlib.sha256(b"\0" + leaf).digest()
        while subtrees and subtrees[-1][0] == size:
            size, node = 2 * size, _node(subtrees.pop()[1], node)
        subtrees.append((size, node))
    if not subtrees:
        return hashlib.sha256(b"").digest()
    root = subtrees.pop()[1]
    while subtrees:
        root = _node(subtrees.pop()[1], root)
    return root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
    """Compare two maps of documents to roots. A new name with the root of a lost one is that document, moved."""
    added = sorted(after.keys() - before.keys())
    removed = sorted(before.keys() - after.keys())
    lost: dict[str, list[str]] = {}
    for name in reversed(removed):
        lost.setdefault(before[name], []).append(name)
    moved = [(lost[after[name]].pop(), name) for name in added if lost.get(after[name])]
    gone, come = {old for old, _ in moved}, {new for _, new in moved}
    return Difference(
        added=tuple(name for name in added if name not in come),
        removed=tuple(name for name in removed if name not in gone),
        changed=tuple(sorted(name for name in before.keys() & after.keys() if before[name] != after[name])),
        moved=tuple(moved),
    )
