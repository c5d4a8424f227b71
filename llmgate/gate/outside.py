"""The outside things that the gate is given: store, providers, renderers, clock, engines, checkers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from llmgate import plan, progress, run, sides
from llmgate.config import Checker, Policy, RetrievalEntry
from llmgate.errors import NotEvaluated
from llmgate.question import Question
from llmgate.report import Report
from llmgate.retrieval import live
from llmgate.retrieval.engine import Engine
from llmgate.retrieval.indexes import Indexes
from llmgate.store import Drawer, Store
from llmgate.trial import Arm

MakeEngine = Callable[[Policy, RetrievalEntry, Indexes], Engine]


def no_engine(_: Policy, entry: RetrievalEntry, indexes: Indexes) -> Engine:
    """Refuse the engines that need the network or a process."""
    return live.no_outside(entry, indexes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where applications come from: the revisions that run, as read, and the repository that has them.

    `targets` are those that run.
    """

    history: sides.History
    question: Question
    sides: Mapping[Arm, plan.Side]
    policy: Policy
    targets: frozenset[str] = frozenset()


def no_hosting(_: Ground) -> run.Hosting:
    """Refuse to run applications.

    Raises:
        NotEvaluated: always.
    """
    raise NotEvaluated(
        "applications are run by `llmgate gate`, `llmgate baseline` and the action alone", id="code-not-run"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a run is about, once both revisions are read. `content`: the base allows to tell what was said."""

    question: Question
    sides: Mapping[Arm, plan.Side]
    content: bool


class Recorder(Protocol):
    """What writes a run down as it goes. It raises nothing, and has no part in the verdict."""

    def begin(self, scene: Scene) -> None: ...
    def tried(self, tried: run.Tried) -> None: ...
    def end(self, report: Report) -> None: ...


@dataclass(frozen=True, slots=True)
class Recorders:
    """Several recorders as one."""

    each: tuple[Recorder, ...]

    def begin(self, scene: Scene) -> None:
        for recorder in self.each:
            recorder.begin(scene)

    def tried(self, tried: run.Tried) -> None:
        for recorder in self.each:
            recorder.tried(tried)

    def end(self, report: Report) -> None:
        for recorder in self.each:
            recorder.end(report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The outside things, made by the caller; `store` and `client` only once there is something to send.

    `engine` makes the retrieval engines that need the network or a process, within what the base's policy allows;
    `checkers` what runs the repository's own assertions, `hosting` what runs applications. `drawer` is the run's event;
    `tell` hears how far it is.
    """

    store: Callable[[], Store]
    client: Callable[[Policy, frozenset[str]], run.Client]
    render: Mapping[Arm, plan.Render]
    clock: run.Clock
    engine: MakeEngine = no_engine
    checkers: Callable[[Mapping[str, Checker]], run.Checkers | None] = lambda _: None
    hosting: Callable[[Ground], run.Hosting] = no_hosting
    redact: Callable[[str], str] = str
    tell: progress.Tell = progress.unheard
    simulated: bool = False
    drawer: Drawer = field(default_factory=Drawer)
    recorder: Recorder | None = None

    @property
    def watch(self) -> run.Watch:
        return self.recorder.tried if self.recorder else run.unwatched
