"""`merge_group` → the group's head and the entry of the queue before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmgate.errors import NotEvaluated
from llmgate.event import fields
from llmgate.event.asked import Event, Runner, Trigger


def read(payload: Mapping[str, Any], environment: Mapping[str, str]) -> Event:
    action = fields.text(payload, "action")
    if action != "checks_requested":
        raise NotEvaluated(
            f"the merge group is {action[:50]!r}", id="wrong-trigger", remedy="Trigger on the type `checks_requested`."
        )
    head = fields.commit(payload, "merge_group.head_sha")
    runner = Runner.of(payload, environment)
    return Event(
        trigger=Trigger.MERGE_GROUP,
        action=action,
        base_ref=fields.text(payload, "merge_group.base_ref").removeprefix("refs/heads/"),
        base=fields.commit(payload, "merge_group.base_sha"),
        head=head,
        head_sha=head,
        repository=runner.repository,
        actor=runner.actor,
        run_id=runner.run_id,
        run_attempt=runner.run_attempt,
    )
