"""`llmgate baseline`: draw the samples of the default branch that later screens are held against."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from llmgate import git, redaction
from llmgate.cli import outside
from llmgate.cli.gate import asked
from llmgate.cli.progress import progressing
from llmgate.errors import UsageError
from llmgate.gate import stocking
from llmgate.renderers import baseline, inert

INCOMPLETE_EXIT = 3


@click.command("baseline")
@click.option("--at", metavar="REV", help="A revision of the default branch (default: where this work left it).")
@click.option("--samples", type=click.IntRange(5, 20), help="Samples of each fixture (default: policy.baseline).")
@click.option("--batch/--live", default=None, help="Through the providers' batch APIs, or not (default: the policy).")
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="The store; by default in your cache.")
@outside.repository_option
def command(*, at: str | None, samples: int | None, batch: bool | None, store: Path | None, repository: Path) -> int:
    """Draw what the store lacks of every fixture's outcomes on the default branch: they screen, they never decide.

    Outcomes of the last week count; a run that is stopped, or whose batches are not answered when `wait_minutes` of
    policy.baseline are over, is continued by the next one, which pays for nothing again.

    Exit codes: 0 all is drawn, 2 wrong usage or configuration, 3 not all is drawn, 130 interrupted.
    """
    with outside.repository(repository) as history, progressing(sys.stderr) as tell:
        commit = of_default_branch(history, at)
        path = store or outside.default_store(history.root, os.environ)
        with outside.outside(store=path, environment=os.environ, tell=tell) as things:
            wish = stocking.Wish(samples=samples, batch=batch)
            found = stocking.stock(history, commit, things, wish, lambda text: _say(f"  {text}"))
    for line in baseline.lines(found):
        _say(line)
    return 0 if found.is_enough else INCOMPLETE_EXIT


def of_default_branch(history: git.Repository, at: str | None) -> str:
    """Find the revision, whose own policy says where keys go: so it must be one of the default branch.

    Raises:
        UsageError: where it is not.
    """
    found = asked(history, base=None, head=at)
    if at is not None and found.base != found.head:
        raise UsageError(
            f"{at} is not on the default branch: the policy is that revision's own, and says where keys go",
            id="not-default-branch",
            remedy="name a commit of the default branch, or leave --at out",
        )
    return found.base


def _say(text: str) -> None:
    click.echo(inert.log(redaction.of(os.environ).text(text)))
