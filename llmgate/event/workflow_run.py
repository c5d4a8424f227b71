"""`workflow_run` → the head that another workflow ran on, which tells neither the pull request nor anything to trust.

A fork writes that workflow, its name and its artifacts; its head commit and its repository are GitHub's words. The
payload names no pull request of a fork: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmgate.errors import NotEvaluated
from llmgate.event import fields
from llmgate.event.asked import Event, Runner, Trigger

OF_A_PULL_REQUEST = ("pull_request", "pull_request_review")


def read(payload: Mapping[str, Any], environment: Mapping[str, str]) -> Event:
    """Read it; raises NotEvaluated where that workflow has not ended, or did not run on a pull request."""
    action, began = fields.text(payload, "action"), fields.text(payload, "workflow_run.event")
    if action != "completed" or began not in OF_A_PULL_REQUEST:
        raise NotEvaluated(
            f"the workflow is {action[:50]!r} and was started by {began[:50]!r}",
            id="wrong-trigger",
            remedy="Trigger on the type `completed` of a workflow that runs on pull_request or pull_request_review.",
        )
    tip = fields.tip(environment)
    runner = Runner.of(payload, environment)
    source = _source(payload)
    return Event(
        trigger=Trigger.WORKFLOW_RUN,
        action=action,
        base_ref=fields.text(payload, "repository.default_branch"),
        base=tip,
        head_sha=fields.commit(payload, "workflow_run.head_sha"),
        fork=source != fields.identity(payload, "repository.id"),
        source=source,
        retargeted=True,
        repository=runner.repository,
        actor=runner.actor,
        run_id=runner.run_id,
        run_attempt=runner.run_attempt,
    )


def _source(payload: Mapping[str, Any]) -> int | None:
    """Read the id of the repository that the head comes from; a deleted fork is null."""
    if fields.at(payload, "workflow_run.head_repository") is None:
        return None
    return fields.identity(payload, "workflow_run.head_repository.id")
