"""Phoenix's spans, of its API, of its client's data frames, and annotations → spans and remarks.

What the attributes mean is OpenInference's, and told by `conventions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from llmgate.capture.phoenix import judgements, row
from llmgate.capture.span import Record, Remark, Span, Unfit

_EXPECTED = (
    "neither a span (context.trace_id, context.span_id, attributes) nor an annotation: this is not what Phoenix exports"
)
_PAGES = ("data", "spans")


def traces(value: JsonValue) -> Iterable[str]:
    """Name the traces that a record says something of.

    Raises:
        Unfit: where the record is not of this dialect.
    """
    found: set[str] = set()
    for entry in _entries(value):
        if (ids := row.ids(entry)) is not None:
            found.add(ids.trace)
        else:
            found.update(remark.trace for remark in judgements.remarks(entry))
    return sorted(found)


def read(record: Record) -> Iterable[Span | Remark]:
    """Read all that a record says.

    Raises:
        Unfit: where it cannot be read.
    """
    for entry in _entries(record.value):
        if (ids := row.ids(entry)) is not None:
            yield from row.read(entry, ids, record)
        else:
            yield from judgements.remarks(entry)


def _entries(value: JsonValue) -> Iterator[dict[str, JsonValue]]:
    """Take pages apart.

    Raises:
        Unfit: where an entry is nothing that Phoenix has.
    """
    pages = [inner for key in _PAGES if isinstance(value, dict) and isinstance(inner := value.get(key), list)]
    for entry in pages[0] if pages else value if isinstance(value, list) else [value]:
        if not isinstance(entry, dict) or not (row.ids(entry) or judgements.is_one(entry)):
            raise Unfit(_EXPECTED)
        yield entry
