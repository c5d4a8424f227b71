"""`llmgate power`: what this suite can see, and at which cost; no model is asked."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from llmgate import redaction
from llmgate.cli import outside, screens
from llmgate.cli.gate import asked, has_secrets
from llmgate.errors import NotEvaluated


@click.command("power")
@click.option("--base", metavar="REV", help="Only what a change from there replays (default: the whole suite).")
@outside.head_option
@click.option("--repeats", type=click.IntRange(1, 10_000), help="Gates of each kind, whatever time they take.")
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=10.0, show_default=True, help="Time to simulate.")
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
@click.option("--svg", "svg_path", type=click.Path(dir_okay=False, path_type=Path), help="Write a picture there.")
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="The store; by default in your cache.")
@outside.repository_option
def command(
    *,
    base: str | None,
    head: str | None,
    repeats: int | None,
    seconds: float,
    json_path: Path | None,
    svg_path: Path | None,
    store: Path | None,
    repository: Path,
) -> int:
    """Say how often a gate of this suite would block what breaks in it, and what that costs. No model is asked.

    Pass rates come from the store, else they are assumed, which is said. Gates are simulated with the gate's own
    procedures; what has an exact formula is computed.

    Exit codes: 0 told, 2 wrong usage or configuration, 3 nothing would be compared.
    """
    from llmgate.gate import powering  # noqa: PLC0415 - scipy is imported when something is simulated
    from llmgate.renderers import power, power_picture  # noqa: PLC0415 - as above

    for path in (json_path, svg_path):
        outside.writable(path)
    _refuse_strangers()
    wish = powering.Wish(seconds=seconds) if repeats is None else powering.Wish(repeats=repeats, seconds=float("inf"))
    with outside.repository(repository) as history:
        if base is None:
            against, revision = None, history.snapshot() if head is None else history.resolve(head)
        else:
            question = asked(history, base=base, head=head)
            against, revision = question.base, question.head
        kept = store or outside.default_store(history.root, os.environ)
        with outside.outside(store=kept, environment=os.environ) as things:
            found = powering.power(history, against, revision, things, wish)
    redact = redaction.of(os.environ).text
    if json_path:
        json_path.write_text(redact(found.model_dump_json(by_alias=True, indent=2)) + "\n", encoding="utf-8")
    if svg_path:
        svg_path.write_text(power_picture.render(found), encoding="utf-8")
    colour = screens.colours(sys.stdout, os.environ)
    click.echo(redact(power.render(found, width=screens.width(), colour=colour)), nl=False, color=colour)
    return 0


def _refuse_strangers() -> None:
    if has_secrets(os.environ):
        raise NotEvaluated(
            "`llmgate power` looks at no change in a job that has the secrets, whoever wrote it",
            id="review-missing",
            remedy="run it on the default branch or on your machine; docs/forks.md has how others' changes are judged",
        )
