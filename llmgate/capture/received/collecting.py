"""Payloads of OTLP → the spans of one trace, each once, and notes on what could not be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from llmgate import documents
from llmgate.capture import otlp, pieces
from llmgate.capture.received import payloads
from llmgate.capture.span import Record, Span, Unfit

MAX_BYTES = 32 * 1024 * 1024
MAX_SPANS = 10_000
MAX_NOTES = 20
MAX_NOTE_CHARS = 300


@dataclass(slots=True)
class Notes:
    """Each note once, up to so many. They may quote the application."""

    told: dict[str, None] = field(default_factory=dict)

    def add(self, *notes: str) -> None:
        for note in notes:
            if len(self.told) < MAX_NOTES:
                self.told.setdefault(documents.printable(note, MAX_NOTE_CHARS))


def spans(received: Sequence[tuple[str, bytes]], trace: str | None, notes: Notes) -> list[Span]:
    """Read all payloads, in the order of time; what was sent more than once, or in several records, is one span."""
    joined = _joined(_own(_all(received, notes), trace, notes), notes)
    return sorted(joined, key=lambda span: span.started_ns)


def _all(received: Sequence[tuple[str, bytes]], notes: Notes) -> Iterator[Span]:
    left_bytes, left_spans = MAX_BYTES, MAX_SPANS
    for number, (content_type, data) in enumerate(received, 1):
        left_bytes -= len(data)
        if left_bytes < 0:
            notes.add(f"payload {number} and later ones: all together are larger than {MAX_BYTES:,} bytes")
            return
        try:
            for span in _exported(number, content_type, data):
                if not left_spans:
                    notes.add(f"payload {number} and later ones: more than {MAX_SPANS:,} spans")
                    return
                left_spans -= 1
                yield span
        except Unfit as unfit:
            notes.add(f"payload {number}: {unfit}")


def _exported(number: int, content_type: str, data: bytes) -> Iterator[Span]:
    record = Record(file="", line=number, value=payloads.export(content_type, data))
    return (told for told in otlp.read(record) if isinstance(told, Span))


def _own(found: Iterable[Span], trace: str | None, notes: Notes) -> Iterator[Span]:
    others = 0
    for span in found:
        if trace is None or span.trace == trace.lower():
            yield span
        else:
            others += 1
    if others:
        notes.add(f"{others} spans of other traces: the application does not go on from the `traceparent` it was given")


def _joined(found: Iterable[Span], notes: Notes) -> Iterator[Span]:
    records: dict[tuple[str, str], list[Span]] = {}
    for span in found:
        records.setdefault((span.trace, span.id), []).append(span)
    for told in records.values():
        try:
            yield pieces.whole(told)
        except Unfit as unfit:
            notes.add(f"span {told[0].id}: {unfit}; the first is believed")
            yield told[0]
