"""`llmgate gate`: judge a change of a local repository, print the report and exit by the verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmgate import event, gate, redaction
from llmgate.approval import Approvals
from llmgate.cli import forms, outside, paged, screens, services, traced, workflow
from llmgate.cli.progress import progressing
from llmgate.errors import LlmgateError, NotEvaluated
from llmgate.question import Question
from llmgate.renderers import inert, terminal
from llmgate.report import Report

if TYPE_CHECKING:
    from llmgate import git
    from llmgate.progress import Tell
    from llmgate.report.shown import Shown


@click.command("gate")
@outside.base_option
@outside.head_option
@click.option("--fixture", "only", multiple=True, metavar="ID", help="Run this fixture only; may be repeated.")
@forms.options("json", "junit", "sarif", "codequality")
@click.option("--html", type=forms.FILE, help="Write a page there.")
@click.option("--traces", type=forms.FILE, help="Write the run as OTLP JSON lines.")
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="The store; by default in your cache.")
@services.base_url_option
@services.head_url_option
@services.port_option
@outside.repository_option
@click.option("--watch", is_flag=True, help="On each save, show what the affected fixtures answer; no verdict.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress, and of the report its first line.")
@click.option("--no-publish", is_flag=True, help="Post no comment, where this runs in a workflow of GitHub.")
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    base: str | None,
    head: str | None,
    only: tuple[str, ...],
    store: Path | None,
    repository: Path,
    watch: bool,
    quiet: bool,
    no_publish: bool,
    base_url: tuple[str, ...],
    head_url: tuple[str, ...],
    broker_port: int,
    **files: Path | None,
) -> int:
    """Replay the fixtures on base and head, compare, and say whether the head got worse.

    Keys are read from the environment, under the names that policy.providers gives. In a workflow on a pull request,
    with GITHUB_TOKEN set, the comment is posted too. Spans go to OTEL_EXPORTER_OTLP_ENDPOINT, where that is set.

    Exit codes: 0 passed, improved, inconclusive or not applicable; 1 blocked: regressed, rejected, or inconclusive
    where the policy says so; 2 wrong usage or configuration; 3 not evaluated, never green; 130 interrupted. A watch
    that is interrupted exits with 0.
    """
    if watch:
        return _watched(
            repository, base, only, store, quiet=quiet, head=head, base_url=base_url, head_url=head_url, **files
        )
    for path in files.values():
        outside.writable(path)
    started = services.Services.of(base_url, head_url, broker_port)
    with outside.repository(repository) as history, progressing(sys.stderr, quiet=quiet) as tell:
        question = asked(history, base=base, head=head, only=only)
        kept = store or outside.default_store(history.root, os.environ)
        report, shown = _judged(history, question, files, store=kept, tell=tell, started=started)
    colour = screens.colours(sys.stdout, os.environ)
    click.echo(terminal.render(report, width=screens.width(), colour=colour, brief=quiet), nl=False, color=colour)
    forms.write(report, files)
    paged.write(files["html"], report, shown)
    if not no_publish and not only:
        for note in _posted(report):
            _note(note)
    return report.exit_code


def _judged(
    history: git.Repository,
    question: Question,
    files: Mapping[str, Path | None],
    *,
    store: Path,
    tell: Tell,
    started: services.Services,
) -> tuple[Report, Shown | None]:
    with (
        traced.traced(question, os.environ, files["traces"], _note) as recorder,
        paged.keeping(files["html"], os.environ) as keeping,
        outside.outside(
            store=store, environment=os.environ, tell=tell, recorder=recorder, keeping=keeping, services=started
        ) as things,
    ):
        report = gate.judge(history, question, things)
        return report, keeping.shown(report) if keeping else None


def _watched(
    repository: Path, base: str | None, only: tuple[str, ...], store: Path | None, *, quiet: bool, **unfit: object
) -> int:
    from llmgate.cli import watching  # noqa: PLC0415 - it imports this module

    watching.refuse(**unfit)
    return watching.watch(repository, base=base, only=only, store=store, quiet=quiet)


def _with_secrets(question: Question, environment: Mapping[str, str]) -> Question:
    """Mark what is asked in a job that has the secrets, whoever wrote the head; only the action asks who approves."""
    if not has_secrets(environment):
        return question
    unknown = Approvals(unknown="the command line does not ask GitHub; use the action, as docs/forks.md shows")
    return replace(question, privileged=True, approvals=unknown)


def has_secrets(environment: Mapping[str, str]) -> bool:
    """Tell whether this is a job that has the repository's secrets, whoever wrote the head."""
    return environment.get("GITHUB_ACTIONS") == "true" and environment.get("GITHUB_EVENT_NAME") in event.PRIVILEGED


def _note(note: str) -> None:
    click.echo(inert.log(redaction.of(os.environ).text(f"note: {note}")), err=True)


def _posted(found: Report) -> tuple[str, ...]:
    """Post the comment where this is a job on the pull request that was judged; a failure changes no exit code."""
    job = workflow.Job(environment=dict(os.environ))
    if job.environment.get("GITHUB_ACTIONS") != "true" or job.event_name != "pull_request" or not job.token:
        return ()
    try:
        asked_by = event.parse(job.event_name, workflow.payload(job), job.environment)
    except (LlmgateError, OSError, ValueError) as error:
        return (f"no comment was posted: {error}",)
    judged = found.head.sha if found.head else ""
    if judged not in (asked_by.head, asked_by.head_sha):
        return ("no comment was posted: what was judged is not the head of the pull request",)
    return workflow.comment(job, asked_by, found)


def asked(history: event.History, *, base: str | None, head: str | None, only: tuple[str, ...] = ()) -> Question:
    """Resolve what was typed into the two commits, and see whether the head may be anybody's where the secrets are."""
    found = event.revisions(event.local(base=base, head=head), history, fetch=_no_fetch)
    typed = Question(
        base=found.base,
        head=found.head,
        head_sha=found.head_sha,
        base_ref=base or "",
        head_ref=head or "worktree",
        only=only,
    )
    return _with_secrets(typed, os.environ)


def _no_fetch(*_: object, **__: object) -> tuple[str, ...]:
    raise NotEvaluated(
        "a commit is missing from this clone",
        id="commit-missing",
        remedy="fetch it: `git fetch --unshallow`, or `git fetch origin SHA`",
    )
