"""`llmgate capture`: draft fixtures from what a team has already; no calls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from llmgate.capture.catalogue import DIALECTS, SUITES
from llmgate.cli import outside
from llmgate.errors import UsageError

_FORMATS = "\n".join(f"  {name:<14} {about}" for name, about in {**DIALECTS, **SUITES}.items())


@click.command(
    "capture",
    epilog=f"\b\nFormats:\n{_FORMATS}\n  prompt         a prompt of the repository: NAME is `path` or `path#name`",
)
@click.argument("form", metavar="FORMAT", type=click.Choice([*DIALECTS, *SUITES, "prompt"]))
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder for the drafts."
)
@click.option("--target", metavar="NAME", help="The target that the conversations belong to; found where it can be.")
@click.option("--trace", "traces", multiple=True, metavar="ID", help="Take this trace only; may be repeated.")
@click.option("--span", metavar="ID", help="Take the conversation with this model call.")
@click.option("--where", "conditions", multiple=True, metavar="EXPR", help="As in 'feedback=negative'; all must hold.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Write at most N drafts.")
@outside.repository_option
def command(*, form: str, names: tuple[str, ...], out: Path, repository: Path, **chosen: Any) -> int:
    """Write draft fixtures from production traces or for prompts, and fixtures from other tools' suites.

    Secrets, and personal data of traces, are replaced before anything is written. A draft does not run until a person
    has said in it what kind of failure it is, and what must hold of the answer. A case of a suite is a draft only where
    something of it is not imported; that is listed by line.

    Exit codes: 0 done, 2 a file or a part of it could not be read; what could be is written all the same.
    """
    from llmgate.cli import capturing, importing, prompting  # noqa: PLC0415 - one of them is used

    selection = capturing.Selection(**chosen)
    if form == "prompt":
        if replace(selection, target=None) != capturing.Selection():
            raise UsageError(
                "`capture prompt` reads no trace to choose from",
                id="wrong-option",
                remedy="leave out --trace, --span, --where and --limit",
            )
        return prompting.run(names, out=out, target=selection.target, repository=repository)
    if form in SUITES:
        return importing.run(form, names, out=out, selection=selection, repository=repository)
    return capturing.run(form, names, out=out, selection=selection, repository=repository)
