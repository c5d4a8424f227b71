"""`llmgate calibrate`: gates of the default branch against itself, and what they say of the suite."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from llmgate import redaction
from llmgate.cli import outside, screens
from llmgate.cli.baseline import of_default_branch
from llmgate.cli.progress import progressing


@click.command("calibrate")
@click.option("--at", metavar="REV", help="A revision of the default branch (default: where this work left it).")
@click.option("--repeats", type=click.IntRange(1, 200), default=3, show_default=True, help="A/A gates to run.")
@click.option("--max-calls", type=click.IntRange(1), help="Calls at most (default, and at most: the policy's budget).")
@click.option("--resamples", type=click.IntRange(1, 10_000), default=1_000, show_default=True, help="Simulated gates.")
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="The store; by default in your cache.")
@outside.repository_option
def command(
    *,
    at: str | None,
    repeats: int,
    max_calls: int | None,
    resamples: int,
    json_path: Path | None,
    store: Path | None,
    repository: Path,
) -> int:
    """Run gates of a revision against itself, and say how often the gate is wrong about this suite and what flakes.

    These are real calls, within the policy's budget. A gate that is stopped is continued by the next run; of gates that
    ended, the store counts how many there were of this suite and how many blocked.

    Exit codes: 0 the gate blocks no more often than alpha, as far as this shows; 1 it does: the exact interval lies
    above alpha; 2 wrong usage or configuration; 3 not evaluated: no gate ended, or too many trials had no answer;
    130 interrupted.
    """
    from llmgate.gate import calibrated, calibrating  # noqa: PLC0415 - scipy is imported when something is compared
    from llmgate.renderers import calibration  # noqa: PLC0415 - as above

    outside.writable(json_path)
    with outside.repository(repository) as history, progressing(sys.stderr) as tell:
        commit = of_default_branch(history, at)
        kept = store or outside.default_store(history.root, os.environ)
        with outside.outside(store=kept, environment=os.environ, tell=tell) as things:
            wish = calibrating.Wish(repeats=repeats, calls=max_calls, resamples=resamples)
            found = calibrated.calibrate(history, commit, things, wish)
    redact = redaction.of(os.environ).text
    if json_path:
        json_path.write_text(redact(found.model_dump_json(by_alias=True, indent=2)) + "\n", encoding="utf-8")
    colour = screens.colours(sys.stdout, os.environ)
    click.echo(redact(calibration.render(found, width=screens.width(), colour=colour)), nl=False, color=colour)
    return found.exit_code
