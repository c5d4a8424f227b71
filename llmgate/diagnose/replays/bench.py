"""Investigations of broken fixtures → the same, with what trials of their arms showed: round by round, all together."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from llmgate import grade, run
from llmgate.diagnose.replays.investigation import Drawn, Investigation
from llmgate.errors import ConfigurationError, LlmgateError, RenderError
from llmgate.fixture import Fixture
from llmgate.message import ToolCallPart
from llmgate.preparing import Prepared
from llmgate.trial import Arm, Graded, Outcome, Retrieved, Trace, Trial

State = TypeVar("State", bound=Investigation)

MAX_LOST = 16
"""After as many calls in a row that had no answer for all their retries, nobody is asked any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One arm, made ready: what is sent, the documents in it, and the fixture that replays its tools and grades it.

    `given` are calls of tools that stand in the request already, and are graded as if the model had made them.
    """

    fixture: Fixture
    prepared: Prepared
    documents: tuple[Retrieved, ...] = ()
    given: tuple[ToolCallPart, ...] = ()

    @property
    def name(self) -> str:
        """Name what is drawn: arms that send the same bytes and are graded alike are one, and share their trials."""
        shown = "\0".join(f"{document.id}\0{document.text}" for document in self.documents)
        whole = f"{self.prepared.digest}\0{self.fixture.digest}\0{shown}"
        return f"{self.fixture.id} {hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


@dataclass(slots=True, kw_only=True)
class Case(Generic[State]):
    """An investigation under way. `probe` makes an arm ready by its name.

    It raises RenderError or ConfigurationError for one that cannot be made; such an arm says nothing.
    """

    state: State
    probe: Callable[[str], Probe]
    drawn: Counter[str] = field(default_factory=Counter)
    ready: dict[str, Probe | None] = field(default_factory=dict)

    def arm(self, name: str) -> Probe | None:
        if name not in self.ready:
            try:
                self.ready[name] = self.probe(name)
            except (RenderError, ConfigurationError):
                self.ready[name] = None
        return self.ready[name]


class Bench:
    """Draws trials for investigations, within the engine's budget.

    The n-th trial of what is sent is drawn once, whoever asks for it: what the null arm of one investigation showed is
    not paid for again by another. `graded` are all trials by the name of what was sent. They count from 1: trial 0 is
    the one with the recorded seed, which the gate has drawn, and by which the fixture may be here.
    """

    def __init__(
        self,
        engine: run.Engine,
        progress: Callable[[Graded], None] = lambda _: None,
        watch: run.Watch = run.unwatched,
    ) -> None:
        self.graded: defaultdict[str, dict[int, Graded]] = defaultdict(dict)
        self._engine = engine
        self._progress = progress
        self._failed: str | None = None
        self._watch = watch

    @property
    def exhausted(self) -> str | None:
        """What ended it: a part of the budget, or an error that leaves nothing to draw with; None where nothing did."""
        return self._failed or self._engine.exhausted

    def investigate(self, cases: Mapping[str, Case[State]]) -> None:
        """Draw round after round for all of them together, until none wants more, the budget ends or nothing works.

        What was drawn until then is known to the states, whatever ended it.
        """
        while not self.exhausted and (open_ := {key: case for key, case in cases.items() if case.state.wanted}):
            try:
                self._draw(open_)
            except LlmgateError as error:
                self._failed = error.message
            for case in open_.values():
                case.state = case.state.after(self._drawn(case))

    def _draw(self, cases: Mapping[str, Case[State]]) -> None:
        work = {item.trial: item for case in cases.values() for item in self._work(case)}
        given = {probe.name: probe.given for case in cases.values() for probe in case.ready.values() if probe}
        arms = {probe.name: name for case in cases.values() for name, probe in case.ready.items() if probe}

        def collect(trace: Trace) -> None:
            trial = trace.trial
            whole = replace(trace, tool_calls=(*given[trial.fixture], *trace.tool_calls))
            graded = grade.grade(whole, work[trial].fixture)
            self.graded[trial.fixture][trial.index] = graded
            self._progress(graded)
            self._watch(
                run.Tried(work=work[trial], graded=graded, stage=run.Stage.DIAGNOSIS, probe=arms[trial.fixture])
            )

        self._engine.run(run.interleaved(work.values()), collect, stop=lambda: self._engine.lost >= MAX_LOST)
        if self._engine.lost >= MAX_LOST:
            self._failed = f"{self._engine.lost} calls in a row had no answer"

    def _work(self, case: Case[State]) -> Iterator[run.Work]:
        for name in case.state.wanted:
            if self._engine.is_late():
                return
            probe, index = case.arm(name), case.drawn[name] + 1
            if probe is None or index in self.graded[probe.name]:
                continue
            trial = Trial(fixture=probe.name, arm=Arm.HEAD, index=index)
            yield run.Work(
                trial=trial,
                fixture=probe.fixture,
                request=probe.prepared.request,
                max_steps=probe.prepared.max_steps,
                seed=run.seed(probe.fixture, probe.prepared.params, trial),
                documents=probe.documents,
            )

    def _drawn(self, case: Case[State]) -> Drawn:
        found: dict[str, bool | None] = {}
        for name in case.state.wanted:
            probe = case.ready.get(name)
            case.drawn[name] += 1
            graded = self.graded[probe.name].get(case.drawn[name]) if probe else None
            found[name] = _passed(graded)
        return found


def _passed(graded: Graded | None) -> bool | None:
    if graded is None or graded.outcome is Outcome.ERROR:
        return None
    return graded.outcome is Outcome.PASSED
