"""What an engine outside of llmgate answers, as text from anywhere → hits, or the reason why it is no answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llmgate import documents
from llmgate.errors import ConfigurationError
from llmgate.retrieval.engine import Hit

MAX_ANSWER_BYTES = documents.MAX_BYTES


class Unusable(Exception):
    """The answer cannot be used, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Where an answer has its list (keys with dots between them) and what the fields of its items are called."""

    results: str = "documents"
    id: str = "id"
    document: str = "document"
    text: str = "text"
    score: str = "score"


def hits(data: bytes, k: int, shape: Shape) -> tuple[Hit, ...]:
    """Read at most `k` hits, in the order of the answer; an id that comes twice counts once.

    Raises:
        Unusable: where the answer is not JSON, or has no list of such documents.
    """
    try:
        value: Any = documents.read("answer.json", data).value
    except ConfigurationError as error:
        raise Unusable(error.faults[0].message) from error
    for key in filter(None, shape.results.split(".")):
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise Unusable(f"it has no list at {documents.quoted(shape.results)}")
    found: dict[str, Hit] = {}
    for place, item in enumerate(value):
        hit = _hit(item, place, shape)
        found.setdefault(hit.id, hit)
    return tuple(found.values())[:k]


def _hit(item: Any, place: int, shape: Shape) -> Hit:
    fields = item if isinstance(item, dict) else {}
    name, text = fields.get(shape.id), fields.get(shape.text)
    document, score = fields.get(shape.document), fields.get(shape.score)
    if not isinstance(name, str) or not name or not isinstance(text, str):
        wanted = f"{documents.quoted(shape.id)} and {documents.quoted(shape.text)}"
        raise Unusable(f"document {place + 1} has no text at {wanted}")
    return Hit(
        id=name,
        document=document if isinstance(document, str) else name.partition("#")[0],
        text=text,
        score=float(score) if isinstance(score, int | float) and not isinstance(score, bool) else None,
    )
