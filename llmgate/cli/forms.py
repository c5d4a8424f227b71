"""A Report → the files that other tools read, each where its option says: one list for all commands."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from llmgate import __version__
from llmgate.renderers import codequality, json, junit, marks, sarif
from llmgate.report import FindingEntry, Report

FILE = click.Path(dir_okay=False, path_type=Path)
Files = Mapping[str, Path | None]
Command = TypeVar("Command", bound=Callable[..., int])


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One option: what it writes, of a report, and of findings alone where that is worth a file."""

    name: str
    help: str
    of_report: Callable[[Report, dt.datetime], str]
    of_findings: Callable[[Iterable[FindingEntry], dt.datetime], str] | None = None


FORMS = (
    Form(name="json", help="Write the report there.", of_report=lambda report, _: json.render(report)),
    Form(
        name="junit",
        help="Write JUnit XML there.",
        of_report=junit.render,
        of_findings=junit.findings,
    ),
    Form(
        name="sarif",
        help="Write what broke and the findings there, as SARIF 2.1.0.",
        of_report=lambda report, _: sarif.render(marks.of(report), report.version),
        of_findings=lambda found, _: sarif.render(marks.findings(found), __version__),
    ),
    Form(
        name="codequality",
        help="Write them there as a code quality report of GitLab.",
        of_report=lambda report, _: codequality.render(marks.of(report)),
        of_findings=lambda found, _: codequality.render(marks.findings(found)),
    ),
)


def options(*names: str) -> Callable[[Command], Command]:
    """Give a command the options of these forms; their paths come as parameters of their names."""

    def add(command: Command) -> Command:
        for form in reversed([form for form in FORMS if form.name in names]):
            command = click.option(f"--{form.name}", type=FILE, help=form.help)(command)
        return command

    return add


def write(report: Report, files: Files) -> None:
    """Write each form that has a path; other names in `files` are not ours."""
    for form in FORMS:
        if path := files.get(form.name):
            path.write_text(form.of_report(report, _now()), encoding="utf-8")


def write_findings(found: Iterable[FindingEntry], files: Files) -> None:
    """Write what was found without a report."""
    told = tuple(found)
    for form in FORMS:
        if form.of_findings and (path := files.get(form.name)):
            path.write_text(form.of_findings(told, _now()), encoding="utf-8")


def _now() -> dt.datetime:
    return dt.datetime.fromtimestamp(time.time(), tz=dt.UTC)
