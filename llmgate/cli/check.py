"""`llmgate check`: configuration, fixtures and pins of one revision, all faults at once; no calls of models."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
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
    providers,
    sides,
    suite,
)
from llmgate.assertions import embedded, model_graded
from llmgate.catalogue import Id
from llmgate.cli import checking, forms, outside
from llmgate.cli import online as online_lists
from llmgate.errors import CallRefused, ConfigurationError, Fault, RenderError
from llmgate.exceptions import reading, standing
from llmgate.renderers import figures, inert
from llmgate.report import entries
from llmgate.targets import prompt
from llmgate.targets.rendering import Renderer
from llmgate.trial import Arm
from llmgate.verdict import Finding, Severity

_PLACED = re.compile(r"(?P<file>.+?):(?P<line>[0-9]+): (?P<reason>.+)", re.DOTALL)


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
        loaded, dangling = _fixtures(history, commit, side)
        cases = loaded.fixtures.values()
        faults = (*side.surface.faults, *loaded.faults, *dangling, *_providers(side, written), *_unfit(side, loaded))
        faults = (*faults, *_unjudged(side, loaded), *checking.faults(history, commit, side.config, written, loaded))
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


def _fixtures(history: git.Repository, commit: str, side: plan.Side) -> tuple[suite.Loaded, tuple[Fault, ...]]:
    loaded = sides.fixtures(history, commit, side.config)
    dangling = (
        Fault(
            file=stored.file,
            line=stored.line,
            message=f"fixture {name!r} names the target {stored.fixture.target!r}, which llmgate.yaml does not have",
            id="unknown-name",
            remedy=f"known: {', '.join(sorted(side.config.targets)) or 'none'}",
        )
        for name, stored in loaded.fixtures.items()
        if stored.fixture.target not in side.config.targets
    )
    return loaded, tuple(dangling)


def _providers(side: plan.Side, written: documents.Document) -> Iterator[Fault]:
    """Find the models whose provider the policy does not have: all of llmgate.yaml, of other files those in use."""
    known = sorted(side.config.policy.providers)
    used = side.config.asked() | side.config.models.keys()
    for name in sorted(used & side.surface.models.keys()):
        model = side.surface.models[name]
        if model.entry is None or model.entry.provider in {*known, config.SIMULATED}:
            continue
        message = f"model {name!r} names the provider {model.entry.provider!r}, which policy.providers does not have"
        if name in side.config.models:
            names = ", ".join(sorted({*known, *config.KNOWN_PROVIDERS}))
            yield written.fault(("models", name, "provider"), message, f"known: {names}", id="unknown-provider")
        else:
            unit = side.surface.units[model.unit]
            remedy = f"declare it there; known: {', '.join(known) or 'none'}"
            yield documents.fault(unit.path, unit.line or 1, message, remedy, id="unknown-provider")


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
    yield from integrity.stale(_cases(loaded), side.indexes, policy)


def _cases(loaded: suite.Loaded) -> tuple[suite.Case, ...]:
    return tuple(
        suite.Case(fixture=stored.fixture, form=Arm.HEAD, new=False, file=stored.file, line=stored.line)
        for stored in filter(_active, loaded.fixtures.values())
    )


def _unjudged(side: plan.Side, loaded: suite.Loaded) -> Iterator[Fault]:
    """Find the fixtures that ask a judge or an embedder where the policy names none."""
    policy = side.config.policy
    for case in _cases(loaded):
        name = f"fixture {case.fixture.id!r}"
        if policy.judge is None and any(model_graded.asking(case.fixture.assertions)):
            message = f"{name} has a model-graded assertion, and there is no policy.judge"
            yield documents.fault(case.file, case.line, message, "name one; docs/judge.md says how", id="judge-missing")
        if policy.embedder is None and any(embedded.among(case.fixture.assertions)):
            message = f"{name} has an assertion that compares embeddings, and there is no policy.embedder"
            yield documents.fault(
                case.file, case.line, message, "name one; docs/embedder.md says how", id="embedder-missing"
            )


def _judging(history: git.Repository, commit: str, side: plan.Side, loaded: suite.Loaded) -> Iterator[Finding]:
    """Say where the judge stands and what the names of grading models promise, as if this revision were the base."""
    policy = side.config.policy
    admitted = suite.Suite(cases=_cases(loaded))
    if policy.judge is not None:
        admitted, told = admission.admitted(admitted, policy, sides.file_of(history, commit))
        yield from told
    if policy.embedder is not None:
        admitted, _ = admission.embedding(admitted, policy)
    yield from findings.grader_pinning(admitted, policy, today=_today())


def _standing(listed: reading.Listed, loaded: suite.Loaded) -> standing.Standing:
    """Hold the exceptions against the fixtures and the day, as if this revision were the base."""
    return standing.standing(listed, suite.Suite(cases=_cases(loaded)), loaded.fixtures, _today())


def _incomplete(side: plan.Side, loaded: suite.Loaded) -> Iterator[Finding]:
    for stored in suite.incomplete(loaded):
        yield from findings.incomplete((stored,), side.config.policy)


def _empty(side: plan.Side, loaded: suite.Loaded) -> Iterator[Finding]:
    if not any(_active(stored) for stored in loaded.fixtures.values()):
        none = "no fixture is active" if loaded.fixtures else "no fixture"
        end = "end a draft, or " if _drafts(loaded) else ""
        yield Finding(
            rule=findings.COVERAGE,
            severity=Severity.BLOCK,
            message=f"{none}: the gate can judge nothing",
            remedy=f"{end}add fixtures under {', '.join(side.config.suite.fixtures)}",
            file=config.PATH,
        )


def _active(stored: suite.Stored) -> bool:
    return stored.fixture.is_active


def _unfit(side: plan.Side, loaded: suite.Loaded) -> Iterator[Fault]:
    """Render each active fixture as the gate would; what several fixtures suffer alike is told once."""
    alike: dict[tuple[str, str, Id], list[suite.Stored]] = {}
    for stored in sorted(filter(_active, loaded.fixtures.values()), key=lambda each: (each.file, each.line)):
        try:
            _render(stored, side)
        except (RenderError, CallRefused) as error:
            alike.setdefault((error.message, error.remedy, error.id), []).append(stored)
    for (message, remedy, id), stored_alike in alike.items():
        yield _folded(message, remedy, stored_alike, id=id)


def _render(stored: suite.Stored, side: plan.Side) -> None:
    """Write a fixture's request as its provider wants it.

    Where target, model or prompt has a fault of its own there is nothing to write.
    """
    target = side.config.prompted.get(stored.fixture.target)
    model = side.surface.models.get(target.model) if target else None
    if target is None or model is None or model.entry is None or side.surface.prompt(target.prompt).fault:
        return
    if stored.fixture.retrieval == "live":
        side.live.question(stored.fixture)
    source = side.surface.prompt(target.prompt)
    rendered = side.render(source, prompt.variables(stored.fixture))
    request = prompt.request(stored.fixture, target, model.entry, rendered, source=source)
    request = replace(request, blobs=side.blobs.of(request.messages))
    if provider := side.config.policy.providers.get(request.provider):
        providers.APIS[provider.api].body(request, None)


def _folded(message: str, remedy: str, alike: list[suite.Stored], *, id: Id) -> Fault:
    first = alike[0]
    if len(alike) == 1:
        return documents.fault(first.file, first.line, f"fixture {first.fixture.id!r}: {message}", remedy, id=id)
    counted = f"({len(alike)} fixtures, first {first.file}:{first.line})"
    if placed := _PLACED.fullmatch(message):
        return documents.fault(placed["file"], int(placed["line"]), f"{placed['reason']} {counted}", remedy, id=id)
    return documents.fault(first.file, first.line, f"{message} {counted}", remedy, id=id)
