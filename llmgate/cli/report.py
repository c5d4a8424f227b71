"""`llmgate report`: render the report of a run that is over; no calls."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from llmgate import confusion, redaction
from llmgate.cli import forms, outside, paged, screens
from llmgate.errors import UsageError
from llmgate.renderers import inert, markdown, terminal
from llmgate.report import Report
from llmgate.store import Store

if TYPE_CHECKING:
    from llmgate.report.shown import Shown

MAX_REPORT_BYTES = 64 * 1024 * 1024  # twenty times as much in memory, at worst
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("report")
@click.argument("path", metavar="REPORT.JSON", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--store", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Show its answers too.")
@click.option("--html", type=_FILE, help="Write a page there.")
@click.option("--markdown", "markdown_path", type=_FILE, help="Write the summary of a job there.")
@forms.options("junit", "sarif", "codequality")
def command(
    *, path: Path, store: Path | None, html: Path | None, markdown_path: Path | None, **files: Path | None
) -> int:
    """Print a JSON report of `llmgate gate` again, and write it in other forms; no calls.

    With --store, the page has the answers that the store's journal keeps for the report's two commits.

    Exit codes: 0 rendered, whatever the verdict; 2 wrong usage or a file that is no report.
    """
    for file in (html, markdown_path, *files.values()):
        outside.writable(file)
    found = read(path)
    paged.write(html, found, _stored(found, store) if html else None)
    if markdown_path:
        markdown_path.write_text(markdown.summary(found), encoding="utf-8")
    forms.write(found, files)
    colour = screens.colours(sys.stdout, os.environ)
    click.echo(terminal.render(found, width=screens.width(), colour=colour), nl=False, color=colour)
    return 0


def read(path: Path) -> Report:
    """Read a report.

    Raises:
        UsageError: where the file is not one of this version.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_REPORT_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", id="no-such-file", remedy=confusion.REMEDY
        ) from error
    if len(data) > MAX_REPORT_BYTES:
        raise UsageError(f"{path} has more than {MAX_REPORT_BYTES:,} bytes", id="too-large", remedy=confusion.REMEDY)
    try:
        return Report.model_validate_json(data)
    except ValidationError as error:
        raise UsageError(f"{path} is no report: {_first(error)}", id="wrong-labels", remedy=confusion.REMEDY) from error


def _first(error: ValidationError) -> str:
    """Say what is wrong first, without what the file has there: that is anybody's."""
    wrong = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(str(step) for step in wrong["loc"])
    return inert.line(f"{wrong['msg']} at {where}" if where else wrong["msg"], 300)


def _stored(found: Report, path: Path | None) -> Shown | None:
    if path is None:
        return None
    from llmgate.showing import stored  # noqa: PLC0415 - it takes time to load, and is for pages alone

    with Store.open(path, outside.seals(os.environ), anew=False) as store:
        return stored.shown(found, store, redaction.of(os.environ).text)
