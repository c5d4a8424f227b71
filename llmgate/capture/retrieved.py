"""What a retriever returned, in the shape of any framework → documents, best first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.capture import messages, values
from llmgate.capture.span import Json

_LISTS = ("documents", "docs", "output", "results", "matches", "hits", "nodes", "data")
_TEXTS = ("page_content", "pageContent", "text", "content", "document", "chunk", "body")
_IDS = ("id", "id_", "document_id", "doc_id", "documentId", "node_id", "key", "name")
_SOURCES = ("id", "doc_id", "document_id", "chunk_id", "source", "path", "url", "uri", "file_name", "title")
_SCORES = ("score", "similarity", "relevance_score")
_OWN = frozenset({*_TEXTS, *_SCORES, "id", "id_", "metadata", "type"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """Documents as `Span` has them, and what they lack."""

    documents: tuple[Json, ...] = ()
    missing: tuple[str, ...] = ()


def of(value: JsonValue) -> Retrieved:
    """Read documents; one without an id has that of its source, or its place in the ranking for one."""
    found: list[Json] = []
    missing: set[str] = set()
    for place, entry in enumerate(_entries(value), start=1):
        told, lacks = _document(entry, place)
        found.append(told)
        missing |= lacks
    return Retrieved(documents=tuple(found), missing=tuple(sorted(missing)))


def are_documents(value: JsonValue) -> bool:
    """Tell whether a value plainly is a list of a framework's documents."""
    return bool(entries := list(_entries(value))) and all(
        "page_content" in entry or "pageContent" in entry for entry, _ in map(_unwrapped, entries)
    )


def _entries(value: JsonValue) -> Iterator[JsonValue]:
    value = messages.parse(value)
    if isinstance(value, dict):
        inner = next((found for key in _LISTS if isinstance(found := messages.parse(value.get(key)), list)), None)
        yield from [value] if inner is None and any(key in value for key in _TEXTS) else values.items(inner)
    elif isinstance(value, list):
        yield from value


def _unwrapped(entry: JsonValue) -> tuple[dict[str, JsonValue], float | None]:
    """Take a document out of LangChain's constructor, out of a pair with its score, out of LlamaIndex's node."""
    score = None
    if isinstance(entry, list) and len(entry) == 2:
        score = values.number(entry[1])
    plain = values.mapping(entry[0] if isinstance(entry, list) and len(entry) == 2 else entry)
    if isinstance(kwargs := plain.get("kwargs"), dict) and plain.get("type") == "constructor":
        plain = kwargs
    if isinstance(node := plain.get("node"), dict):
        score, plain = values.number(plain.get("score")), node
    return plain, score


def _document(entry: JsonValue, place: int) -> tuple[Json, set[str]]:
    plain, score = _unwrapped(entry)
    if isinstance(entry, str) and not plain:
        plain = {"text": entry}
    metadata = values.mapping(plain.get("metadata"))
    known = _named(plain, _IDS) or _named(metadata, _SOURCES)
    told: dict[str, JsonValue] = {"id": known or f"document-{place}"}
    missing = set() if known else {"document ids"}
    text = next((plain[key] for key in _TEXTS if isinstance(plain.get(key), str)), None)
    if text is None:
        missing.add(f"document text: {str(told['id'])[:100]}")
    else:
        told["text"] = text
    if score is None:
        score = next((found for key in _SCORES if (found := values.number(plain.get(key))) is not None), None)
    if score is not None:
        told["score"] = score
    named = next((key for key in _IDS if values.name(plain.get(key)) is not None), None)
    extra = {key: item for key, item in plain.items() if key not in _OWN and key != named and item is not None}
    return {**told, "metadata": {**extra, **metadata}} if extra or metadata else told, missing


def _named(plain: Json, keys: tuple[str, ...]) -> str | None:
    return next((found for key in keys if (found := values.name(plain.get(key))) is not None), None)
