"""`llmgate taxonomy`: the kinds of failure that are in force, and how well the classifier agrees with hand labels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
from tabulate import tabulate

from llmgate import config, confusion
from llmgate.cli import outside
from llmgate.cli.gate import asked
from llmgate.confusion import Confusion, Labelled
from llmgate.errors import UsageError
from llmgate.renderers import figures, inert
from llmgate.taxonomy import Kind, Taxonomy, default

MOST_LISTED = 50


@click.group("taxonomy", invoke_without_command=True)
@outside.base_option
@outside.repository_option
@click.pass_context
def command(context: click.Context, *, base: str | None, repository: Path) -> int:
    """List the kinds of failure with their codes, owners and links, as the base's llmgate.yaml has them."""
    if context.invoked_subcommand is None:
        for line in _lines(*_in_force(repository, base)):
            click.echo(inert.log(line))
    return 0


def _in_force(repository: Path, base: str | None) -> tuple[Taxonomy, bool]:
    """Read the base's taxonomy; the default one, and False, where the base has no configuration."""
    with outside.repository(repository) as history:
        commit = asked(history, base=base, head=None).base
        if config.PATH not in history.tree(commit):
            return default.TAXONOMY, False
        return config.read(history.read(commit, config.PATH), f"{config.PATH} (base)").taxonomy.taxonomy, True


def _lines(taxonomy: Taxonomy, configured: bool) -> Iterator[str]:  # noqa: FBT001 - what _in_force says
    if not configured:
        yield f"There is no {config.PATH} on the base: these are the categories that everyone starts with."
    for category, kind in taxonomy.kinds.items():
        yield _heading(category, kind)
        rows = [(f"  {category}.{code}", known.name, known.says) for code, known in kind.codes.items()]
        yield from tabulate(rows, tablefmt="plain", preserve_whitespace=True).splitlines() if rows else ()
    for own, ours in sorted(taxonomy.mapped.items()):
        yield f"{inert.line(own)} is read as {ours}"


def _heading(category: str, kind: Kind) -> str:
    notes = [inert.line(kind.owner)] if kind.owner else []
    notes += [kind.link] if kind.link else []
    notes += ["a bucket: not about the model"] if kind.bucket else []
    return f"{category}: {inert.line(kind.name)}" + (f" ({', '.join(notes)})" if notes else "")


@command.command("confusion")
@click.argument(
    "reports", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write all of it there.")
def confusing(*, reports: tuple[Path, ...], json_path: Path | None) -> int:
    """Compare the classifier's own labels with the fixtures' `category:`, over JSON REPORTS of gate or diagnose.

    What counts is every fixture that is labelled by hand and failed on the head. Exit codes: 0 compared, 2 wrong usage
    or a file that is no report.
    """
    outside.writable(json_path)
    found = confusion.read((str(path), _content(path)) for path in reports)
    for line in _compared(found):
        click.echo(inert.log(line))
    if json_path:
        json_path.write_text(_document(found), encoding="utf-8")
    return 0


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(confusion.MAX_REPORT_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", id="no-such-file", remedy=confusion.REMEDY
        ) from error


def _compared(found: Confusion) -> Iterator[str]:
    if not found.found:
        yield "No fixture that failed is labelled by hand: give fixtures a `category`, then `llmgate diagnose --json`."
        return
    yield from _matrix(found).splitlines()
    yield ""
    share = figures.rate(found.agreed / len(found.found))
    yield f"{found.agreed:,} of {figures.count(len(found.found), 'label')} agree ({share}); {_kappa(found)}"
    for each in found.disagreements[:MOST_LISTED]:
        yield _told(each)
    if (rest := len(found.disagreements) - MOST_LISTED) > 0:
        yield f"and {rest:,} more; --json lists all"


def _kappa(found: Confusion) -> str:
    if (kappa := found.kappa) is None:
        return "kappa is not defined, as there is one label only"
    low, high = (figures.ratio(bound) for bound in (kappa.interval.low, kappa.interval.high))
    return f"kappa {figures.ratio(kappa.value)} (95 % interval {low} to {high})"


def _matrix(found: Confusion) -> str:
    """A row for each label of people, a column for each of the classifier."""
    table = found.table
    labels = sorted({label for pair in table for label in pair})
    columns = [label for label in labels if any(signs == label for _, signs in table)]
    rows = [
        [inert.line(hand, 40), *(table[hand, signs] or "." for signs in columns)]
        for hand in labels
        if any(one == hand for one, _ in table)
    ]
    header = ["by hand \\ by its signs", *(inert.line(label, 40) for label in columns)]
    return tabulate(rows, header, tablefmt="plain", numalign="right", stralign="left")


def _told(each: Labelled) -> str:
    why = f": {inert.line(each.evidence[0])}" if each.evidence else ""
    place = f"{inert.line(each.fixture, 80)} ({inert.line(each.report, 300)})"
    return f"{place}: {inert.line(each.hand, 40)} by hand, {inert.line(each.signs, 40)} by its signs{why}"


def _document(found: Confusion) -> str:
    kappa = found.kappa
    document = {
        "labelled": len(found.found),
        "agreed": found.agreed,
        "accuracy": found.agreed / len(found.found) if found.found else None,
        "kappa": kappa.value if kappa else None,
        "kappa_interval": [kappa.interval.low, kappa.interval.high] if kappa else None,
        "matrix": [
            {"hand": hand, "signs": signs, "count": count} for (hand, signs), count in sorted(found.table.items())
        ],
        "disagreements": [
            {
                "report": each.report,
                "fixture": each.fixture,
                "hand": each.hand,
                "signs": each.signs,
                "evidence": each.evidence,
            }
            for each in found.disagreements
        ],
    }
    return inert.json(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)) + "\n"
