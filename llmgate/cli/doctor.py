"""`llmgate doctor`: whether the gate of a repository can be gone past: its workflow, its owners, its settings."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from llmgate import doctor, redaction
from llmgate.cli import outside
from llmgate.doctor import ADVICE, Examination, Finding, Settings, Severity, revision
from llmgate.errors import UsageError
from llmgate.renderers import figures, inert

SCHEMA = "llmgate.doctor/1"
API_URL = "https://api.github.com"
TOKEN = "GITHUB_TOKEN"  # noqa: S105 - the name of a variable

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_REFERENCE = re.compile(r"\Arefs/(?:heads|remotes/[^/]{1,100})/")
_BRANCH = re.compile(r"[^\x00-\x20\x7f]{1,250}")


@click.command("doctor")
@outside.repository_option
@click.option("--github", metavar="OWNER/NAME", help="Look at its settings too; GITHUB_TOKEN is what may read them.")
@click.option("--branch", metavar="B", help="The branch that merges go to (default: the default branch).")
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
def command(*, repository: Path, github: str | None, branch: str | None, json_path: Path | None) -> int:
    """Find what lets a change merge past the gate: in workflows and CODEOWNERS, and in the settings on GitHub.

    Nothing is changed, here or on GitHub. What the token may not see is told as not seen.

    Exit codes: 0 all looked at and nothing wrong, 1 findings, 2 wrong usage, 3 nothing found but not all could be seen.
    """
    outside.writable(json_path)
    token = _checked(github, branch)
    with outside.repository(repository) as history:
        read = revision.read(history, history.snapshot())
        here = _REFERENCE.sub("", history.default_branch() or "") or None
    settings = _settings(github, branch, token) if github else None
    found = doctor.examined(read, settings, branch_name=settings.branch if settings else branch or here)
    redact = redaction.of(os.environ).text
    if json_path:
        document = json.dumps(_form(found, settings), indent=2, ensure_ascii=False)
        json_path.write_text(inert.json(redact(document)) + "\n", encoding="utf-8")
    click.echo(inert.log(redact("\n".join(_lines(found, settings)))))
    return found.exit_code


def _checked(github: str | None, branch: str | None) -> str:
    """Return the token that reads the settings.

    Raises:
        UsageError: where there is none, or a name is none.
    """
    if branch is not None and not _BRANCH.fullmatch(branch):
        raise UsageError(
            f"{branch[:100]!r} is no branch", id="wrong-option", remedy="name it without `refs/heads/`, such as main"
        )
    if github is None:
        return ""
    if not _NAME.fullmatch(github):
        raise UsageError(
            f"{github[:200]!r} is no repository", id="wrong-option", remedy="write OWNER/NAME, such as acme/shop"
        )
    if not (token := os.environ.get(TOKEN, "").strip()):
        raise UsageError(
            f"{TOKEN} is not set",
            id="token-missing",
            remedy=f"set {TOKEN}, or leave --github out to look at files alone",
        )
    return token


def _settings(github: str, branch: str | None, token: str) -> Settings:
    from llmgate import publish  # noqa: PLC0415 - PyGithub is imported when GitHub is asked
    from llmgate.publish import settings  # noqa: PLC0415 - as above

    api_url = os.environ.get("GITHUB_API_URL") or API_URL
    with closing(publish.connect(api_url=api_url, token=token)) as connected:
        return settings.read(connected, repository=github, branch=branch, sleep=time.sleep)


def _lines(found: Examination, settings: Settings | None) -> Iterator[str]:
    for finding in found.findings:
        advice = ADVICE[finding.id]
        place = inert.line(finding.where, 300) + (f":{finding.line}" if finding.line else "")
        yield f"{advice.severity.value}: {place}: {inert.line(finding.what, 400)} [{finding.id.value}]"
        yield f"  {advice.why}"
        yield f"  → {advice.remedy}"
    for unseen in found.unseen:
        yield f"not seen: {inert.line(unseen.what, 400)}: {inert.line(unseen.why, 500)}"
        yield f"  → {inert.line(unseen.remedy, 400)}"
    if settings is None:
        yield "not asked: the settings on GitHub; --github OWNER/NAME looks at them, with GITHUB_TOKEN"
    yield _count(found)


def _count(found: Examination) -> str:
    severities = [ADVICE[finding.id].severity for finding in found.findings]
    errors, warnings = severities.count(Severity.ERROR), severities.count(Severity.WARNING)
    parts = [figures.count(errors, "error")] if errors else []
    parts += [figures.count(warnings, "warning")] if warnings else []
    parts += [f"{len(found.unseen):,} not seen"] if found.unseen else []
    return f"{figures.count(len(found.gates), 'job')} with the gate: {', '.join(parts) or 'nothing wrong'}"


def _form(found: Examination, settings: Settings | None) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "repository": settings.repository if settings else None,
        "branch": settings.branch if settings else None,
        "exit_code": found.exit_code,
        "checks": sorted({gate.check for gate in found.gates}),
        "findings": [_entry(finding) for finding in found.findings],
        "unseen": [asdict(unseen) for unseen in found.unseen],
    }


def _entry(finding: Finding) -> dict[str, Any]:
    advice = ADVICE[finding.id]
    return {
        "id": finding.id.value,
        "severity": advice.severity.value,
        "what": finding.what,
        "where": finding.where,
        "line": finding.line or None,
        "why": advice.why,
        "remedy": advice.remedy,
    }
