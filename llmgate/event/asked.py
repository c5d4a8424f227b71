"""Why llmgate runs: what every kind of event comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from llmgate.event import fields


class Trigger(StrEnum):
    PULL_REQUEST = "pull_request"
    PULL_REQUEST_TARGET = "pull_request_target"
    WORKFLOW_RUN = "workflow_run"
    MERGE_GROUP = "merge_group"
    PUSH = "push"
    SCHEDULE = "schedule"
    WORKFLOW_DISPATCH = "workflow_dispatch"
    LOCAL = "local"


PRIVILEGED = frozenset({Trigger.PULL_REQUEST_TARGET, Trigger.WORKFLOW_RUN})


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
    """The commit to evaluate: the merge commit of a pull request or of a queue's group, the tip of the branch else.

    None where the event does not name the merge commit; it is asked for then.
    """
    head_sha: str | None = None
    """The commit to report on."""
    number: int | None = None
    """The pull request; of a `workflow_run` GitHub has to be asked for it."""
    fork: bool = False
    source: int | None = None
    """The repository that the head of a `workflow_run` comes from; None for one that is gone."""
    retargeted: bool = False
    """Whether a merge commit at hand may be one into another base, so that its base is checked."""
    actor: str = ""
    run_id: int = 0
    run_attempt: int = 1

    @property
    def is_of_default_branch(self) -> bool:
        """Whether nothing is compared: the tip of the default branch is at hand for a baseline."""
        return self.trigger in (Trigger.PUSH, Trigger.SCHEDULE, Trigger.WORKFLOW_DISPATCH)

    @property
    def is_privileged(self) -> bool:
        """Whether the job has the repository's secrets, whoever wrote the head."""
        return self.trigger in PRIVILEGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """What the runner says of the run, whatever the event."""

    repository: str
    actor: str
    run_id: int
    run_attempt: int

    @classmethod
    def of(cls, payload: Mapping[str, Any], environment: Mapping[str, str]) -> Runner:
        """Read it; raises UsageError where the payload is of another repository."""
        known, told = environment.get("GITHUB_REPOSITORY_ID"), fields.at(payload, "repository.id")
        if known and told is not None and str(told) != known:
            raise fields.malformed("repository.id", "that of GITHUB_REPOSITORY_ID")
        return cls(
            repository=fields.repository(environment),
            actor=environment.get("GITHUB_ACTOR", ""),
            run_id=fields.counter(environment, "GITHUB_RUN_ID", 0),
            run_attempt=fields.counter(environment, "GITHUB_RUN_ATTEMPT", 1),
        )
