"""`llmgate check`: configuration, fixtures and pins of one revision, all faults at once; no calls."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import click

from llmgate import config, findings, gate, git, patterns, plan, prompts, suite
from llmgate.cli import outside
from llmgate.errors import ConfigurationError, Fault, UsageError
from llmgate.renderers import inert
from llmgate.verdict import Severity


@click.command("check")
@click.option("--revision", metavar="REV", help="The revision to check; the worktree as it is.")
@click.option("--repository", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path())
def command(*, revision: str | None, repository: Path) -> int:
    """Check llmgate.yaml, the fixtures and the model pins. Exit 2 on faults, 1 where the policy would block."""
    with outside.repository(repository) as history:
        commit = history.resolve(revision) if revision else history.snapshot()
        side = gate.side(history, commit, _configuration(history, commit), prompts.fill)
        loaded, faults = _fixtures(history, commit, side)
    if faults := (*side.surface.faults, *faults):
        raise ConfigurationError(faults)
    today = dt.datetime.fromtimestamp(time.time(), tz=dt.UTC).date()
    found = list(findings.pinning(side.surface, side.config.policy, today=today))
    for item in found:
        where = f"{inert.line(item.file or '', 200)}:{item.line}: " if item.file else ""
        click.echo(f"{item.severity.value}: {where}{inert.line(item.message, 300)} ({inert.line(item.remedy, 300)})")
    units = len(side.surface.units)
    click.echo(f"{len(loaded.fixtures)} fixtures in {loaded.files} files, {units} units of the surface: no faults")
    return 1 if any(item.severity is Severity.BLOCK for item in found) else 0


def _configuration(history: git.Repository, commit: str) -> config.Config:
    if config.PATH not in history.tree(commit):
        raise UsageError(f"there is no {config.PATH} in the repository", remedy="add one; docs/configuration.md has it")
    return config.read(history.read(commit, config.PATH))


def _fixtures(history: git.Repository, commit: str, side: plan.Side) -> tuple[suite.Loaded, tuple[Fault, ...]]:
    matches = patterns.matcher(side.config.suite.fixtures)
    paths = [path for path in history.tree(commit) if matches(path)]
    loaded = suite.load(paths, lambda path: history.read(commit, path))
    dangling = (
        Fault(
            file=stored.file,
            line=stored.line,
            message=f"fixture {name!r} names the target {stored.fixture.target!r}, which llmgate.yaml does not have",
            remedy=f"known: {', '.join(sorted(side.config.targets)) or 'none'}",
        )
        for name, stored in loaded.fixtures.items()
        if stored.fixture.target not in side.config.targets
    )
    return loaded, (*loaded.faults, *dangling)
