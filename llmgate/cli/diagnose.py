"""`llmgate diagnose`: why fixtures fail, by replays of what fails with one thing changed at a time."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path

import click

from llmgate import gate
from llmgate.cli import outside, screens
from llmgate.cli.gate import asked
from llmgate.cli.progress import progressing
from llmgate.config import DiagnosisBudget
from llmgate.renderers import diagnosis, json

CALLS, USD, MINUTES = 1_000, 5.0, 30.0
DOLLARS = click.FloatRange(min=0, min_open=True)


def _finite(_context: click.Context, _option: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is no amount of dollars.")
    return value


@click.command("diagnose")
@outside.base_option
@outside.head_option
@click.option("--fixture", "only", multiple=True, metavar="ID", help="Explain this fixture only; may be repeated.")
@click.option("--calls", type=click.IntRange(min=1), default=CALLS, show_default=True, help="Calls, at most.")
@click.option("--usd", type=DOLLARS, default=USD, show_default=True, callback=_finite, help="Dollars.")
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there.")
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="The store; by default in your cache.")
@outside.repository_option
def command(
    *,
    base: str | None,
    head: str | None,
    only: tuple[str, ...],
    calls: int,
    usd: float,
    json_path: Path | None,
    store: Path | None,
    repository: Path,
) -> int:
    """Explain every fixture that fails on the head: which change did it, where in the prompt, and what cures it.

    The fixtures are judged first, as `llmgate gate` does, within the policy's budget; what that has paid for in the
    same store is not paid for again. Then the failing ones are replayed, each with one thing changed, within the
    budget given here. Nothing is posted, and the exit code says nothing about the change.

    Exit codes: 0 explained, as far as the budget went; 2 wrong usage or configuration; 3 nothing could be judged;
    130 interrupted.
    """
    outside.writable(json_path)
    wish = gate.Wish(every=True, thorough=True, budget=DiagnosisBudget(calls=calls, usd=usd, minutes=MINUTES))
    with outside.repository(repository) as history, progressing(sys.stderr) as tell:
        question = asked(history, base=base, head=head, only=only)
        path = store or outside.default_store(history.root, os.environ)
        with outside.outside(store=path, environment=os.environ, tell=tell) as things:
            report = gate.judge(history, question, things, wish)
    colour = screens.colours(sys.stdout, os.environ)
    click.echo(diagnosis.render(report, width=screens.width(), colour=colour), nl=False, color=colour)
    if json_path:
        json_path.write_text(json.render(report), encoding="utf-8")
    return report.exit_code if report.exit_code > 1 else 0
