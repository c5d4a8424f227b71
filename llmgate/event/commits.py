"""An event and a repository → the commits to compare, both at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from llmgate.errors import NotEvaluated, UsageError
from llmgate.event.asked import Event, Trigger

Fetch = Callable[[Sequence[str]], Sequence[str]]
"""Brings commits, by id or by full reference name, with no more history than themselves; returns their ids in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """Two commits to compare, both at hand, and the commit to report on."""

    base: str
    head: str
    head_sha: str


class History(Protocol):
    """What is asked of a repository."""

    def resolve(self, revision: str) -> str: ...
    def parents(self, commit: str) -> tuple[str, ...]: ...
    def has(self, commit: str) -> bool: ...
    def snapshot(self) -> str: ...
    def merge_base(self, first: str, second: str) -> str | None: ...
    def default_branch(self) -> str | None: ...


def of(event: Event, history: History, *, fetch: Fetch) -> Revisions:
    """Find the commits to compare and fetch what is missing; raises NotEvaluated when the base cannot be had.

    For an event of the default branch both are its commit.
    """
    match event.trigger:
        case Trigger.PULL_REQUEST | Trigger.PULL_REQUEST_TARGET | Trigger.WORKFLOW_RUN:
            return _merged(event, history, fetch)
        case Trigger.MERGE_GROUP | Trigger.PUSH | Trigger.SCHEDULE | Trigger.WORKFLOW_DISPATCH:
            return _named(event, history, fetch)
        case Trigger.LOCAL:
            return _typed(event, history)


def _merged(event: Event, history: History, fetch: Fetch) -> Revisions:
    """The merge commit that GitHub made, against the tip of the base branch that it was made on.

    Its own parents name that tip, at depth 1 too and however old `event.base` is. The merge base is never taken
    instead: policy is read from the base, and who opens a pull request chooses the fork point.
    """
    merge = _merge_at_hand(event, history, fetch)
    base = history.parents(merge)[0] if merge else _contained_base(event, history)
    if base is None:
        raise NotEvaluated(
            f"no merge commit of pull request #{event.number} with head {event.head_sha} can be had",
            id="commit-missing",
            remedy="Let actions/checkout take its default `ref`, give llmgate a token that may read the repository, "
            "and run again when the pull request is free of conflicts.",
        )
    _ensure(base, history, fetch)
    return Revisions(base=base, head=merge or str(event.head_sha), head_sha=str(event.head_sha))


def _merge_at_hand(event: Event, history: History, fetch: Fetch) -> str | None:
    """The first of GITHUB_SHA and the pull request's current merge commit that merges this head into this base."""
    for want in filter(None, (event.head, f"refs/pull/{event.number}/merge")):
        commit = want if history.has(want) else _fetched(want, fetch)
        if commit and _merges(commit, event, history, fetch):
            return commit
    return None


def _merges(commit: str, event: Event, history: History, fetch: Fetch) -> bool:
    parents = history.parents(commit)
    if len(parents) != 2 or parents[1] != event.head_sha:
        return False
    # For a while after the base branch was changed, GitHub's merge commit is still the one into the former base.
    expected = not event.retargeted or parents[0] == event.base
    return expected or parents[0] == _fetched(f"refs/heads/{event.base_ref}", fetch)


def _contained_base(event: Event, history: History) -> str | None:
    """The base's tip, if the head contains it: then merging would change nothing."""
    base, head = str(event.base), str(event.head_sha)
    at_hand = history.has(base) and history.has(head)
    return base if at_hand and history.merge_base(base, head) == base else None


def _named(event: Event, history: History, fetch: Fetch) -> Revisions:
    base, head = str(event.base), str(event.head)
    _ensure(head, history, fetch)
    _ensure(base, history, fetch)
    return Revisions(base=base, head=head, head_sha=head)


def _typed(event: Event, history: History) -> Revisions:
    head = history.snapshot() if event.head is None else history.resolve(event.head)
    base = _fork_point(history, head) if event.base is None else history.resolve(event.base)
    return Revisions(base=base, head=head, head_sha=head)


def _fork_point(history: History, head: str) -> str:
    branch = history.default_branch()
    base = history.merge_base(history.resolve(branch), head) if branch else None
    if branch is None:
        raise UsageError(
            "the default branch is not known: the clone has no commit, or neither origin/HEAD, main nor master",
            id="commit-missing",
            remedy="Name a commit or branch with --base; where nothing is committed yet, commit first.",
        )
    if base is None:
        raise UsageError(
            f"no commit is known from which this work left {branch}",
            id="commit-missing",
            remedy="Name one with --base, or fetch the whole history.",
        )
    return base


def _ensure(commit: str, history: History, fetch: Fetch) -> None:
    if not history.has(commit):
        fetch([commit])


def _fetched(want: str, fetch: Fetch) -> str | None:
    try:
        return fetch([want])[0]
    except NotEvaluated:
        return None
