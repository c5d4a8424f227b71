"""A payload and the runner's environment → single values, each checked before it is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from llmgate.errors import NotEvaluated, UsageError

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")


def commit(payload: Mapping[str, Any], path: str) -> str:
    value = text(payload, path)
    if not _COMMIT.fullmatch(value):
        raise malformed(path, "a commit id of 40 or 64 hexadecimal digits")
    return value


def text(payload: Mapping[str, Any], path: str) -> str:
    value = at(payload, path)
    if not isinstance(value, str) or not value:
        raise malformed(path, "text")
    return value


def identity(payload: Mapping[str, Any], path: str) -> int:
    value = at(payload, path)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise malformed(path, "a positive whole number")
    return value


def at(payload: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    value: Any = payload
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def malformed(path: str, expected: str) -> UsageError:
    return UsageError(
        f"the event's {path} is not {expected}",
        id="wrong-event",
        remedy="Run llmgate as a step of a workflow, with the payload and the variables that GitHub's runner gives it.",
    )


def tip(environment: Mapping[str, str]) -> str:
    commit = environment.get("GITHUB_SHA", "")
    if not _COMMIT.fullmatch(commit):
        raise malformed("GITHUB_SHA", "a commit id")
    return commit


def repository(environment: Mapping[str, str]) -> str:
    repository = environment.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.fullmatch(repository):
        raise malformed("GITHUB_REPOSITORY", "owner/name")
    return repository


def into_default(payload: Mapping[str, Any], base_ref: str) -> None:
    """Refuse another base than the default branch, whose job it is: that base's policy would say where its keys go.

    Raises:
        NotEvaluated: for another base.
    """
    default = text(payload, "repository.default_branch")
    if base_ref != default:
        raise NotEvaluated(
            f"the pull request goes into {base_ref[:80]!r}, and this event has the secrets of {default[:80]!r}",
            id="wrong-trigger",
            remedy=f"judge it on pull_request, or send it into {default[:80]!r}: who may push a branch would say where "
            "the keys go",
        )


def counter(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name, "")
    if value and not _NUMBER.fullmatch(value):
        raise malformed(name, "a positive number")
    return int(value or default)
