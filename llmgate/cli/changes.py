"""`llmgate changes`: what differs between two revisions, and which fixtures send it; no model is asked."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

from llmgate import config, gate, redaction
from llmgate.cli import outside
from llmgate.cli.engines import Engines
from llmgate.cli.gate import asked
from llmgate.question import Question
from llmgate.renderers import changed, figures, inert, listing
from llmgate.report import ChangeEntry, entries
from llmgate.report.material import Material
from llmgate.targets.rendering import Renderer
from llmgate.trial import Arm

SCHEMA = "llmgate.changes/1"
MOST_ROWS = 200


@click.command("changes")
@outside.base_option
@outside.head_option
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
@outside.repository_option
def command(*, base: str | None, head: str | None, json_path: Path | None, repository: Path) -> int:
    """List what changed in prompts, models, parameters and retrieval, why it counts, and what covers each change.

    Without llmgate.yaml, or without a list of files in it, prompts are found by name, content and syntax.
    """
    outside.writable(json_path)
    with outside.repository(repository) as history, Renderer() as on_base, Renderer() as on_head, ExitStack() as stack:
        material = Material(question=asked(history, base=base, head=head))
        today = dt.datetime.fromtimestamp(time.time(), tz=dt.UTC).date()
        renders = {Arm.BASE: on_base.render, Arm.HEAD: on_head.render}
        without, engine = config.Config(version=1), Engines(stack, os.environ)
        gate.inspect(history, material, render=renders, today=today, engine=engine, without=without)
    found = tuple(entries.changes(material))
    redact = redaction.of(os.environ).text
    if json_path:
        json_path.write_text(redact(json.dumps(_form(material, found), indent=2)) + "\n", encoding="utf-8")
    told = f"{_text(material, found)}\n{_between(material.question, base=base, head=head)}"
    click.echo(inert.log(redact(told)))
    return 0


def _form(material: Material, found: tuple[ChangeEntry, ...]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "base": material.question.base,
        "head": material.question.head_sha,
        "relevant": material.relevant,
        "changes": [entry.model_dump(mode="json") for entry in found],
        "findings": [entry.model_dump(mode="json") for entry in entries.findings(material)],
        "fixtures": {
            "compared": [planned.id for planned in material.plan.compared],
            "new": [planned.id for planned in material.plan.new],
            "excepted": [planned.id for planned in material.plan.excepted],
            "identical": list(material.plan.identical),
        },
        "looked": material.looked.model_dump(mode="json"),
    }


def _text(material: Material, found: tuple[ChangeEntry, ...]) -> str:
    looked = material.looked
    if not found:
        wanted = inert.line(", ".join(changed.telling(looked.patterns)), 2_000)
        seen = f"Of {figures.count(looked.files, 'file')}, {_differing(looked.changed_files)}."
        told = f"Nothing that a model is sent has changed. {seen}\nLooked for: {wanted}{changed.found(looked)}"
        return f"{told}\n`llmgate check --surface` lists what counts."
    shown = found[:MOST_ROWS]
    rows = [(entry.kind, listing.name(entry.unit), entry.what, _extent(entry), _covered(entry)) for entry in shown]
    lines = [tabulate(rows, headers=("kind", "what", "how", "difference", "sent by"), tablefmt="plain"), ""]
    lines += listing.lines(found)
    broken = tuple(entries.findings(material))
    lines += [
        f"! {entry.severity.value}: {inert.line(entry.message, 300)} ({inert.line(entry.remedy, 200)})"
        for entry in broken[:MOST_ROWS]
    ]
    if (rest := len(broken) - MOST_ROWS) > 0:
        lines.append(f"! and {figures.count(rest, 'more finding')}; --json lists all")
    return "\n".join(lines)


def _between(question: Question, *, base: str | None, head: str | None) -> str:
    """Say what was held against what: where neither is named both are found, and may not be what was meant."""
    to = "the worktree" if head is None else question.head_sha[:12]
    found = "" if base else " (where this work left the default branch; --base names another)"
    return f"Compared: {to} with {question.base[:12]}{found}."


def _differing(number: int) -> str:
    match number:
        case 0:
            return "none differs"
        case 1:
            return "1 differs; it does not matter to a model"
        case _:
            return f"{number:,} differ; none of them matters to a model"


def _extent(entry: ChangeEntry) -> str:
    places = figures.count(entry.places, "place") if entry.places else "many places"
    words = f"{places}, +{entry.words_added} −{entry.words_removed} words"
    shown = ([words] if entry.words_added is not None else []) + [detail.key for detail in entry.details[:4]]
    return inert.line("; ".join(shown), 100)


def _covered(entry: ChangeEntry) -> str:
    if not entry.fixtures:
        return "nothing"
    first = ", ".join(entry.fixtures[:2])
    return inert.line(first if len(entry.fixtures) <= 2 else f"{first} and {len(entry.fixtures) - 2} more", 80)
