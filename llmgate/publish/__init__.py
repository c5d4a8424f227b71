"""A Report → one comment on the pull request, kept up to date, and the job's summary and outputs.

Nothing here raises: what could not be shown becomes a note, and the verdict stays what it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from github import Auth, Github

from llmgate.errors import PublishError
from llmgate.publish import connection, failures, trail
from llmgate.publish.desk import Desk, Published
from llmgate.publish.marker import Marker
from llmgate.publish.opened import Head, number
from llmgate.publish.patience import Patience
from llmgate.publish.standing import Standing, retargeted, standing
from llmgate.publish.status import MAX_CONTEXT_CHARS
from llmgate.publish.status import post as post_status
from llmgate.publish.thread import Thread
from llmgate.publish.trail import Trail
from llmgate.renderers import markdown, outputs
from llmgate.report import Report
from llmgate.verdict import Verdict

__all__ = [
    "MAX_CONTEXT_CHARS",
    "Head",
    "Marker",
    "Published",
    "Standing",
    "Target",
    "append",
    "connect",
    "number",
    "post_status",
    "publish",
    "retargeted",
    "standing",
    "write_outputs",
    "write_summary",
]

TIMEOUT_S = 15
SECONDS_BETWEEN_WRITES = 1.0  # https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
PER_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the comment goes: `repository` is `owner/name`, `author` the login that the token writes as, if known.

    Without `author` the API is asked; a token that may not ask is the job's own, `github-actions[bot]`.
    """

    repository: str
    number: int
    author: str | None = None


def connect(
    *, api_url: str, token: str, seconds_between_writes: float = SECONDS_BETWEEN_WRITES, verify: bool | str = True
) -> Github:
    """Open GitHub's or a GHES's API (`…/api/v3`). PyGithub's own retries are off: they send a POST twice."""
    connection.direct()
    return Github(
        auth=Auth.Token(token),
        base_url=api_url.rstrip("/"),
        timeout=TIMEOUT_S,
        retry=None,
        lazy=True,
        per_page=PER_PAGE,
        user_agent="llmgate",
        verify=verify,
        seconds_between_requests=None,
        seconds_between_writes=seconds_between_writes or None,
    )


def publish(
    report: Report,
    *,
    github: Github,
    target: Target,
    marker: Marker,
    sleep: Callable[[float], None],
    redact: Callable[[str], str] = str,
    link: str | None = None,
) -> Published:
    """Bring the one comment of the pull request up to date with the report.

    `marker` says which run this is and which commit it judged. `redact` is the last to see what is sent. `sleep` is
    asked to wait 20 s at most in all. `link` is the address of the full report, usually that of the run.
    """

    def body(limit: int, known: Trail) -> str:
        told = known.told(report, head=marker.head)
        first = f"{marker}\n{trail.after(told, head=marker.head)}"
        text = markdown.comment(told, limit=limit, marker=first, link=link)
        return str(marker) + redact(text.removeprefix(str(marker)))

    try:
        marker.check()
        thread = Thread(github, repository=target.repository, number=target.number, patience=Patience(sleep))
        desk = Desk(thread=thread, marker=marker, body=body, creates=report.verdict is not Verdict.NOT_APPLICABLE)
        return desk.publish(author=target.author)
    except Exception as failure:  # noqa: BLE001 - whatever breaks in reporting, the verdict stands
        return Published(notes=(str(failures.wrapped(failure)),))


def write_summary(report: Report, *, path: Path, redact: Callable[[str], str] = str) -> tuple[str, ...]:
    """Append the report to the file of the step summary; give notes where that failed."""
    try:
        taken = path.stat().st_size if path.exists() else 0
        _append(path, redact(markdown.summary(report, markdown.SUMMARY_LIMIT - taken)))
    except (OSError, ValueError) as failure:
        return (f"the summary of the job could not be written: {failures.kind(failure)}",)
    return ()


def write_outputs(
    report: Report, *, path: Path, files: Mapping[str, str], delimiter: Callable[[], str]
) -> tuple[str, ...]:
    """Append the outputs of the step in one write; give notes where that failed."""
    try:
        _append(path, outputs.render(report, files=files, delimiter=delimiter))
    except (OSError, PublishError) as failure:
        return (f"the outputs of the step could not be written: {failures.kind(failure)}",)
    return ()


def append(path: Path, text: str, *, what: str) -> tuple[str, ...]:
    """Append to a file that the runner reads; give notes where that failed."""
    try:
        _append(path, text)
    except OSError as failure:
        return (f"the {what} could not be written: {failures.kind(failure)}",)
    return ()


def _append(path: Path, text: str) -> None:
    data = text.encode("utf-8", "replace")
    with path.open("ab", buffering=0) as file:
        if file.write(data) != len(data):
            raise OSError("only a part of it was written")
