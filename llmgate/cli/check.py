"""`llmgate check`: configuration, fixtures and pins of one revision, all faults at once; no calls of models."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from llmgate import (
    admission,
    captured,
    config,
    documents,
    findings,
    git,
    integrity,
    labelled,
    plan,
    sides,
    suite,
)
from llmgate.cli import checking, fitting, forms, outside
from llmgate.cli import online as online_lists
from llmgate.errors import ConfigurationError, Fault
from llmgate.exceptions import reading, standing
from llmgate.renderers import figures, inert
from llmgate.report import entries
from llmgate.targets.rendering import Renderer
from llmgate.verdict import Finding, Severity


@click.command("check")
@click.option("--revision", metavar="REV", help="The revision to check (default: the worktree as it is).")
@click.option("--surface", "listed", is_flag=True, help="List every unit of the surface, and why it is one.")
@forms.options("junit", "sarif", "codequality")
@click.option("--online", is_flag=True, help="Ask the providers of the models for their own lists; needs their keys.")
@click.option("--base", metavar="REV", help="With --online: whose hosts are asked (default: the merge base).")
@outside.repository_option
def command(
    *,
    revision: str | None,
    listed: bool,
    online: bool,
    base: str | None,
    repository: Path,
    **files: Path | None,
) -> int:
    """Check llmgate.yaml, the fixtures, the model pins and llmgate.lock, and render every fixture once.

    Nothing is sent, unless --online asks the hosts that the base's policy names which models they have. With --surface
    it does without llmgate.yaml, too.

    Exit codes: 0 no faults, 1 the policy would block, 2 faults.
    """
    for file in files.values():
        outside.writable(file)
    with outside.repository(repository) as history, Renderer() as renderer:
        commit = history.resolve(revision) if revision else history.snapshot()
        there = config.PATH in history.tree(commit)
        settings = config.Config(version=1) if listed and not there else outside.configuration(history, commit)
        side = sides.of(history, commit, settings, renderer.render)
        written = documents.read(config.PATH, history.read(commit, config.PATH) if there else b"version: 1\n")
        loaded = sides.fixtures(history, commit, side.config)
        cases = loaded.fixtures.values()
        faults = (*side.surface.faults, *loaded.faults, *fitting.faults(side, loaded, written))
        faults = (*faults, *checking.faults(history, commit, side.config, written, loaded))
        taxonomy = side.config.taxonomy.taxonomy
        faults = (*faults, *captured.faults(cases), *labelled.faults(cases, taxonomy))
        excepted = reading.of(sides.file_of(history, commit))
        faults = (*faults, *excepted.faults)
        lists = _lists(history, side, base=base, revision=commit) if online else None
        registry, unasked = (lists.registry, lists.findings) if lists else (None, ())
        pins = findings.pinning(side.surface, side.config.policy, today=_today(), registry=registry)
        found = [*pins, *unasked, *_retrieval(side, loaded), *_incomplete(side, loaded), *_empty(side, loaded)]
        found += [*captured.unproven(cases), *labelled.findings(cases, taxonomy)]
        found += standing.told(_standing(excepted, loaded))
        found += _judging(history, commit, side, loaded)
    forms.write_findings(entries.told(faults, found), files)
    for line in (*(_units(side) if listed else ()), *map(_line, found), *_notes(side, there=there)):
        click.echo(inert.log(line))
    return _ended(faults, found, _count(loaded, len(side.surface.units), found))


def _ended(faults: Iterable[Fault], found: Iterable[Finding], count: str) -> int:
    if faults := tuple(faults):
        raise ConfigurationError(faults)
    click.echo(count)
    return 1 if any(item.severity is Severity.BLOCK for item in found) else 0


def _units(side: plan.Side) -> Iterator[str]:
    for name, unit in side.surface.units.items():
        why = f" by {unit.rule.id}: {unit.rule.reason}" if unit.rule else ""
        gated = "" if unit.prompt is None or unit.prompt.gated else " (reported, not gated)"
        yield f"{inert.line(name, 200)} at {inert.line(unit.path, 200)}:{unit.line}{why}{gated}"


def _lists(history: git.Repository, side: plan.Side, *, base: str | None, revision: str) -> online_lists.Known:
    rule = side.config.policy.pins
    return online_lists.known(history, side.surface, rule, base=base, revision=revision, today=_today())


def _today() -> dt.date:
    return dt.datetime.fromtimestamp(time.time(), tz=dt.UTC).date()


def _line(item: Finding) -> str:
    where = f"{inert.line(item.file or '', 200)}:{item.line or 1}: " if item.file else ""
    return f"{item.severity.value}: {where}{inert.line(item.message, 300)} ({inert.line(item.remedy, 300)})"


def _count(loaded: suite.Loaded, units: int, found: Iterable[Finding]) -> str:
    severities = [item.severity for item in found]
    blocking, warnings = severities.count(Severity.BLOCK), severities.count(Severity.WARN)
    parts = [figures.count(blocking, "blocking finding")] if blocking else ["no faults"]
    parts += [figures.count(warnings, "warning")] if warnings else []
    fixtures, drafts = len(loaded.fixtures), len(_drafts(loaded))
    counted = [figures.count(fixtures, "fixture")]
    counted += [_drafted(drafts, fixtures)] if drafts else []
    return f"{', '.join(counted)}, {figures.count(units, 'unit')}: {', '.join(parts)}"


def _drafted(drafts: int, fixtures: int) -> str:
    if drafts == fixtures:
        return "a draft" if drafts == 1 else "all drafts"
    return f"{drafts:,} of them {'a draft' if drafts == 1 else 'drafts'}"


def _drafts(loaded: suite.Loaded) -> list[suite.Stored]:
    return [stored for stored in loaded.fixtures.values() if stored.fixture.draft]


def _notes(side: plan.Side, *, there: bool) -> Iterator[str]:
    if not there:
        yield f"note: there is no {config.PATH}; what is listed was found by name, content and syntax"
    used = map(side.surface.models.get, side.config.asked())
    if any(model.entry.provider == config.SIMULATED for model in used if model and model.entry):
        yield f"note: the provider {config.SIMULATED!r} is a program, not a model; only `llmgate demo` answers it"


def _retrieval(side: plan.Side, loaded: suite.Loaded) -> Iterator[Finding]:
    """Hold the indexes of files against the lock, and the fixtures' documents against the indexes."""
    policy = side.config.policy
    yield from integrity.unlocked(side.indexes, policy)
    yield from integrity.drifts(side.indexes, side.indexes, policy)
    yield from integrity.stale(fitting.cases(loaded), side.indexes, policy)


def _judging(history: git.Repository, commit: str, side: plan.Side, loaded: suite.Loaded) -> Iterator[Finding]:
    """Say where the judge stands and what the names of grading models promise, as if this revision were the base."""
    policy = side.config.policy
    admitted = suite.Suite(cases=fitting.cases(loaded))
    if policy.judge is not None:
        admitted, told = admission.admitted(admitted, policy, sides.file_of(history, commit))
        yield from told
    if policy.embedder is not None:
        admitted, _ = admission.embedding(admitted, policy)
    yield from findings.grader_pinning(admitted, policy, today=_today())


def _standing(listed: reading.Listed, loaded: suite.Loaded) -> standing.Standing:
    """Hold the exceptions against the fixtures and the day, as if this revision were the base."""
    return standing.standing(listed, suite.Suite(cases=fitting.cases(loaded)), loaded.fixtures, _today())


def _incomplete(side: plan.Side, loaded: suite.Loaded) -> Iterator[Finding]:
    for stored in suite.incomplete(loaded):
        yield from findings.incomplete((stored,), side.config.policy)


def _empty(side: plan.Side, loaded: suite.Loaded) -> Iterator[Finding]:
    if not any(stored.fixture.is_active for stored in loaded.fixtures.values()):
        none = "no fixture is active" if loaded.fixtures else "no fixture"
        end = "end a draft, or " if _drafts(loaded) else ""
        yield Finding(
            rule=findings.COVERAGE,
            severity=Severity.BLOCK,
            message=f"{none}: the gate can judge nothing",
            remedy=f"{end}add fixtures under {', '.join(side.config.suite.fixtures)}",
            file=config.PATH,
        )
