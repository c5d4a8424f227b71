"""Marks → the code quality report that GitLab shows in a merge request.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from llmgate.renderers import inert, marks
from llmgate.renderers.marks import Mark
from llmgate.verdict import Severity

MAX_ISSUES = 5_000
MAX_TEXT_CHARS = 1_000
MAX_PATH_CHARS = 4_096


def render(found: Iterable[Mark]) -> str:
    """Write the report; the same marks give the same bytes."""
    issues = [_issue(mark, fingerprint) for mark, fingerprint in marks.identified(found)]
    return json.dumps(issues[:MAX_ISSUES], indent=2, sort_keys=True) + "\n"


def _issue(mark: Mark, fingerprint: str) -> dict[str, Any]:
    return {
        "description": inert.line(mark.text, MAX_TEXT_CHARS) or mark.rule,
        "check_name": f"llmgate.{mark.rule}",
        "fingerprint": fingerprint,
        "severity": "blocker" if mark.severity is Severity.BLOCK else "minor",
        "location": {"path": inert.line(mark.path, MAX_PATH_CHARS), "lines": {"begin": mark.place.line}},
    }
