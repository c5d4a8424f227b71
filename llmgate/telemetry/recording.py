"""What the gate hands over → spans for every sink, each trial's as it ends, and the run's own at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from llmgate.conventions.spelling import Value
from llmgate.gate import Scene
from llmgate.report import Report
from llmgate.run import Clock, Tried
from llmgate.telemetry import root, trial
from llmgate.telemetry.place import Place
from llmgate.telemetry.span import Span, clean
from llmgate.telemetry.subject import Subject, Subjects
from llmgate.telemetry.timeline import SECOND
from llmgate.telemetry.trial import Telling


class Sink(Protocol):
    """Where spans go. It raises nothing; `close` tells what went wrong."""

    def write(self, spans: Sequence[Span]) -> None: ...
    def close(self) -> tuple[str, ...]: ...


class Recording:
    """The gate's recorder. Whatever goes wrong becomes a note, and the run goes on."""

    def __init__(
        self,
        *,
        place: Place,
        job: Mapping[str, Value],
        sinks: Sequence[Sink],
        clock: Clock,
        redact: Callable[[str], str],
    ) -> None:
        self.place = place
        self._job, self._sinks, self._clock, self._redact = job, tuple(sinks), clock, redact
        self._started = clock.now()
        self._subjects: Subjects | None = None
        self._content = False
        self._failure = ""

    def begin(self, scene: Scene) -> None:
        self._subjects, self._content = Subjects(scene), scene.content

    def tried(self, tried: Tried) -> None:
        self._write(lambda: trial.spans(self._telling(tried)))

    def end(self, report: Report) -> None:
        """Tell the run, and what it came to."""
        self._write(lambda: (self._root(report),))

    def close(self) -> tuple[str, ...]:
        """Write what is left, within a few seconds, and say what could not be."""
        notes = [note for sink in self._sinks for note in sink.close()]
        return tuple(self._redact(note) for note in (*notes, *([self._failure] if self._failure else [])))

    def _telling(self, tried: Tried) -> Telling:
        work = tried.work
        subject = self._subjects.of(work.fixture, work.trial.arm) if self._subjects else Subject()
        return Telling.of(tried, place=self.place, subject=subject, content=self._content, now=self._clock.now())

    def _root(self, report: Report) -> Span:
        return root.span(
            report,
            self.place,
            self._job,
            started_ns=round(self._started * SECOND),
            ended_ns=round(self._clock.now() * SECOND),
            content=self._content,
        )

    def _write(self, made: Callable[[], Iterable[Span]]) -> None:
        try:
            spans = [clean(span, self._redact) for span in made()]
            for sink in self._sinks:
                sink.write(spans)
        except Exception as error:  # noqa: BLE001 - whatever breaks in telling, the run goes on and the verdict stands
            self._failure = f"a part of the traces is missing: {type(error).__name__}"
