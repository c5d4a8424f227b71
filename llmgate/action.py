"""The container's entry: INPUT_* and the event of a workflow → the same gate, the comment, summary and outputs."""

from __future__ import annotations

import os

# An earlier step of the job can set these; libraries read them when they are imported.
for _poison in ("SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF", "OPENSSL_MODULES", "SSLKEYLOGFILE"):
    os.environ.pop(_poison, None)

# ruff: noqa: E402 - nothing else may be imported before that
import secrets
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from llmgate import __version__, event, gate, git, redaction, report
from llmgate.cli import drawing, exit_code, forms, outside, paged, traced
from llmgate.cli.progress import progressing
from llmgate.cli.services import Services
from llmgate.cli.workflow import Job, approvals, comment, located, payload, status
from llmgate.errors import ConfigurationError, LlmgateError, NotEvaluated, UsageError, unforeseen
from llmgate.hosts import MAX_PORT
from llmgate.question import Question
from llmgate.renderers import annotations as log_commands
from llmgate.renderers import terminal
from llmgate.report import build
from llmgate.report.shown import Shown
from llmgate.verdict import INTERRUPTED_EXIT, USAGE_EXIT, Verdict


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
    for name in [name for name in os.environ if redaction.is_secret(name)]:
        del os.environ[name]


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of judging, and the trials that a page shows of it."""

    report: report.Report
    shown: Shown | None = None


def run(job: Job) -> int:
    """Judge the event's change, show the report everywhere, and return the exit code."""
    asked: event.Event | None = None
    found: Judged | drawing.Drawn
    posts = True
    notes: list[str] = []
    try:
        posts = job.flag("comment", default=True)
        with tempfile.TemporaryDirectory(prefix="llmgate-home-") as home:
            os.environ["HOME"] = home  # every step of a job shares the runner's, so nothing is read from there
            os.chdir(home)
            asked = event.parse(job.event_name, payload(job), job.environment)
            notes += status(job, asked, None)
            asked = located(job, asked)
            found = _drawn(job, asked) if asked.is_of_default_branch else _judged(job, asked, notes)
            os.chdir("/")
    except KeyboardInterrupt:
        return INTERRUPTED_EXIT
    except Exception as error:  # noqa: BLE001 - whatever happens, the pull request is told, and it is never green
        found = drawing.failed(error) if asked and asked.is_of_default_branch else _refused(job, error)
    if isinstance(found, drawing.Drawn):
        drawing.show(job, found)
        return found.exit_code
    _show(job, asked, found, notes, posts=posts)
    return found.report.exit_code


@contextmanager
def _revisions(job: Job, asked: event.Event) -> Iterator[tuple[git.Repository, event.Revisions]]:
    """Open the workspace and bring the commits that the event is about."""
    workspace = job.path("GITHUB_WORKSPACE") or Path("/github/workspace")
    with outside.repository(workspace) as history:

        def fetch(wants: Sequence[str]) -> tuple[str, ...]:
            server = job.environment.get("GITHUB_SERVER_URL") or "https://github.com"
            return history.fetch(f"{server.rstrip('/')}/{asked.repository}", wants=wants, token=job.token)

        if asked.is_privileged:
            _check_workspace(job, asked, history)
        yield history, event.revisions(asked, history, fetch=fetch)


def _check_workspace(job: Job, asked: event.Event, history: git.Repository) -> None:
    """Refuse a workspace that is not at the default branch: a step before may have run what was checked out.

    Raises:
        NotEvaluated: where it is elsewhere.
    """
    if history.resolve("HEAD") != job.environment.get("GITHUB_SHA"):
        raise NotEvaluated(
            f"the workspace is not at the default branch, on {asked.trigger}, which has the secrets",
            id="wrong-checkout",
            remedy="let actions/checkout take its default `ref` and `repository`; llmgate reads the change from git",
        )


def _drawn(job: Job, asked: event.Event) -> drawing.Drawn:
    with _revisions(job, asked) as (history, revisions):
        return drawing.draw(job, asked, history, revisions.head)


def _judged(job: Job, asked: event.Event, notes: list[str]) -> Judged:
    with _revisions(job, asked) as (history, revisions):
        question = Question(
            base=revisions.base,
            head=revisions.head,
            head_sha=revisions.head_sha,
            base_ref=asked.base_ref,
            approvals=approvals(job, asked),
            stranger=asked.fork,
            privileged=asked.is_privileged,
            subject=f"{asked.repository}#{asked.number}" if asked.number else asked.repository,
        )
        with (
            traced.traced(question, job.traced, job.traces, notes.append) as recorder,
            paged.keeping(job.page, job.environment) as keeping,
            progressing(sys.stderr, environment=job.environment) as tell,
            outside.outside(
                store=job.store,
                environment=job.environment,
                tell=tell,
                recorder=recorder,
                keeping=keeping,
                services=_services(job),
            ) as things,
        ):
            found = gate.judge(history, question, things)
            return Judged(found, keeping.shown(found) if keeping else None)


def _services(job: Job) -> Services:
    port = job.input("broker-port") or "0"
    if not port.isdecimal() or int(port) > MAX_PORT:
        raise UsageError(
            f"the input broker-port is {port[:40]!r}", id="wrong-input", remedy="write a port, such as 8400"
        )
    return Services.of(job.input("base-url").split(), job.input("head-url").split(), int(port))


def _refused(job: Job, error: Exception) -> Judged:
    return Judged(unjudged(error, redaction.of(job.environment).text))


def unjudged(error: Exception, redact: Callable[[str], str]) -> report.Report:
    """Report an error that kept the gate from judging, in the words that it has, for every sink."""
    known = error if isinstance(error, LlmgateError) else unforeseen(error)
    message, remedy = redact(known.told), redact(known.remedy)
    return report.Report(
        version=__version__,
        verdict=Verdict.NOT_EVALUATED,
        exit_code=USAGE_EXIT if isinstance(error, UsageError | ConfigurationError) else 3,
        reasons=(report.ReasonEntry(verdict=Verdict.NOT_EVALUATED, message=message, remedy=remedy, id=known.id),),
    )


def _show(job: Job, asked: event.Event | None, judged: Judged, notes: list[str], *, posts: bool) -> None:
    """Show the report in every place there is; a place that fails changes nothing but what the log says."""
    from llmgate import publish  # noqa: PLC0415 - PyGithub is imported when there is something to post

    found = judged.report
    redact = redaction.of(job.environment).text
    notes += _written(job, judged, redact)
    if asked is not None:
        notes += status(job, asked, found)
        notes += comment(job, asked, found) if posts else ()
    if summary := job.path("GITHUB_STEP_SUMMARY"):
        notes += publish.write_summary(found, path=summary, redact=redact)
    sys.stdout.write(redact(terminal.render(found)))
    sys.stdout.write(redact(log_commands.render(found)))
    if outputs := job.path("GITHUB_OUTPUT"):
        notes += publish.write_outputs(
            found,
            path=outputs,
            files={
                "report": str(job.report),
                "html": _there(job.page),
                "sarif": _there(job.sarif),
                "junit": _there(job.junit),
                "traces": _there(job.traces),
            },
            delimiter=lambda: secrets.token_urlsafe(24),
        )
    for note in notes:
        sys.stdout.write(redact(f"note: {note}\n"))


def _there(path: Path) -> str:
    return str(path) if path.exists() else ""


def _written(job: Job, judged: Judged, redact: Callable[[str], str]) -> Iterator[str]:
    """Write the report in every form, and the page; yield what could not be."""
    found = build.redacted(judged.report, redact)
    for name, path in {"json": job.report, "sarif": job.sarif, "junit": job.junit}.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            forms.write(found, {name: path})
        except OSError as error:
            yield f"the report could not be written as {name}: {error.strerror}"
    try:
        paged.write(job.page, judged.report, judged.shown)
    except UsageError as error:
        yield f"the page could not be written: {error.message}"


if __name__ == "__main__":
    main()
