"""Two revisions and their configurations → what the plan sees of each: its surface, its renderer, its engines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from llmgate import plan, surface
from llmgate.config import Config
from llmgate.question import Question
from llmgate.retrieval import live
from llmgate.retrieval.indexes import Indexes
from llmgate.trial import Arm


class File(Protocol):
    @property
    def oid(self) -> str: ...


class History(Protocol):
    """What the gate reads of a repository."""

    def tree(self, commit: str) -> Mapping[str, File]: ...
    def read(self, commit: str, path: str) -> bytes: ...


def of(
    history: History,
    commit: str,
    configuration: Config,
    render: plan.Render,
    *,
    engine: live.OutsideEngine = live.no_outside,
    selection: surface.Selection | None = None,
) -> plan.Side:
    """Read one revision, all of it where there is no selection."""
    tree, read = history.tree(commit), reader(history, commit)
    found = surface.of(configuration, tree, read, oid=lambda path: tree[path].oid, selection=selection)
    searched = live.Live(Indexes(configuration, tree, read), engine)
    return plan.Side(config=configuration, surface=found, render=render, live=searched)


def both(
    history: History,
    question: Question,
    configs: Mapping[Arm, Config],
    render: Mapping[Arm, plan.Render],
    engine: live.OutsideEngine,
) -> Mapping[Arm, plan.Side]:
    """Read both: of the files at which the revisions differ, and of those that the prompts of either reach."""
    selection = surface.Selection(differing=differing(history, question))
    while True:
        found = {
            arm: of(history, question.commit(arm), configs[arm], render[arm], engine=engine, selection=selection)
            for arm in Arm
        }
        more = surface.reaching(selection, found[Arm.BASE].surface, found[Arm.HEAD].surface)
        if more == selection:
            return found
        selection = more


def differing(history: History, question: Question) -> frozenset[str]:
    """Return the paths at which the revisions differ."""
    base, head = (history.tree(question.commit(arm)) for arm in Arm)
    return frozenset(path for path, _ in base.items() ^ head.items())


def reader(history: History, commit: str) -> Callable[[str], bytes]:
    return lambda path: history.read(commit, path)
