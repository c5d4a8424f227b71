"""`llmgate demo`: the whole gate over real git and real HTTP, on an embedded repository and a simulated model."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmgate import demo, gate
from llmgate.cli import outside, paged, screens, traced
from llmgate.cli.progress import progressing
from llmgate.demo import server
from llmgate.question import Question
from llmgate.renderers import json, markdown, terminal

if TYPE_CHECKING:
    from llmgate.report import Report
    from llmgate.report.shown import Shown

SUBJECT = "demo"
MARKER = "<!-- llmgate:demo: the model is simulated -->"


@click.command("demo")
@click.option(
    "--head",
    type=click.Choice(sorted(demo.HEADS)),
    default=demo.DEFAULT_HEAD,
    show_default=True,
    help="Which pull request: " + "; ".join(f"{head.name} {head.summary}" for head in demo.HEADS.values()) + ".",
)
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page there.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Leave the repository there.")
@click.option("--traces", type=click.Path(dir_okay=False, path_type=Path), help="Write the run as OTLP JSON lines.")
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="The store; by default in your cache.")
def command(
    *, head: str, json_path: Path | None, html: Path | None, keep: Path | None, traces: Path | None, store: Path | None
) -> int:
    """Run the gate on an example pull request; a terminal shows the report, a pipe gets the comment it would post.

    The model is simulated: a program on this machine that answers by rules and dice. No key, no network.

    Exit codes: those of `llmgate gate`.
    """
    for file in (json_path, html, traces):
        outside.writable(file)
    path = store or outside.default_store(Path(SUBJECT), os.environ)
    report, shown = _judged(head, keep, path, html=html, traces=traces)
    if json_path:
        json_path.write_text(json.render(report), encoding="utf-8")
    paged.write(html, report, shown)
    _show(report)
    if keep:
        click.echo(
            f"The repository is in {keep}. Its model is simulated: `llmgate gate` does not run there, but"
            " `llmgate check` and `llmgate changes --base main` do.",
            err=True,
        )
    return report.exit_code


def _judged(
    head: str, keep: Path | None, store: Path, *, html: Path | None, traces: Path | None
) -> tuple[Report, Shown | None]:
    with _directory(keep) as directory, server.serve(demo.SEED) as model, progressing(sys.stderr) as tell:
        built = demo.build(directory, head=head)
        question = Question(
            base=built.base,
            head=built.heads[head],
            head_sha=built.heads[head],
            base_ref=demo.BASE_BRANCH,
            head_ref=head,
            subject=f"{SUBJECT}/{head}",
        )
        simulation = outside.Simulation(origin=model.origin)
        with (
            outside.repository(directory) as history,
            traced.traced(question, {}, traces, _note) as recorder,
            paged.keeping(html, {}) as keeping,
            outside.outside(
                store=store,
                environment={},
                tell=tell,
                simulation=simulation,
                recorder=recorder,
                keeping=keeping,
            ) as things,
        ):
            report = gate.judge(history, question, things)
            return report, keeping.shown(report) if keeping else None


def _show(report: Report) -> None:
    if sys.stdout.isatty():
        colour = screens.colours(sys.stdout, os.environ)
        click.echo(terminal.render(report, width=screens.width(), colour=colour), nl=False, color=colour)
    else:
        click.echo(markdown.comment(report, marker=MARKER))


def _note(note: str) -> None:
    click.echo(f"note: {note}", err=True)


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        outside.folder(keep)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="llmgate-demo-") as directory:
        yield Path(directory)
