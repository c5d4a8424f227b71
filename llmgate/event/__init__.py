"""A webhook payload and the runner's environment → the revisions that are meant, and who is asking.

The payload is written by strangers in part, so every field is checked before it is used. A family of events is a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmgate.errors import NotEvaluated, UsageError
from llmgate.event import default_branch, merge_group, pull_request, pull_request_target, workflow_run
from llmgate.event.asked import PRIVILEGED, Event, Trigger
from llmgate.event.commits import Fetch, History, Revisions
from llmgate.event.commits import of as revisions

__all__ = ["PRIVILEGED", "Event", "Fetch", "History", "Revisions", "Trigger", "local", "parse", "revisions"]


def parse(name: str, payload: Mapping[str, Any], environment: Mapping[str, str]) -> Event:
    """Read the event called `name` (GITHUB_EVENT_NAME); raises UsageError or NotEvaluated for those not gated."""
    match name:
        case "pull_request":
            return pull_request.read(payload, environment)
        case "merge_group":
            return merge_group.read(payload, environment)
        case "push" | "schedule" | "workflow_dispatch":
            return default_branch.read(Trigger(name), payload, environment)
        case "pull_request_target":
            return pull_request_target.read(payload, environment)
        case "workflow_run":
            return workflow_run.read(payload, environment)
        case "issue_comment":
            raise UsageError(
                f"the event {name} is refused: it hands the repository's secrets to code that strangers wrote",
                id="wrong-trigger",
                remedy="Trigger the workflow on pull_request and merge_group.",
            )
        case _:
            raise NotEvaluated(
                f"the event {name[:50]!r} has no base and head to compare",
                id="wrong-trigger",
                remedy="Trigger the workflow on pull_request and merge_group; "
                "for any two commits run `llmgate gate --base REV --head REV`.",
            )


def local(*, base: str | None, head: str | None) -> Event:
    """Describe a run from the command line."""
    return Event(trigger=Trigger.LOCAL, base=base, head=head)
