"""Two revisions and their configurations → what the plan sees of each: its surface, its renderer, its engines."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from llmgate import patterns, plan, suite, surface
from llmgate.blobs import MAX_PART_BYTES, Blobs
from llmgate.config import Config
from llmgate.errors import NotEvaluated
from llmgate.question import Question
from llmgate.retrieval import live
from llmgate.retrieval.indexes import Indexes
from llmgate.trial import Arm

REGULAR = 0o100644  # a file that is neither a program nor a link, as git says it
MAX_READ_BYTES = 128 * 1024 * 1024  # of files that differ, each as often as it is read; a megabyte of YAML takes 7 s


class File(Protocol):
    @property
    def oid(self) -> str: ...
    @property
    def mode(self) -> int:
        """The mode that git gives it."""
        ...


class History(Protocol):
    """What the gate reads of a repository."""

    def tree(self, commit: str) -> Mapping[str, File]: ...
    def read(self, commit: str, path: str, *, max_bytes: int = ...) -> bytes: ...
    def stored(self, commit: str, path: str, *, max_bytes: int = ...) -> bytes:
        """Read a file, or where a symbolic link leads."""
        ...


def of(
    history: History,
    commit: str,
    configuration: Config,
    render: plan.Render,
    *,
    engine: live.OutsideEngine = live.no_outside,
    selection: surface.Selection | None = None,
    files: Blobs | None = None,
) -> plan.Side:
    """Read one revision, all of it where there is no selection; its fixtures' files from elsewhere, where they are."""
    tree, reading = history.tree(commit), _Reading(history=history, commit=commit, selection=selection)
    found = surface.of(
        configuration,
        tree,
        reading.read,
        oid=lambda path: tree[path].oid,
        mode=lambda path: tree[path].mode,
        selection=selection,
    )
    if reading.left < 0:
        raise _too_much()  # whoever read a file may have passed over the error
    searched = live.Live(Indexes(configuration, tree, reader(history, commit)), engine)
    held = blobs(history, commit) if files is None else files
    return plan.Side(config=configuration, surface=found, render=render, live=searched, blobs=held)


def blobs(history: History, *commits: str) -> Blobs:
    """Read the files of fixtures from these revisions, the first that has one with its digest."""

    def reading(commit: str) -> Callable[[str], bytes | None]:
        tree = history.tree(commit)
        return lambda path: history.read(commit, path, max_bytes=MAX_PART_BYTES) if path in tree else None

    return Blobs(revisions=tuple(reading(commit) for commit in dict.fromkeys(commits)))


@dataclass(slots=True, kw_only=True)
class _Reading:
    """Reads the files of a commit, as long as those that differ stay within a bound."""

    history: History
    commit: str
    selection: surface.Selection | None
    left: int = MAX_READ_BYTES

    def read(self, path: str) -> bytes:
        if self.left < 0:
            raise _too_much()
        data = self.history.read(self.commit, path)
        if self.selection and self.selection.takes(path):
            self.left -= len(data)
        return data


def _too_much() -> NotEvaluated:
    return NotEvaluated(
        f"more than {MAX_READ_BYTES // 1024**2} MiB of the files that differ would have to be read",
        id="change-too-large",
        remedy="split the change, or exclude on the base what no model is sent (surface.exclude)",
    )


def both(
    history: History,
    question: Question,
    configs: Mapping[Arm, Config],
    render: Mapping[Arm, plan.Render],
    engine: live.OutsideEngine,
) -> Mapping[Arm, plan.Side]:
    """Read both: of the files at which the revisions differ, and of those that the prompts of either reach."""
    selection = surface.Selection(differing=differing(history, question))
    files = blobs(history, question.head, question.base)
    while True:
        found = {
            arm: of(
                history,
                question.commit(arm),
                configs[arm],
                render[arm],
                engine=engine,
                selection=selection,
                files=files,
            )
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


def file_of(history: History, commit: str) -> Callable[[str], bytes | None]:
    """Read a revision's files; None stands for one that it does not have."""
    tree = history.tree(commit)
    return lambda path: history.read(commit, path) if path in tree else None


def fixtures(history: History, commit: str, configuration: Config) -> suite.Loaded:
    """Read the fixtures that a revision's configuration lists."""
    matches = patterns.matcher(configuration.suite.fixtures)
    return suite.load([path for path in history.tree(commit) if matches(path)], reader(history, commit))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Laid:
    """A file that stands in no commit."""

    oid: str
    mode: int = REGULAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A history in which some files read otherwise than they were committed."""

    history: History
    files: Mapping[str, bytes]

    def tree(self, commit: str) -> Mapping[str, File]:
        laid = {path: _Laid(oid=hashlib.sha256(data).hexdigest()) for path, data in self.files.items()}
        return {**self.history.tree(commit), **laid}

    def read(self, commit: str, path: str, *, max_bytes: int | None = None) -> bytes:
        if (data := self.files.get(path)) is not None:
            return data
        if max_bytes is None:
            return self.history.read(commit, path)
        return self.history.read(commit, path, max_bytes=max_bytes)

    def stored(self, commit: str, path: str, *, max_bytes: int = MAX_READ_BYTES) -> bytes:
        laid = self.files.get(path)
        return self.history.stored(commit, path, max_bytes=max_bytes) if laid is None else laid
