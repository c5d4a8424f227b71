"""A webhook payload and the runner's environment → the two revisions to compare, and who is asking.

The payload is written by strangers in part, so every field is checked before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from llmgate.errors import NotEvaluated, UsageError

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")

Fetch = Callable[[Sequence[str]], Sequence[str]]
"""Brings commits, by id or by full reference name, with no more history than themselves; returns their ids in order."""


class Trigger(StrEnum):
    PULL_REQUEST = "pull_request"
    MERGE_GROUP = "merge_group"
    LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Why llmgate runs. For a local run `base` and `head` are revisions as typed, and None means to find out."""

    trigger: Trigger
    action: str = ""
    repository: str = ""
    base_ref: str = ""
    base: str | None = None
    """The base commit that the payload names; for a pull request it can be older than the one that was merged."""
    head: str | None = None
    """The commit to evaluate: the merge commit of a pull request or of a queue's group."""
    head_sha: str | None = None
    """The commit to report on."""
    number: int | None = None
    fork: bool = False
    retargeted: bool = False
    labels: tuple[str, ...] = ()
    actor: str = ""
    run_id: int = 0
    run_attempt: int = 1


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


def parse(name: str, payload: Mapping[str, Any], environment: Mapping[str, str]) -> Event:
    """Read the event called `name` (GITHUB_EVENT_NAME); raises UsageError or NotEvaluated for those not gated."""
    match name:
        case "pull_request":
            return _pull_request(payload, environment)
        case "merge_group":
            return _merge_group(payload, environment)
        case "pull_request_target" | "workflow_run" | "issue_comment":
            raise UsageError(
                f"the event {name} is refused: it hands the repository's secrets to code that strangers wrote",
                remedy="Trigger the workflow on pull_request and merge_group.",
            )
        case _:
            raise NotEvaluated(
                f"the event {name[:50]!r} has no base and head to compare",
                remedy="Trigger the workflow on pull_request and merge_group; "
                "for any two commits run `llmgate gate --base REV --head REV`.",
            )


def local(*, base: str | None, head: str | None) -> Event:
    """Describe a run from the command line."""
    return Event(trigger=Trigger.LOCAL, base=base, head=head)


def revisions(event: Event, history: History, *, fetch: Fetch) -> Revisions:
    """Find the commits to compare and fetch what is missing; raises NotEvaluated when the base cannot be had."""
    match event.trigger:
        case Trigger.PULL_REQUEST:
            return _merged(event, history, fetch)
        case Trigger.MERGE_GROUP:
            return _queued(event, history, fetch)
        case Trigger.LOCAL:
            return _typed(event, history)


def _pull_request(payload: Mapping[str, Any], environment: Mapping[str, str]) -> Event:
    action = _text(payload, "action")
    if action == "closed":
        raise NotEvaluated("the pull request is closed", remedy="Remove `closed` from the workflow's `types:`.")
    return Event(
        trigger=Trigger.PULL_REQUEST,
        action=action,
        base_ref=_text(payload, "pull_request.base.ref"),
        base=_commit(payload, "pull_request.base.sha"),
        head=_merge_commit(environment),
        head_sha=_commit(payload, "pull_request.head.sha"),
        number=_id(payload, "pull_request.number"),
        fork=_is_fork(payload),
        retargeted=action == "edited" and bool(_at(payload, "changes.base")),
        labels=_labels(payload),
        repository=_repository(environment),
        actor=environment.get("GITHUB_ACTOR", ""),
        run_id=_counter(environment, "GITHUB_RUN_ID", 0),
        run_attempt=_counter(environment, "GITHUB_RUN_ATTEMPT", 1),
    )


def _merge_group(payload: Mapping[str, Any], environment: Mapping[str, str]) -> Event:
    action = _text(payload, "action")
    if action != "checks_requested":
        raise NotEvaluated(f"the merge group is {action[:50]!r}", remedy="Trigger on the type `checks_requested`.")
    head = _commit(payload, "merge_group.head_sha")
    return Event(
        trigger=Trigger.MERGE_GROUP,
        action=action,
        base_ref=_text(payload, "merge_group.base_ref").removeprefix("refs/heads/"),
        base=_commit(payload, "merge_group.base_sha"),
        head=head,
        head_sha=head,
        repository=_repository(environment),
        actor=environment.get("GITHUB_ACTOR", ""),
        run_id=_counter(environment, "GITHUB_RUN_ID", 0),
        run_attempt=_counter(environment, "GITHUB_RUN_ATTEMPT", 1),
    )


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
            remedy="Let actions/checkout take its default `ref`, give llmgate a token that may read the repository, "
            "and run again when the pull request is free of conflicts.",
        )
    _ensure(base, history, fetch)
    return Revisions(base=base, head=merge or str(event.head_sha), head_sha=str(event.head_sha))


def _merge_at_hand(event: Event, history: History, fetch: Fetch) -> str | None:
    """The first of GITHUB_SHA and the pull request's current merge commit that merges this head into this base."""
    for want in (str(event.head), f"refs/pull/{event.number}/merge"):
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


def _queued(event: Event, history: History, fetch: Fetch) -> Revisions:
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
    if base is None:
        raise UsageError(
            f"no commit is known from which this work left {branch or 'the default branch'}",
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


def _is_fork(payload: Mapping[str, Any]) -> bool:
    # A deleted fork is null. Ids and not names: a name can change hands.
    if _at(payload, "pull_request.head.repo") is None:
        return True
    return _id(payload, "pull_request.head.repo.id") != _id(payload, "pull_request.base.repo.id")


def _labels(payload: Mapping[str, Any]) -> tuple[str, ...]:
    labels = _at(payload, "pull_request.labels")
    names: list[Any] = [_at({"label": label}, "label.name") for label in labels] if isinstance(labels, list) else [None]
    if not all(isinstance(name, str) for name in names):
        raise _malformed("pull_request.labels", "a list of labels with names")
    return tuple(sorted(names))


def _merge_commit(environment: Mapping[str, str]) -> str:
    commit = environment.get("GITHUB_SHA", "")
    if not _COMMIT.fullmatch(commit):
        raise _malformed("GITHUB_SHA", "a commit id")
    return commit


def _repository(environment: Mapping[str, str]) -> str:
    repository = environment.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.fullmatch(repository):
        raise _malformed("GITHUB_REPOSITORY", "owner/name")
    return repository


def _counter(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name, "")
    if value and not _NUMBER.fullmatch(value):
        raise _malformed(name, "a positive number")
    return int(value or default)


def _commit(payload: Mapping[str, Any], path: str) -> str:
    value = _text(payload, path)
    if not _COMMIT.fullmatch(value):
        raise _malformed(path, "a commit id of 40 or 64 hexadecimal digits")
    return value


def _text(payload: Mapping[str, Any], path: str) -> str:
    value = _at(payload, path)
    if not isinstance(value, str) or not value:
        raise _malformed(path, "text")
    return value


def _id(payload: Mapping[str, Any], path: str) -> int:
    value = _at(payload, path)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _malformed(path, "a positive whole number")
    return value


def _at(payload: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    value: Any = payload
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _malformed(path: str, expected: str) -> UsageError:
    return UsageError(
        f"the event's {path} is not {expected}",
        remedy="Run llmgate from a workflow on pull_request or merge_group, with the payload that GitHub wrote.",
    )
