"""Sources of one dialect → the spans of one trace at a time, wherever in the files they stand."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from pydantic import JsonValue

from llmgate import documents
from llmgate.capture import pieces
from llmgate.capture.records import Place, Recent, Source, Unreadable
from llmgate.capture.span import (
    Dialect,
    Remark,
    Span,
    Unfit,
    by_response,
    by_span,
    is_a_trace,
)
from llmgate.catalogue import Id
from llmgate.errors import Fault

MAX_FAULTS = 100
MAX_ALIKE = 5
MAX_TOLD = 5_000
"""So many spans of one part of a trace, and remarks, are joined: each conversation is seen beside all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """All that the files say of one trace."""

    id: str
    spans: tuple[Span, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def parts(self) -> tuple[Trace, ...]:
        """Take apart what has nothing to do with each other; spans that say no part are one together."""
        by_part: dict[str, list[Span]] = {}
        for span in self.spans:
            by_part.setdefault(span.part, []).append(span)
        if len(by_part) < 2:
            return (self,)
        of = {span.id: span.part for span in self.spans}
        shared = [remark for remark in self.remarks if remark.span not in of]
        own: dict[str, list[Remark]] = {part: list(shared) for part in by_part}
        for remark in self.remarks:
            if remark.span in of:
                own[of[remark.span]].append(remark)
        return tuple(Trace(id=self.id, spans=tuple(spans), remarks=tuple(own[part])) for part, spans in by_part.items())


@dataclass(slots=True, kw_only=True)
class Traces:
    """An index of the records of each trace: some numbers a record, so that a file may be larger than memory.

    `faults` grows as files are read; what follows a bad record is read all the same.
    """

    dialect: Dialect
    sources: tuple[Source, ...]
    otherwise: Callable[[JsonValue], str | None] = lambda _: None
    faults: list[Fault] = field(default_factory=list)
    unlisted: int = 0
    _recent: Recent[Mapping[str, list[Span | Remark]]] = field(default_factory=Recent)
    _numbers: array[int] = field(default_factory=lambda: array("Q"))
    _by_trace: dict[str, array[int]] = field(default_factory=dict)

    def index(self) -> None:
        """Read all files once, and note which record belongs to which trace."""
        for number, source in enumerate(self.sources):
            for place in source.places():
                if isinstance(place, Unreadable):
                    self.fault(source.name, place.line, place.message, id="unreadable-trace")
                else:
                    self._note(number, place)

    def _note(self, source: int, place: Place) -> None:
        name = self.sources[source].name
        try:
            record = self.sources[source].record(place)
            traces = dict.fromkeys(self.dialect.traces(record.value))
        except Unreadable as error:
            self.fault(name, error.line, error.message, id="unreadable-trace")
            return
        except Unfit as error:
            other = self.otherwise(record.value) if len(self.faults) < MAX_FAULTS else None
            hint = f"; it looks like `llmgate capture {other}`" if other else ""
            self.fault(name, place.line, f"{error}{hint}", id="unreadable-trace")
            return
        row = len(self._numbers) // 4
        self._numbers.extend((source, place.line, place.start, place.size))
        for trace in traces:
            self._by_trace.setdefault(trace, array("L")).append(row)

    @property
    def ids(self) -> Sequence[str]:
        """The traces in the order in which they begin."""
        return tuple(filter(is_a_trace, self._by_trace))

    def trace(self, name: str) -> Trace | None:
        """Read one trace; None where it cannot be put together, which is then among the faults."""
        spans: dict[str, list[Span]] = {}
        remarks: list[Remark] = []
        for told in self._told(name):
            if isinstance(told, Remark):
                remarks.append(told)
            else:
                spans.setdefault(told.id, []).append(told)
        parts = Counter(records[0].part for records in spans.values())
        if (count := max(parts.values(), default=0) + len(remarks)) > MAX_TOLD:
            first = next((span for records in spans.values() for span in records), None)
            message = f"a trace of {count:,} spans and judgements; at most {MAX_TOLD:,} are joined"
            self.fault(
                first.file if first else self.sources[0].name,
                first.line if first else 1,
                message,
                "split it",
                id="too-large",
            )
            return None
        try:
            joined = tuple(self._joined(records) for records in spans.values())
        except Unfit:
            return None
        return Trace(id=name, spans=joined, remarks=(*remarks, *self._loose(name, joined)))

    def _joined(self, records: list[Span]) -> Span:
        try:
            return pieces.whole(records)
        except Unfit as error:
            first, last = records[0], records[-1]
            where = documents.printable(f"{first.file}:{first.line}", 200)
            remedy = "export the trace anew; ids tell spans apart"
            self.fault(
                last.file, last.line, f"{error}: its id is used twice, first at {where}", remedy, id="used-twice"
            )
            raise

    def _loose(self, trace: str, spans: Iterable[Span]) -> Iterator[Remark]:
        """Yield the remarks that name no trace, but one of the spans, or the answer of one."""
        for span in spans:
            for key in (by_span(span.id), *([by_response(span.response)] if span.response else [])):
                found = self._told(key) if key in self._by_trace else ()
                yield from (replace(told, trace=trace, span=span.id) for told in found if isinstance(told, Remark))

    def _told(self, trace: str) -> Iterator[Span | Remark]:
        """Yield all that is said of a trace, in the order of the files."""
        for row in self._by_trace.get(trace, ()):
            size = self._numbers[row * 4 + 3]
            yield from self._recent.read(row, size, partial(self._record, row)).get(trace, ())

    def _record(self, row: int) -> Mapping[str, list[Span | Remark]]:
        """Read one record, for all of its traces at once."""
        source, line, start, size = self._numbers[row * 4 : row * 4 + 4]
        by_trace: dict[str, list[Span | Remark]] = {}
        try:
            for told in self.dialect.read(self.sources[source].record(Place(line, start, size))):
                by_trace.setdefault(told.trace, []).append(told)
        except Unfit as error:
            self.fault(self.sources[source].name, line, str(error), id="unreadable-trace")
        except Unreadable as error:  # the file has changed since
            self.fault(self.sources[source].name, error.line, error.message, id="unreadable-trace")
        return by_trace

    def fault(
        self, file: str, line: int, message: str, remedy: str = "correct or remove it, and capture again", *, id: Id
    ) -> None:
        """Note what is wrong; of many faults only the first are listed, of the same one fewer, and others counted."""
        alike = sum(fault.file == file and fault.message == message for fault in self.faults)
        if len(self.faults) >= MAX_FAULTS or alike >= MAX_ALIKE:
            self.unlisted += 1
            return
        fault = documents.fault(file, line, message, remedy, id=id)
        if fault not in self.faults:
            self.faults.append(fault)
