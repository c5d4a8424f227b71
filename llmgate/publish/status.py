"""A Report → a commit status on the judged head, which a rule can require where the job's own check is not on it.

It is pending from the start of a run, so that what an earlier run said of the same commit does not stand meanwhile.

https://docs.github.com/en/rest/commits/statuses#create-a-commit-status
"""

from __future__ import annotations

from collections.abc import Callable

from github import Github

from llmgate.publish import failures
from llmgate.publish.patience import Patience
from llmgate.report import Report
from llmgate.verdict import Verdict

MAX_CONTEXT_CHARS = 100


def post(
    report: Report | None,
    *,
    github: Github,
    repository: str,
    commit: str,
    context: str,
    sleep: Callable[[float], None],
    link: str | None = None,
) -> tuple[str, ...]:
    """Post it, without a report as pending; give notes where that failed. A required status that is missing blocks."""
    body = {"state": _state(report), "context": context, "description": _said(report)}
    home = github.get_repo(repository)
    request = {**body, "target_url": link} if link else body
    try:
        Patience(sleep).attempt(
            lambda: home.requester.requestJsonAndCheck("POST", f"{home.url}/statuses/{commit}", input=request)
        )
    except Exception as failure:  # noqa: BLE001 - whatever breaks in reporting, the verdict stands
        return (f"no status {context!r} was posted: {failures.unanswered(failure)}; it needs `statuses: write`",)
    return ()


def _said(report: Report | None) -> str:
    return "being judged" if report is None else str(report.verdict).replace("_", " ")


def _state(report: Report | None) -> str:
    if report is None:
        return "pending"
    if report.exit_code == 0:
        return "success"
    return "error" if report.verdict is Verdict.NOT_EVALUATED else "failure"
