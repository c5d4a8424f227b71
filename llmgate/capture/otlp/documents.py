"""What a retriever or a reranker found → documents as `{id, text?, score?, metadata?}`, best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from llmgate.capture import messages, records
from llmgate.capture.otlp import notes
from llmgate.capture.otlp.attributes import Attributes
from llmgate.capture.span import Json
from llmgate.conventions import Field, Kind

Object = dict[str, JsonValue]

MAX_ID_CHARS = 400

_IDS = ("id", "document_id", "doc_id", "chunk_id", "uri", "doc_uri")
_TEXTS = ("content", "text", "page_content", "pageContent", "document")
_SCORES = ("score", "relevance_score", "relevanceScore", "similarity")


def of(kind: Kind, said: Attributes, events: Iterable[Object]) -> tuple[tuple[Json, ...], set[str]]:
    """Read the documents, and name those whose text is not told."""
    found = list(events) if kind is Kind.RETRIEVAL else []
    for candidate in said.all(Field.RERANKED if kind is Kind.RERANK else Field.DOCUMENTS):
        found = found or list(_entries(candidate.value))
    if kind is Kind.RERANK and not found:
        found = list(_ranked(said))
    documents = [_document(entry, number) for number, entry in enumerate(found, 1)]
    missing = {f"document text: {document['id']}" for document in documents if "text" not in document}
    return tuple(documents), missing


def _entries(value: JsonValue) -> Iterator[Object]:
    if isinstance(value, dict):
        value = next((value[name] for name in ("documents", "results", "matches") if name in value), None)
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, dict):
            inner = entry.get("document")
            yield {**entry, **inner} if isinstance(inner, dict) else entry


def _ranked(said: Attributes) -> Iterator[Object]:
    """Put the AI SDK's documents, which are texts or objects, into the order that the model gave them."""
    documents, ranking = said.first(Field.CANDIDATES), said.first(Field.RANKING)
    if not isinstance(documents, list) or not isinstance(ranking, list):
        return
    for place in ranking:
        if isinstance(place, dict) and isinstance(at := place.get("index"), int) and 0 <= at < len(documents):
            entry = documents[at]
            told: Object = entry if isinstance(entry, dict) else {"text": _unquoted(entry)}
            yield {"id": f"document-{at + 1}", **told, "score": place.get("relevanceScore")}


def _unquoted(value: JsonValue) -> JsonValue:
    """Take a text out of its JSON."""
    try:
        return records.decode(value) if isinstance(value, str) and value.startswith('"') else value
    except records.Unreadable:
        return value


def _document(entry: Object, number: int) -> Json:
    metadata = messages.parse(entry.get("metadata"))
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    if isinstance(distance := entry.get("distance"), int | float):
        metadata.setdefault("distance", distance)
    told: Object = {"id": _identity(entry, metadata) or f"document-{number}"}
    text = next((value for name in _TEXTS if isinstance(value := entry.get(name), str) and value), None)
    if text is not None and text != notes.MASKED:
        told["text"] = text
    score = next((value for name in _SCORES if _is_number(value := entry.get(name))), None)
    if score is not None:
        told["score"] = score
    return {**told, "metadata": metadata} if metadata else told


def _identity(entry: Object, metadata: Object) -> str | None:
    for place in (entry, metadata):
        for name in _IDS:
            value = place.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                return str(value)[:MAX_ID_CHARS]
    return None


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
