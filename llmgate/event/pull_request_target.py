"""`pull_request_target` → the pull request, to be judged as data where the secrets are.

The job is of the default branch, and GITHUB_SHA its tip, so that the merge commit has to be asked for. GitHub keeps an
old one where there are conflicts, also one into a former base: its base is held against the default branch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from llmgate.event import fields, pull_request
from llmgate.event.asked import Event, Trigger


def read(payload: Mapping[str, Any], environment: Mapping[str, str]) -> Event:
    """Read it; raises NotEvaluated where it goes into another branch than the default one."""
    found = pull_request.read(payload, environment)
    fields.into_default(payload, found.base_ref)
    tip = fields.tip(environment)
    return replace(found, trigger=Trigger.PULL_REQUEST_TARGET, base=tip, head=None, retargeted=True)
