"""`pull_request` → the merge commit that GitHub made, and who wrote what it merges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmgate.errors import NotEvaluated
from llmgate.event import fields
from llmgate.event.asked import Event, Runner, Trigger


def read(payload: Mapping[str, Any], environment: Mapping[str, str]) -> Event:
    """Read it; its labels are left out, as they tell neither who put them on nor on which commit."""
    action = fields.text(payload, "action")
    if action == "closed":
        raise NotEvaluated(
            "the pull request is closed", id="wrong-trigger", remedy="Remove `closed` from the workflow's `types:`."
        )
    runner = Runner.of(payload, environment)
    return Event(
        trigger=Trigger.PULL_REQUEST,
        action=action,
        base_ref=fields.text(payload, "pull_request.base.ref"),
        base=fields.commit(payload, "pull_request.base.sha"),
        head=fields.tip(environment),
        head_sha=fields.commit(payload, "pull_request.head.sha"),
        number=fields.identity(payload, "pull_request.number"),
        fork=_is_fork(payload),
        retargeted=action == "edited" and bool(fields.at(payload, "changes.base")),
        repository=runner.repository,
        actor=runner.actor,
        run_id=runner.run_id,
        run_attempt=runner.run_attempt,
    )


def _is_fork(payload: Mapping[str, Any]) -> bool:
    # A deleted fork is null. Ids and not names: a name can change hands.
    if fields.at(payload, "pull_request.head.repo") is None:
        return True
    return fields.identity(payload, "pull_request.head.repo.id") != fields.identity(
        payload, "pull_request.base.repo.id"
    )
