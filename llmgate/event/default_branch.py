"""`push`, `schedule` and `workflow_dispatch` → the tip of the default branch, of which a baseline is drawn.

The policy that says where keys go is the drawn commit's own, so that no other branch is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmgate.errors import NotEvaluated
from llmgate.event import fields
from llmgate.event.asked import Event, Runner, Trigger

BRANCH = "refs/heads/"


def read(trigger: Trigger, payload: Mapping[str, Any], environment: Mapping[str, str]) -> Event:
    """Read it; raises NotEvaluated for a branch that is not the default one, and for tags."""
    ref = _ref(trigger, payload, environment)
    default = _default_branch(trigger, payload, ref)
    if ref != BRANCH + default:
        raise NotEvaluated(
            f"the event {trigger} is of {ref[:100]!r}, and a baseline is drawn of the default branch, {default[:80]!r}",
            id="wrong-trigger",
            remedy=f"Limit the trigger to it (`branches: [{default[:80]}]`), or run the workflow from it. Changes of "
            "other branches are judged on pull_request and merge_group.",
        )
    commit = fields.tip(environment)
    if trigger is Trigger.PUSH and fields.commit(payload, "after") != commit:
        raise fields.malformed("after", "the commit of GITHUB_SHA")
    runner = Runner.of(payload, environment)
    return Event(
        trigger=trigger,
        base_ref=default,
        base=commit,
        head=commit,
        head_sha=commit,
        repository=runner.repository,
        actor=runner.actor,
        run_id=runner.run_id,
        run_attempt=runner.run_attempt,
    )


def _ref(trigger: Trigger, payload: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """Find the full name of what the event is of, which the payload has to tell as the runner does."""
    ref = environment.get("GITHUB_REF", "")
    if not ref.startswith("refs/"):
        raise fields.malformed("GITHUB_REF", "the full name of a branch or of a tag")
    if trigger is not Trigger.SCHEDULE and fields.text(payload, "ref") != ref:
        raise fields.malformed("ref", "that of GITHUB_REF")
    return ref


def _default_branch(trigger: Trigger, payload: Mapping[str, Any], ref: str) -> str:
    """Read its name; a schedule runs on no other branch, and its payload may lack the repository.

    https://github.com/github/codeql-action/pull/1211
    """
    if trigger is Trigger.SCHEDULE and fields.at(payload, "repository") is None:
        return ref.removeprefix(BRANCH)
    return fields.text(payload, "repository.default_branch")
