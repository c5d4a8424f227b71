"""`llmgate calibrate-judge`: a judge's verdicts on the labelled examples, written beside them, and their agreement."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from llmgate import calibration, config, documents, gate, git, judge, redaction, run
from llmgate.assertions import answering
from llmgate.assertions.asking import Inquiry
from llmgate.calibration import SUFFIX, Label, Standing, Stored, Verdicts
from llmgate.cli import outside
from llmgate.cli.gate import asked
from llmgate.config import JudgeSettings, ModelEntry, Policy
from llmgate.errors import CannotJudge, NotEvaluated, UsageError
from llmgate.renderers import figures, inert
from llmgate.trial import Ruling

NAME = "calibrate-judge"


@click.command(NAME)
@click.option("--base", metavar="REV", help="Whose hosts and keys hold (default: the merge base).")
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="The store; by default in your cache.")
@outside.repository_option
def command(*, base: str | None, store: Path | None, repository: Path) -> int:
    """Ask the judge of llmgate.yaml about every labelled example, and say how well it agrees with the labels.

    Judge and labels are the worktree's; hosts, keys and budget come from the base's policy. Examples that have a
    verdict of this judge are not asked again.

    Exit codes: 0 it may decide, 1 it only measures, 2 wrong usage or configuration, 3 not evaluated, 130 interrupted.
    """
    with outside.repository(repository) as history:
        worktree = history.snapshot()
        settings, path = _labelled(outside.configuration(history, worktree).policy.judge)
        target = _writable(history.root, path + SUFFIX)
        examples = calibration.labels(documents.read(path, _read(history, worktree, path)))
        kept = _kept(history, worktree, path + SUFFIX)
        policy = _policy(history, asked(history, base=base, head=worktree).base)
        database = store or outside.default_store(history.root, os.environ)
        with outside.outside(store=database, environment=os.environ) as things:
            verdicts = _verdicts(examples, kept, settings.model, policy, things)
    written = calibration.written(Verdicts(judge=settings.model, verdicts=verdicts))
    target.write_text(written, encoding="utf-8")
    standing = calibration.standing(examples, verdicts, settings.model)
    for line in (*_lines(standing), f"Written to {path + SUFFIX}."):
        _say(line)
    return 0 if standing.refusal is None else 1


def _labelled(settings: JudgeSettings | None) -> tuple[JudgeSettings, str]:
    if settings is None or settings.calibration is None:
        raise UsageError(
            f"{config.PATH} names no policy.judge with a `calibration`",
            id="judge-missing",
            remedy="add both; docs/judge.md says how",
        )
    return settings, settings.calibration


def _writable(root: Path, name: str) -> Path:
    """Choose the file to write, which must be one of this repository and no link to another place."""
    target = root / name
    if target.is_symlink() or not target.parent.resolve().is_relative_to(root.resolve()):
        raise UsageError(
            f"{name} leads out of the repository", id="no-such-file", remedy="name a regular file in policy.judge"
        )
    return target


def _read(history: git.Repository, commit: str, path: str) -> bytes:
    if path not in history.tree(commit):
        raise UsageError(
            f"there is no {path}, which policy.judge names",
            id="no-such-file",
            remedy="write labels; docs/judge.md says how",
        )
    return history.read(commit, path)


def _kept(history: git.Repository, commit: str, path: str) -> Mapping[str, Stored]:
    return calibration.verdicts(path, history.read(commit, path)).verdicts if path in history.tree(commit) else {}


def _policy(history: git.Repository, commit: str) -> Policy:
    """Read the base's policy: a revision that names a judge cannot choose where keys go."""
    if config.PATH not in history.tree(commit):
        raise NotEvaluated(
            f"there is no {config.PATH} on the base ({commit[:12]}): hosts and keys are read from there",
            id="no-policy",
            remedy=f"add {config.PATH} to the default branch first, or name a revision that has it with --base",
        )
    return config.read(history.read(commit, config.PATH), f"{config.PATH} (base)").policy


def _verdicts(
    examples: tuple[Label, ...],
    kept: Mapping[str, Stored],
    entry: ModelEntry,
    policy: Policy,
    things: gate.Outside,
) -> dict[str, Stored]:
    """Keep the verdicts that hold, and ask for the others. What no answer came for has none."""
    names = {label.inquiry.digest: judge.asked(label.inquiry, entry) for label in examples}
    missing = [label.inquiry for label in examples if names[label.inquiry.digest] not in kept]
    rulings = _asked(missing, entry, policy, things) if missing else {}
    new = {
        names[inquiry.digest]: _said(inquiry, rulings[inquiry.digest])
        for inquiry in missing
        if inquiry.digest in rulings and rulings[inquiry.digest].call
    }
    wanted = set(names.values())
    return {name: word for name, word in (*kept.items(), *new.items()) if name in wanted}


def _asked(missing: list[Inquiry], entry: ModelEntry, policy: Policy, things: gate.Outside) -> dict[str, Ruling]:
    with (
        things.store() as store,
        run.Engine(
            client=things.client(policy, frozenset({entry.provider})),
            store=store,
            experiment=NAME,
            budget=policy.budget,
            concurrency=policy.concurrency,
            clock=things.clock,
        ) as engine,
    ):
        rulings = engine.ask(missing, entry, NAME)
    errors = [ruling.error for ruling in rulings.values() if ruling.error]
    for problem in (*errors[:1], *([engine.exhausted] if engine.exhausted else [])):
        _say(f"note: {len(missing) - len(rulings) + len(errors)} examples got no answer: {problem}")
    return rulings


def _said(inquiry: Inquiry, ruling: Ruling) -> Stored:
    try:
        return "pass" if answering.judged(ruling, inquiry).passed else "fail"
    except CannotJudge:
        return "error"


def _say(text: str) -> None:
    click.echo(inert.log(redaction.of(os.environ).text(text)))


def _lines(standing: Standing) -> Iterator[str]:
    agreement = standing.agreement
    rates = {
        "passes what people pass": agreement.true_positive_rate,
        "fails what people fail": agreement.true_negative_rate,
    }
    told = "; ".join(f"it {what}: {'-' if rate is None else figures.rate(rate)}" for what, rate in rates.items())
    kappa = "-" if agreement.kappa is None else figures.ratio(agreement.kappa)
    yield f"{figures.count(agreement.total, 'label')}; kappa {kappa}; {told}"
    if standing.refusal is None:
        yield "The judge may decide."
    else:
        yield f"The judge only measures: {standing.refusal} ({standing.remedy})."
