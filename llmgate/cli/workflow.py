"""What GitHub's runner tells a job, and the comment that a job posts: shared by the action and `llmgate gate` in CI."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from llmgate import event, redaction, report
from llmgate.approval import Approvals
from llmgate.errors import NotEvaluated, UsageError

MAX_EVENT_BYTES = 25 * 1024 * 1024
INPUT = "INPUT_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the runner tells a job: its variables and inputs, and the files it reads back."""

    environment: Mapping[str, str]

    def input(self, name: str) -> str:
        return self.environment.get(f"{INPUT}{name.replace(' ', '_').upper()}", "").strip()

    def flag(self, name: str, *, default: bool) -> bool:
        match self.input(name).lower():
            case "":
                return default
            case "true":
                return True
            case "false":
                return False
            case other:
                raise UsageError(f"the input {name} is {other[:40]!r}", id="wrong-input", remedy="write true or false")

    def path(self, name: str) -> Path | None:
        value = self.environment.get(name, "").strip()
        return Path(value) if value else None

    @property
    def folder(self) -> Path:
        """A folder of the runner that outlives the container and is not the workspace."""
        return (self.path("RUNNER_TEMP") or Path(tempfile.gettempdir())) / "llmgate"

    @property
    def traces(self) -> Path:
        """The file of the run's spans: beside the report, unless it has a place of its own."""
        return Path("/", self.input("traces")) if self.input("traces") else self.report.with_name("traces.jsonl")

    @property
    def page(self) -> Path:
        """The page: beside the report, unless it has a place of its own."""
        return Path("/", self.input("html")) if self.input("html") else self.report.with_name("page.html")

    @property
    def sarif(self) -> Path:
        """What code scanning reads: beside the report, unless it has a place of its own."""
        return Path("/", self.input("sarif")) if self.input("sarif") else self.report.with_name("llmgate.sarif")

    @property
    def junit(self) -> Path:
        """What views of tests read: beside the report, unless it has a place of its own."""
        return Path("/", self.input("junit")) if self.input("junit") else self.report.with_name("junit.xml")

    @property
    def report(self) -> Path:
        return Path(self.input("report")) if self.input("report") else self.folder / "report.json"

    @property
    def store(self) -> Path:
        return Path(self.input("store")) if self.input("store") else self.folder / "store.sqlite"

    @property
    def traced(self) -> Mapping[str, str]:
        """The environment with the place in a trace that the input `traceparent` gives, where it gives one."""
        return {**self.environment, "TRACEPARENT": given} if (given := self.input("traceparent")) else self.environment

    @property
    def token(self) -> str | None:
        return self.input("token") or self.environment.get("GITHUB_TOKEN", "").strip() or None

    @property
    def event_name(self) -> str:
        return self.environment.get("GITHUB_EVENT_NAME", "")


def payload(job: Job) -> Mapping[str, Any]:
    """Read the event file.

    Raises:
        UsageError, NotEvaluated: there is none, or it is not an event.
    """
    path = job.path("GITHUB_EVENT_PATH")
    if path is None:
        raise UsageError(
            "GITHUB_EVENT_PATH is not set",
            id="wrong-event",
            remedy="run llmgate as a step of a workflow, or `llmgate gate`",
        )
    if path.stat().st_size > MAX_EVENT_BYTES:
        raise NotEvaluated(f"what GITHUB_EVENT_PATH names has more than {MAX_EVENT_BYTES} bytes", id="wrong-event")
    found = json.loads(path.read_bytes())
    if not isinstance(found, dict):
        raise UsageError("what GITHUB_EVENT_PATH names is not a JSON object", id="wrong-event")
    return found


def located(job: Job, asked: event.Event) -> event.Event:
    """Ask GitHub for the pull request of an event that has only its head commit.

    Raises:
        NotEvaluated: where there is none, or GitHub cannot be asked.
    """
    if asked.trigger is not event.Trigger.WORKFLOW_RUN:
        return asked
    if not job.token:
        raise NotEvaluated(
            "there is no token to ask GitHub for the pull request with",
            id="token-missing",
            remedy="give the input `token`",
        )
    from llmgate import publish  # noqa: PLC0415 - PyGithub is imported when there is something to ask

    head = publish.Head(commit=asked.head_sha or "", source=asked.source, base_ref=asked.base_ref)
    with closing(publish.connect(api_url=_api_url(job), token=job.token)) as github:
        return replace(asked, number=publish.number(github, repository=asked.repository, head=head, sleep=time.sleep))


def approvals(job: Job, asked: event.Event) -> Approvals:
    """Ask GitHub which labels and reviews are a word on the head commit: the payload's are of some time before.

    Raises:
        NotEvaluated: where the pull request goes into another branch than it did when the event was sent.
    """
    if asked.number is None:
        return Approvals()
    if not job.token:
        return Approvals(unknown="there is no token to ask GitHub with")
    from llmgate import publish  # noqa: PLC0415 - PyGithub is imported when there is something to ask

    with closing(publish.connect(api_url=_api_url(job), token=job.token)) as github:
        found = publish.standing(
            github,
            repository=asked.repository,
            number=asked.number,
            head_sha=asked.head_sha or "",
            sleep=time.sleep,
            reviewed=asked.is_privileged,
        )
    publish.retargeted(asked.base_ref, found)
    return found.approvals


def _api_url(job: Job) -> str:
    return job.environment.get("GITHUB_API_URL") or "https://api.github.com"


def comment(job: Job, asked: event.Event, found: report.Report) -> tuple[str, ...]:
    """Post the report on the pull request, if the event has one and there is a token; notes say what failed."""
    if asked.number is None or not job.token:
        return ()
    from llmgate import publish  # noqa: PLC0415 - PyGithub is imported when there is something to post

    try:
        with closing(publish.connect(api_url=_api_url(job), token=job.token)) as github:
            published = publish.publish(
                found,
                github=github,
                target=publish.Target(
                    repository=asked.repository, number=asked.number, author=job.input("author") or None
                ),
                marker=publish.Marker(run=asked.run_id, attempt=asked.run_attempt, head=asked.head_sha or ""),
                sleep=time.sleep,
                redact=redaction.of(job.environment).text,
                link=_run_url(job, asked),
            )
    except Exception as error:  # noqa: BLE001 - whatever breaks in reporting, the verdict stands
        return (f"no comment was posted: {type(error).__name__}",)
    return published.notes


def status(job: Job, asked: event.Event, found: report.Report | None) -> tuple[str, ...]:
    """Post the verdict on the judged commit under the name that the input `status` gives; notes say what failed."""
    name = job.input("status")
    if not name or not job.token or asked.head_sha is None or asked.is_of_default_branch:
        return ()
    from llmgate import publish  # noqa: PLC0415 - PyGithub is imported when there is something to post

    with closing(publish.connect(api_url=_api_url(job), token=job.token)) as github:
        return publish.post_status(
            found,
            github=github,
            repository=asked.repository,
            commit=asked.head_sha,
            context=name[: publish.MAX_CONTEXT_CHARS],
            sleep=time.sleep,
            link=_run_url(job, asked),
        )


def _run_url(job: Job, asked: event.Event) -> str | None:
    server = job.environment.get("GITHUB_SERVER_URL", "")
    return f"{server}/{asked.repository}/actions/runs/{asked.run_id}" if asked.run_id else None
