"""Traces and the repository → a draft for each conversation that is asked for, or the fixture that it is already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from llmgate.capture import feedback, joining
from llmgate.capture.drafts import choosing, drafting, placing
from llmgate.capture.drafts.attachments import Attachments
from llmgate.capture.drafts.choosing import Bench, Elsewhere, Unchosen
from llmgate.capture.drafts.drafting import Draft, Undraftable
from llmgate.capture.drafts.placement import Placement, Sent
from llmgate.capture.joining import Seen
from llmgate.capture.redacting import Redacting
from llmgate.capture.selecting import Condition
from llmgate.capture.span import Json
from llmgate.capture.traces import Traces
from llmgate.errors import ConfigurationError
from llmgate.fixture import Fixture
from llmgate.fixture.provenance import Origin
from llmgate.preparing import Side

_UNRECORDED = "record the content of messages where the traces are made, and capture those"
_UNPLACED = "name the target with --target, or check out the revision that production ran"


MAX_TRIED = 20  # conversations of one trace, the last ones; `--span` takes any


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for. Of a trace with several conversations the one is taken that `span` or the target tells."""

    target: str | None = None
    traces: frozenset[str] = frozenset()
    span: str | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A draft, where it stands in the files, and the files that its parts refer to."""

    draft: Draft
    seen: Seen
    placement: Placement
    files: Mapping[str, bytes]
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Already:
    """A conversation that is a fixture already."""

    seen: Seen
    fixture: str
    file: str


@dataclass(slots=True, kw_only=True)
class Known:
    """The fixtures that are there, by their input, by the span they came from and by their own id: id and file."""

    by_input: dict[str, tuple[str, str]] = field(default_factory=dict)
    by_span: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    by_id: dict[str, tuple[Origin, str]] = field(default_factory=dict)

    def add(self, fixture: Fixture, file: str) -> None:
        self.by_id.setdefault(fixture.id, (fixture.origin, file))
        if not fixture.completeness.depends_on:
            self.by_input.setdefault(fixture.input_digest, (fixture.id, file))
        if fixture.origin.trace and fixture.origin.span:
            self.by_span.setdefault((fixture.origin.trace, fixture.origin.span), (fixture.id, file))

    def find(self, made: Fixture, *, trace: str, span: str) -> tuple[str, str] | None:
        """Find the fixture that a draft would be once more.

        A span that was written as it is names a conversation; what redaction or a cut made of one may name two, and
        then the draft's own id tells. What lacks a part of its input is alike to what lacks another.
        """
        recorded = (made.origin.trace or "", made.origin.span or "")
        if recorded == (trace, span) and (known := self.by_span.get(recorded)) is not None:
            return known
        origin, file = self.by_id.get(made.id, (None, ""))
        if origin is not None and (origin.trace or "", origin.span or "") == recorded:
            return made.id, file
        return None if made.completeness.depends_on else self.by_input.get(made.input_digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capturing:
    """What drafts are made with. `source` names the dialect, `folder` is where the files of parts go."""

    traces: Traces
    side: Side
    wanted: Wanted
    known: Known
    redacting: Callable[[], Redacting]
    attachments: Callable[[Redacting], Attachments]
    source: str

    def run(self) -> Iterator[Made | Already]:
        """Go through the traces in their order. What cannot be a fixture is among the faults of `traces`."""
        for name in self.traces.ids:
            if self.wanted.traces and name not in self.wanted.traces:
                continue
            trace = self.traces.trace(name)
            for part in trace.parts if trace else ():
                found = [self._whole(seen) for seen in joining.conversations(part)]
                taken = [seen for seen in found if self._is_wanted(seen)]
                if taken:
                    yield from self._one(taken, others=len(found) - 1)

    def _whole(self, seen: Seen) -> Seen:
        said = tuple(_judged(each) for each in seen.feedback)
        return replace(seen, feedback=said)

    def _is_wanted(self, seen: Seen) -> bool:
        if self.wanted.span is not None and self.wanted.span not in {span.id for span in seen.spans}:
            return False
        return all(condition.holds(seen) for condition in self.wanted.conditions)

    def _one(self, found: Sequence[Seen], *, others: int) -> Iterator[Made | Already]:
        try:
            yield self._made(*self._chosen(found), others=others)
        except Elsewhere:
            return
        except _Same as same:
            yield Already(seen=same.seen, fixture=same.fixture, file=same.file)
        except Undraftable as error:
            self._fault(found[-1], error.message, error.remedy)

    def _fault(self, seen: Seen, message: str, remedy: str) -> None:
        """Name the trace as well: a line may hold many. An id that is none of tracing's may be personal."""
        which = f"trace {seen.trace}: " if drafting.is_identity(seen.trace) else ""
        self.traces.fault(seen.first.file, seen.first.line, f"{which}{message}", remedy, id="not-captured")

    def _chosen(self, found: Sequence[Seen]) -> tuple[Bench, Placement]:
        benches = [self._bench(seen) for seen in found[: -MAX_TRIED - 1 : -1]]
        try:
            return choosing.choose(benches, self.side, self.wanted.target)
        except Unchosen as error:
            if not any(bench.sent.messages for bench in benches):
                raise Undraftable("its messages were not recorded", _UNRECORDED) from error
            raise Undraftable(
                "no target's prompt makes this request, so that it is not known which one it belongs to", _UNPLACED
            ) from error

    def _bench(self, seen: Seen) -> Bench:
        redacts = self.redacting()
        files = self.attachments(redacts)
        found, textless = self._documents(seen)
        sent = Sent(
            messages=files.taken_out(seen.messages),
            variables=seen.variables,
            documents=found,
            tools=seen.first.tools,
            textless=textless,
        )
        return Bench(seen=seen, sent=sent, files=files)

    def _documents(self, seen: Seen) -> tuple[tuple[Json, ...], tuple[str, ...]]:
        """Give every document an id, and a text: that of the repository's own index where the source has none."""
        found: list[Json] = []
        textless: list[str] = []
        for document in seen.documents:
            text, known = document.get("text"), document.get("id")
            name = str(known) if known not in (None, "") else placing.named(text)
            if not isinstance(text, str):
                text = self._indexed(name)
                textless += [name] if text is None else []
            rest = {key: document[key] for key in ("score", "metadata") if document.get(key) is not None}
            found.append({"id": name, "text": text or "", **rest})
        return tuple(found), tuple(textless)

    def _indexed(self, name: str) -> str | None:
        """Look a document up in the indexes that are made of the repository's files."""
        for index in sorted(self.side.config.retrieval):
            try:
                if self.side.indexes.has_files(index) and (text := self._passages(index).get(name)) is not None:
                    return text
            except ConfigurationError:
                continue
        return None

    def _passages(self, index: str) -> Mapping[str, str]:
        return {passage.id: passage.text for passage in self.side.indexes.corpus(index).passages}

    def _made(self, bench: Bench, placement: Placement, *, others: int) -> Made:
        made = drafting.draft(
            bench.seen,
            bench.sent,
            placement,
            bench.files.redacts,
            source=self.source,
            left_out=sorted(bench.files.missing),
        )
        if (known := self.known.find(made.fixture, trace=bench.seen.trace, span=bench.seen.first.id)) is not None:
            raise _Same(bench.seen, *known)
        if made.fixture.id in self.known.by_id:
            raise Undraftable(f"its id {made.fixture.id} is that of another fixture")
        return Made(draft=made, seen=bench.seen, placement=placement, files=dict(bench.files.files), others=others)


class _Same(Exception):
    def __init__(self, seen: Seen, fixture: str, file: str) -> None:
        super().__init__(fixture)
        self.seen, self.fixture, self.file = seen, fixture, file


def _judged(said: Json) -> Json:
    """Say whether feedback is negative where the source leaves that to its score or label, and they are plain."""
    if said.get("negative") is not None:
        return said
    negative = feedback.negative(said.get("score"), said.get("label"))
    return said if negative is None else {**said, "negative": negative}
