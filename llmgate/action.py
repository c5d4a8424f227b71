"""The container's entry: INPUT_* and the event of a workflow → the same gate, the comment, summary and outputs."""

from __future__ import annotations

import os

# An earlier step of the job can set these; libraries read them when they are imported.
for _poison in ("SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF", "OPENSSL_MODULES", "SSLKEYLOGFILE"):
    os.environ.pop(_poison, None)

# ruff: noqa: E402 - nothing else may be imported before that
import json
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmgate import __version__, event, gate, report
from llmgate.cli import exit_code, outside
from llmgate.errors import ConfigurationError, LlmgateError, NotEvaluated, UsageError
from llmgate.question import Question
from llmgate.renderers import annotations as log_commands
from llmgate.renderers import json as json_form
from llmgate.renderers import terminal
from llmgate.verdict import INTERRUPTED_EXIT, USAGE_EXIT, Verdict

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
                raise UsageError(f"the input {name} is {other[:40]!r}", remedy="write true or false")

    def path(self, name: str) -> Path | None:
        value = self.environment.get(name, "").strip()
        return Path(value) if value else None

    @property
    def folder(self) -> Path:
        """A folder of the runner that outlives the container and is not the workspace."""
        return (self.path("RUNNER_TEMP") or Path(tempfile.gettempdir())) / "llmgate"

    @property
    def token(self) -> str | None:
        return self.input("token") or None


def main() -> None:
    """Run the action and exit by the verdict."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    job = Job(environment=dict(os.environ))
    _forget_secrets()
    try:
        code = run(job)
    except BaseException as error:  # noqa: BLE001 - the one place where the action's errors become exit codes
        code = exit_code(error)
    sys.stdout.flush()
    sys.exit(code)


def _forget_secrets() -> None:
    """Take keys and tokens out of our own environment, so that no child and no later reader finds them there."""
    for name in [name for name in os.environ if outside.is_secret(name)]:
        del os.environ[name]


def run(job: Job) -> int:
    """Judge the event's change, show the report everywhere, and return the exit code."""
    asked: event.Event | None = None
    try:
        with tempfile.TemporaryDirectory(prefix="llmgate-home-") as home:
            os.environ["HOME"] = home  # every step of a job shares the runner's, so nothing is read from there
            os.chdir(home)
            asked = event.parse(job.environment.get("GITHUB_EVENT_NAME", ""), _payload(job), job.environment)
            found = _judged(job, asked)
            os.chdir("/")
    except KeyboardInterrupt:
        return INTERRUPTED_EXIT
    except Exception as error:  # noqa: BLE001 - whatever happens, the pull request is told, and it is never green
        found = unjudged(error)
    _show(job, asked, found)
    return found.exit_code


def _payload(job: Job) -> Mapping[str, Any]:
    path = job.path("GITHUB_EVENT_PATH")
    if path is None:
        raise UsageError(
            "GITHUB_EVENT_PATH is not set", remedy="run llmgate as a step of a workflow, or `llmgate gate`"
        )
    if path.stat().st_size > MAX_EVENT_BYTES:
        raise NotEvaluated(f"the event has more than {MAX_EVENT_BYTES} bytes")
    payload = json.loads(path.read_bytes())
    if not isinstance(payload, dict):
        raise UsageError("the event is not a JSON object")
    return payload


def _judged(job: Job, asked: event.Event) -> report.Report:
    workspace = job.path("GITHUB_WORKSPACE") or Path("/github/workspace")
    with outside.repository(workspace) as history:

        def fetch(wants: Sequence[str]) -> tuple[str, ...]:
            server = job.environment.get("GITHUB_SERVER_URL") or "https://github.com"
            return history.fetch(f"{server.rstrip('/')}/{asked.repository}", wants=wants, token=job.token)

        revisions = event.revisions(asked, history, fetch=fetch)
        question = Question(
            base=revisions.base,
            head=revisions.head,
            head_sha=revisions.head_sha,
            base_ref=asked.base_ref,
            labels=asked.labels,
            subject=f"{asked.repository}#{asked.number}" if asked.number else asked.repository,
        )
        store = Path(job.input("store")) if job.input("store") else job.folder / "store.sqlite"
        with outside.outside(store=store, environment=job.environment) as things:
            return gate.judge(history, question, things)


def unjudged(error: Exception) -> report.Report:
    """Report an error that kept the gate from judging, in the words that it has."""
    message = error.message if isinstance(error, LlmgateError) else f"unforeseen {type(error).__name__}: {error}"
    remedy = error.remedy if isinstance(error, LlmgateError) else "this is a fault of llmgate; please report it"
    return report.Report(
        version=__version__,
        verdict=Verdict.NOT_EVALUATED,
        exit_code=USAGE_EXIT if isinstance(error, UsageError | ConfigurationError) else 3,
        reasons=(report.ReasonEntry(verdict=Verdict.NOT_EVALUATED, message=message, remedy=remedy),),
    )


def _show(job: Job, asked: event.Event | None, found: report.Report) -> None:
    """Show the report in every place there is; a place that fails changes nothing but what the log says."""
    from llmgate import publish  # noqa: PLC0415 - PyGithub is imported when there is something to post

    redact = outside.redactor(job.environment).text
    notes: list[str] = []
    path = Path(job.input("report")) if job.input("report") else job.folder / "report.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(redact(json_form.render(found)), encoding="utf-8")
    except OSError as error:
        notes.append(f"the report could not be written: {error.strerror}")
    if asked is not None and asked.number is not None and job.token and job.flag("comment", default=True):
        notes += _comment(job, asked, found)
    if summary := job.path("GITHUB_STEP_SUMMARY"):
        notes += publish.write_summary(found, path=summary, redact=redact)
    sys.stdout.write(redact(terminal.render(found)))
    sys.stdout.write(redact(log_commands.render(found)))
    if outputs := job.path("GITHUB_OUTPUT"):
        notes += publish.write_outputs(
            found, path=outputs, report_path=str(path), delimiter=lambda: secrets.token_urlsafe(24)
        )
    for note in notes:
        sys.stdout.write(redact(f"note: {note}\n"))


def _comment(job: Job, asked: event.Event, found: report.Report) -> tuple[str, ...]:
    from llmgate import publish  # noqa: PLC0415 - as above

    environment = job.environment
    github = publish.connect(
        api_url=environment.get("GITHUB_API_URL") or "https://api.github.com", token=job.token or ""
    )
    run_url = f"{environment.get('GITHUB_SERVER_URL', '')}/{asked.repository}/actions/runs/{asked.run_id}"
    published = publish.publish(
        found,
        github=github,
        target=publish.Target(
            repository=asked.repository, number=asked.number or 0, author=job.input("author") or None
        ),
        marker=publish.Marker(run=asked.run_id, attempt=asked.run_attempt, head=asked.head_sha or ""),
        sleep=time.sleep,
        redact=outside.redactor(environment).text,
        link=run_url if asked.run_id else None,
    )
    return published.notes


if __name__ == "__main__":
    main()
