"""`llmgate prove`: that a fixture fails on the revision with the failure and passes on the one with the fix."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from llmgate import applications, config, custom, gate, git, plan, progress, proving, redaction, run, scripts, sides
from llmgate.assertions import embedded, model_graded
from llmgate.cli import outside, recording
from llmgate.cli.gate import asked
from llmgate.cli.progress import progressing
from llmgate.config import Checker, Config
from llmgate.errors import NotEvaluated, UsageError
from llmgate.fixture import Fixture
from llmgate.proving import FAILING, PASSING, Result, Revision
from llmgate.question import Question
from llmgate.renderers import inert, proof
from llmgate.stats.separation import MOST_REPEATS
from llmgate.trial import Arm

DEFAULT_REPEATS = 10


@click.command("prove")
@click.argument("fixture", metavar="FIXTURE")
@click.option("--fails-at", required=True, metavar="REV", help="The revision with the failure.")
@click.option("--passes-at", required=True, metavar="REV", help="The revision with the fix.")
@click.option(
    "--repeats",
    type=click.IntRange(2, MOST_REPEATS),
    default=DEFAULT_REPEATS,
    show_default=True,
    help="Trials on each revision, at most.",
)
@click.option("--no-record", is_flag=True, help="Do not write the proof into the fixture's file.")
@click.option("--base", metavar="REV", help="Whose policy holds (default: the merge base with the default branch).")
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="The store; by default in your cache.")
@outside.repository_option
def command(
    *,
    fixture: str,
    fails_at: str,
    passes_at: str,
    repeats: int,
    no_record: bool,
    base: str | None,
    store: Path | None,
    repository: Path,
) -> int:
    """Run FIXTURE on both revisions, test whether it separates them, and record that in its file.

    FIXTURE is a file of the worktree, `file#id`, or the id of a fixture of the suite; it runs in the worktree's form on
    both revisions. Hosts, keys and budget come from the base's policy, never from a revision that is run.

    Exit codes: 0 it separates them, 1 it does not, 2 wrong usage or configuration, 3 not evaluated, 130 interrupted.
    """
    with outside.repository(repository) as history, progressing(sys.stderr) as tell:
        worktree = history.snapshot()
        source = recording.find(history, worktree, fixture)
        proving.check(source.stored.fixture)
        named = {FAILING: fails_at, PASSING: passes_at}
        revisions = {arm: Revision(name=name, commit=history.resolve(name)) for arm, name in named.items()}
        basis = _basis(history, base, worktree, source.stored.fixture)
        policy = basis.config.policy
        rules = proving.Rules(repeats=repeats, alpha=policy.alpha, max_error_share=policy.max_error_share)
        proving.refuse_too_few(repeats, policy.alpha)
        path = store or outside.default_store(history.root, os.environ)
        with outside.outside(store=path, environment=os.environ, tell=tell) as things:
            ground = _ground(history, revisions, basis.config, things, source.stored.fixture.target)
            item = proving.planned(source.stored, ground.sides, revisions)
            _say(f"fixture {source.stored.fixture.id} ({source.stored.file}:{source.stored.line})")
            if proving.is_identical(item):
                _say(proof.identical(revisions))
                return 1
            result = _proven(item, rules, revisions, basis, things, ground=ground)
    if not no_record:
        _record(source, result, revisions, things.clock)
    return 0 if result.separates else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Basis:
    """What the base decides: the policy, and how the repository's own assertions grade."""

    config: Config
    checkers: Mapping[str, Checker]


def _basis(history: git.Repository, base: str | None, worktree: str, fixture: Fixture) -> _Basis:
    """Read the policy that holds, and the code that goes with it: a revision under test cannot choose where keys go."""
    commit = asked(history, base=base, head=worktree).base
    if config.PATH not in history.tree(commit):
        raise NotEvaluated(
            f"there is no {config.PATH} on the base ({commit[:12]}): hosts and keys are read from there",
            id="no-policy",
            remedy=f"add {config.PATH} to the default branch first, or name a revision that has it with --base",
        )
    settings = config.read(history.read(commit, config.PATH), f"{config.PATH} (base)")
    read = sides.file_of(history, commit)
    asked_for = scripts.known([fixture], sides.fixtures(history, commit, settings), read)
    return _Basis(config=settings, checkers={**custom.known(settings, read), **asked_for})


def _sides(
    history: git.Repository, revisions: Mapping[Arm, Revision], basis: Config, things: gate.Outside
) -> Mapping[Arm, plan.Side]:
    engine = partial(things.engine, basis.policy)
    return {
        arm: sides.of(history, one.commit, _config(history, one, basis), things.render[arm], engine=engine)
        for arm, one in revisions.items()
    }


def _config(history: git.Repository, revision: Revision, basis: Config) -> Config:
    """Read a revision's configuration; one from before there was any is read by the base's."""
    if config.PATH in history.tree(revision.commit):
        shown = f"{config.PATH} ({inert.line(revision.name, proof.MAX_NAME_CHARS)})"
        return config.read(history.read(revision.commit, config.PATH), shown)
    _say(f"note: there is no {config.PATH} at {proof.named(revision)}; targets and models are taken from the base's")
    return basis


def _ground(
    history: git.Repository, revisions: Mapping[Arm, Revision], basis: Config, things: gate.Outside, target: str
) -> gate.Ground:
    """Read both revisions, and say where their target comes from, where it is an application."""
    base, head = (revisions[arm].commit for arm in Arm)
    return gate.Ground(
        history=history,
        question=Question(base=base, head=head, head_sha=head),
        sides=_sides(history, revisions, basis, things),
        policy=basis.policy,
        targets=frozenset({target}),
    )


def _proven(
    item: plan.Planned,
    rules: proving.Rules,
    revisions: Mapping[Arm, Revision],
    basis: _Basis,
    things: gate.Outside,
    *,
    ground: gate.Ground,
) -> Result:
    policy, fixture = basis.config.policy, item.case.fixture
    judge = policy.judge.model if policy.judge and any(model_graded.asking(fixture.assertions)) else None
    embedder = policy.embedder if any(embedded.among(fixture.assertions)) else None
    graders = frozenset(entry.provider for entry in (judge, embedder) if entry)
    used = frozenset(name for arm in Arm for name in item.on(arm).providers) | graders
    runs = any(item.on(arm).application for arm in Arm)
    with (
        things.store() as store,
        run.Engine(
            client=things.client(policy, used),
            store=store,
            experiment=proving.experiment(fixture, revisions),
            budget=policy.budget,
            concurrency=policy.concurrency,
            clock=things.clock,
            graders=run.Graders(
                judge=judge,
                embedder=embedder,
                origin=policy.origin(embedder.provider) if embedder else "",
                checkers=things.checkers(basis.checkers),
            ),
            hosting=things.hosting(ground) if runs else None,
        ) as engine,
    ):
        things.tell(progress.Opened(budget=policy.budget, spent=engine.spent, most_trials=2 * rules.repeats))
        things.tell(progress.Begun(stage=progress.Stage.PROOF, trials=2 * rules.repeats, fixtures=1))
        result = proving.prove(item, rules, engine, things.tell)
        told = [finding.message for finding in applications.lacking(engine.lacking)]
    for line in told:
        _say(f"note: {line}")
    for line in proof.lines(result, revisions, engine.spent):
        _say(line)
    return result


def _record(source: recording.Source, result: Result, revisions: Mapping[Arm, Revision], clock: run.Clock) -> None:
    """Record what was found. Where that fails the outcome stands, and what to add is said."""
    day = dt.datetime.fromtimestamp(clock.now(), tz=dt.UTC).date()
    try:
        recording.record(source, proving.proof(result, source.stored.fixture, revisions, day))
    except UsageError as error:
        click.echo(inert.log(f"note: {error}"), err=True)
    else:
        _say(f"Recorded as `{recording.KEY}` in {source.stored.file}.")


def _say(text: str) -> None:
    click.echo(inert.log(redaction.of(os.environ).text(text)))
