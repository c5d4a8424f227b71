"""The outside things that the gate is given: store, providers, renderers, clock, engines, checkers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from llmgate import plan, run
from llmgate.config import Checker, Policy, RetrievalEntry
from llmgate.retrieval import live
from llmgate.retrieval.engine import Engine
from llmgate.retrieval.indexes import Indexes
from llmgate.store import Store
from llmgate.trial import Arm, Graded

MakeEngine = Callable[[Policy, RetrievalEntry, Indexes], Engine]


def no_engine(_: Policy, entry: RetrievalEntry, indexes: Indexes) -> Engine:
    """Refuse the engines that need the network or a process."""
    return live.no_outside(entry, indexes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The outside things, made by the caller; `store` and `client` only once there is something to send.

    `engine` makes the retrieval engines that need the network or a process, within what the base's policy allows;
    `checkers` what runs the repository's own assertions.
    """

    store: Callable[[], Store]
    client: Callable[[Policy, frozenset[str]], run.Client]
    render: Mapping[Arm, plan.Render]
    clock: run.Clock
    engine: MakeEngine = no_engine
    checkers: Callable[[Mapping[str, Checker]], run.Checkers | None] = lambda _: None
    redact: Callable[[str], str] = str
    progress: Callable[[Graded, int], None] = lambda _graded, _planned: None
    simulated: bool = False
