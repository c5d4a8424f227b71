"""Sources of one dialect → the spans of one trace at a time, wherever in the files they stand."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace

from pydantic import JsonValue

from llmgate import documents
from llmgate.capture.records import Place, Reader, Source, Unreadable
from llmgate.capture.span import Dialect, Remark, Span, Unfit, by_response, by_span, is_a_trace
from llmgate.errors import Fault

MAX_FAULTS = 100
_PLACED = frozenset({"file", "line"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """All that the files say of one trace."""

    id: str
    spans: tuple[Span, ...]
    remarks: tuple[Remark, ...] = ()


class Collision(Exception):
    """Two spans of a trace with the same id, that contradict each other."""

    def __init__(self, kept: Span, other: Span, what: str) -> None:
        super().__init__(what)
        self.kept, self.other, self.what = kept, other, what


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
    _reader: Reader = field(init=False)
    _numbers: array[int] = field(default_factory=lambda: array("Q"))
    _by_trace: dict[str, array[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._reader = Reader(self.sources)

    def index(self) -> None:
        """Read all files once, and note which record belongs to which trace."""
        for number, source in enumerate(self.sources):
            for place in source.places():
                if isinstance(place, Unreadable):
                    self._fault(source.name, place.line, place.message)
                else:
                    self._note(number, place)

    def _note(self, source: int, place: Place) -> None:
        name = self.sources[source].name
        try:
            record = self.sources[source].record(place)
            traces = set(self.dialect.traces(record.value))
        except Unreadable as error:
            self._fault(name, error.line, error.message)
            return
        except Unfit as error:
            other = self.otherwise(record.value)
            hint = f"; it looks like `llmgate capture {other}`" if other else ""
            self._fault(name, place.line, f"{error}{hint}")
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
        spans: dict[str, Span] = {}
        remarks: list[Remark] = []
        for row in self._by_trace.get(name, ()):
            try:
                for told in self._told(row):
                    if told.trace != name:
                        continue
                    if isinstance(told, Remark):
                        remarks.append(told)
                    else:
                        spans[told.id] = merged(spans[told.id], told) if told.id in spans else told
            except Collision as error:
                self._collided(error)
                return None
        aside = (remark for span in spans.values() for remark in self._aside(span))
        return Trace(id=name, spans=tuple(spans.values()), remarks=(*remarks, *aside))

    def _aside(self, span: Span) -> Iterator[Remark]:
        """Find the remarks that name no trace, but the span or its answer."""
        names = [by_span(span.id), *([by_response(span.response)] if span.response else [])]
        for name in names:
            for row in self._by_trace.get(name, ()):
                remarks = (told for told in self._told(row) if isinstance(told, Remark) and told.trace == name)
                yield from (replace(remark, trace=span.trace, span=span.id) for remark in remarks)

    def _told(self, row: int) -> Iterator[Span | Remark]:
        source, line, start, size = self._numbers[row * 4 : row * 4 + 4]
        name = self.sources[source].name
        try:
            yield from self.dialect.read(self._reader.record(source, Place(line, start, size)))
        except Unfit as error:
            self._fault(name, line, str(error))
        except Unreadable as error:  # the file has changed since
            self._fault(name, error.line, error.message)

    def _collided(self, error: Collision) -> None:
        kept, other = error.kept, error.other
        where = documents.printable(f"{kept.file}:{kept.line}", 200)
        message = f"a span id is used twice in a trace, with another {error.what}; first at {where}"
        self._fault(other.file, other.line, message, "export the trace anew; ids tell spans apart")

    def _fault(
        self, file: str, line: int, message: str, remedy: str = "correct or remove it, and capture again"
    ) -> None:
        if len(self.faults) >= MAX_FAULTS:
            self.unlisted += 1
            return
        fault = documents.fault(file, line, message, remedy)
        if fault not in self.faults:
            self.faults.append(fault)


def merged(one: Span, other: Span) -> Span:
    """Join two records of one span, as logs and spans of the same call.

    Raises:
        Collision: where they contradict each other.
    """
    added = {}
    for name in _FIELDS:
        before, after = getattr(one, name), getattr(other, name)
        if before == after or after == _EMPTY[name]:
            continue
        if before != _EMPTY[name]:
            if name not in _GROWING:
                raise Collision(one, other, name.replace("_", " "))
            after = (*before, *(item for item in after if item not in before))
        added[name] = after
    return replace(one, **added) if added else one


_FIELDS = tuple(each.name for each in fields(Span) if each.name not in _PLACED)
_GROWING = frozenset({"feedback", "tags", "missing", "depends_on", "documents"})
_BLANK = Span(file="", line=0, trace="", id="")
_EMPTY = {name: getattr(_BLANK, name) for name in _FIELDS}
