"""Two revisions → what changed, what covers it and which rules it breaks: everything that takes no call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from llmgate import (
    admission,
    applications,
    behind,
    capabilities,
    categories,
    changes,
    config,
    custom,
    findings,
    guards,
    integrity,
    patterns,
    plan,
    privileged,
    report,
    scripts,
    sides,
    suite,
    weakening,
)
from llmgate.config import Config
from llmgate.errors import ConfigurationError, Fault, NotEvaluated
from llmgate.exceptions import edits, reading, standing
from llmgate.exceptions.reading import Listed
from llmgate.gate.outside import MakeEngine, no_engine
from llmgate.question import Question
from llmgate.report.material import Material
from llmgate.trial import Arm
from llmgate.verdict import Finding


def inspect(
    history: sides.History,
    material: Material,
    *,
    render: Mapping[Arm, plan.Render],
    today: dt.date,
    engine: MakeEngine = no_engine,
    without: Config | None = None,
) -> Mapping[Arm, plan.Side]:
    """Find what changed, what covers it and which rules it breaks. No model is asked. Return both sides, as read.

    `without` is the configuration that holds where the base has none: given by who only looks, never by the gate.
    """
    question = material.question
    base, head, removed = _configs(history, question, without)
    privileged.admit_searches(question, head)
    material.policy, material.taxonomy = base.policy, base.taxonomy.taxonomy
    configs = {Arm.BASE: base, Arm.HEAD: head}
    arms = sides.both(history, question, configs, render, partial(engine, base.policy))
    indexes = {arm: arms[arm].indexes for arm in Arm}
    material.indexes = indexes[Arm.HEAD]
    material.looked = _looked(history, question, configs)
    material.deployments = {arm: arms[arm].surface.deployments for arm in Arm}
    found = changes.between(arms[Arm.BASE].surface, arms[Arm.HEAD].surface)
    material.changes = integrity.settled(found, indexes[Arm.BASE], indexes[Arm.HEAD])
    differing = sides.differing(history, question)
    changed = bool(material.changes) or _grades_otherwise(history, question, configs, differing)
    excepted = {arm: reading.of(sides.file_of(history, question.commit(arm))) for arm in Arm}
    loaded = _loaded(history, question, arms, changed=changed, faults=excepted[Arm.HEAD].faults)
    material.suite = _suite(question, arms, loaded)
    _except(material, excepted, loaded, today=today)
    _admit(history, material, configs, loaded[Arm.BASE])
    if removed and not question.approves(base.policy):
        material.findings += findings.configuration_removed(base.policy)
    material.findings += behind.differing(_seen(history, question, configs), differing, base)
    material.findings += weakening.policy_edits(base, head, differing)
    reads = {arm: sides.file_of(history, question.commit(arm)) for arm in Arm}
    material.findings += guards.edits(reads, differing)
    material.findings += weakening.looking_away(base, head)
    if material.changes or question.alone:
        _hold(history, material, arms, today=today)
    material.findings += findings.unapproved(material.findings, question.approvals, material.policy)
    return arms


def _except(
    material: Material, listed: Mapping[Arm, Listed], loaded: Mapping[Arm, suite.Loaded], *, today: dt.date
) -> None:
    """Let the base's exceptions decide, or with an approver's label the head's, and tell what the head adds to them.

    Where fixtures are named, they are looked at whatever is excepted.
    """
    approved = material.question.approves(material.policy)
    deciding = listed[Arm.HEAD if approved else Arm.BASE]
    known = frozenset(name for side in loaded.values() for name in side.fixtures)
    if not material.question.only:
        material.exceptions = standing.standing(deciding, material.suite, known, today)
    material.findings += standing.unreadable(listed[Arm.BASE])
    loosened = edits.loosened(listed[Arm.BASE], listed[Arm.HEAD], today)
    material.excepting = tuple(replace(each, approved=approved) for each in loosened)
    if not approved:
        material.findings += findings.suite_changes(material.excepting, material.policy)


def _seen(history: sides.History, question: Question, configs: Mapping[Arm, Config]) -> Mapping[Arm, behind.Seen]:
    def of(arm: Arm) -> behind.Seen:
        commit = question.commit(arm)
        return behind.Seen.of(history.tree(commit), lambda path: history.stored(commit, path), configs[arm])

    return {arm: of(arm) for arm in Arm}


def _admit(history: sides.History, material: Material, configs: Mapping[Arm, Config], base: suite.Loaded) -> None:
    """Keep of the suite what the base lets decide, and tell what is left out and what asks less."""
    question, policy = material.question, material.policy
    if not question.approves(policy):
        material.findings += categories.relabelled(material.suite, base, policy)
        material.suite = categories.as_on_base(material.suite, base, policy)
    material.findings += findings.suite_changes(material.suite.weakened, policy)
    material.suite, told = admission.admitted(material.suite, policy, sides.file_of(history, question.base))
    material.findings += told
    material.suite, told = admission.embedding(material.suite, policy)
    material.findings += told
    _check_checkers(history, material, configs, base)
    material.findings += findings.unreadable(material.suite, policy)


def _hold(history: sides.History, material: Material, arms: Mapping[Arm, plan.Side], *, today: dt.date) -> None:
    """Plan what runs, and hold the change against the rules of the policy."""
    question, policy = material.question, material.policy
    indexes = {arm: arms[arm].indexes for arm in Arm}
    material.plan = plan.make(
        material.changes,
        material.suite,
        arms,
        screen=policy.screen,
        only=question.only,
        alone=question.alone,
        excepts=material.exceptions.excepts,
    )
    material.findings += standing.told(material.exceptions)
    applications.admit(material.plan, question, policy)
    material.findings += findings.coverage(material.changes, material.plan, policy, known=material.suite)
    material.findings += integrity.drifts(indexes[Arm.BASE], indexes[Arm.HEAD], policy)
    material.findings += integrity.unreached(material.changes, material.plan, indexes[Arm.HEAD], policy)
    if integrity.changed(material.changes):
        cases = material.suite.cases
        material.findings += integrity.stale(cases, indexes[Arm.HEAD], policy, before=indexes[Arm.BASE])
    material.findings += _replaced(history, question, material)
    if material.relevant:
        material.findings += findings.incomplete(material.suite.incomplete, policy)
        material.findings += findings.pinning(arms[Arm.HEAD].surface, policy, today=today)
        material.findings += findings.grader_pinning(material.suite, policy, today=today)
        material.findings += admission.self_preference(material.plan.runs, policy)
        material.findings += capabilities.ignored(material.plan.runs, policy)


def _check_checkers(
    history: sides.History, material: Material, configs: Mapping[Arm, Config], base: suite.Loaded
) -> None:
    """Take the repository's own assertions from the base, and tell what the head does to them."""
    question, used = material.question, [case.fixture for case in material.suite.cases]
    reads = {arm: sides.file_of(history, question.commit(arm)) for arm in Arm}
    known = {arm: {**custom.known(configs[arm], reads[arm]), **scripts.known(used, base, reads[arm])} for arm in Arm}
    material.checkers = known[Arm.BASE]
    if not question.approves(material.policy):
        material.findings += custom.changed(known[Arm.BASE], known[Arm.HEAD], material.suite, material.policy)
    material.suite, told = custom.admitted(material.suite, material.checkers)
    material.findings += told


def _replaced(history: sides.History, question: Question, material: Material) -> Iterator[Finding]:
    """Files that the base's fixtures refer to and the head changes, unless an approver's label allows it."""
    if not question.approves(material.policy):
        before, after = (history.tree(question.commit(arm)) for arm in Arm)
        yield from integrity.replaced(material.suite, before, after, material.policy)


def _configs(history: sides.History, question: Question, without: Config | None) -> tuple[Config, Config, bool]:
    """Read the configuration of both revisions; one that the head removes stays in force."""
    if config.PATH not in history.tree(question.base) and without is not None:
        has = config.PATH in history.tree(question.head)
        return without, _head_config(history, question, without) if has else without, False
    if config.PATH not in history.tree(question.base):
        raise NotEvaluated(
            f"there is no {config.PATH} on the base: the policy is read from there, so nothing can be decided",
            id="no-policy",
            remedy=f"add {config.PATH} and fixtures to the base first (`llmgate init` writes them); they apply to the"
            " change after that",
        )
    base = config.read(history.read(question.base, config.PATH), f"{config.PATH} (base)")
    privileged.admit(question, base.policy)
    if config.PATH not in history.tree(question.head):
        return base, base, True
    return base, _head_config(history, question, base), False


def _head_config(history: sides.History, question: Question, base: Config) -> Config:
    """Read the head's configuration; where it has faults, those of the fixtures are told with them."""
    try:
        return config.read(history.read(question.head, config.PATH))
    except ConfigurationError as error:
        files = fixture_files(history, question.head, base)
        loaded = suite.load(files, sides.reader(history, question.head))
        raise ConfigurationError((*error.faults, *loaded.faults)) from error


def _looked(history: sides.History, question: Question, configs: Mapping[Arm, Config]) -> report.Looked:
    files, differing = len(history.tree(question.head)), sides.differing(history, question)
    patterns = {pattern for configuration in configs.values() for pattern in _patterns(configuration)}
    searched = sorted({kind for configuration in configs.values() for kind in configuration.surface.searched})
    return report.Looked(
        files=files, changed_files=len(differing), patterns=tuple(sorted(patterns)), searched=tuple(searched)
    )


def _patterns(configuration: Config) -> Iterator[str]:
    yield config.PATH
    settings = configuration.surface
    yield from (*(settings.prompts or ()), *(settings.models or ()), *(settings.retrieval or ()))
    yield from configuration.suite.fixtures
    yield from (target.prompt for target in configuration.prompted.values())
    yield from (pattern for entry in configuration.applications.values() for pattern in entry.files)


def _grades_otherwise(
    history: sides.History, question: Question, configs: Mapping[Arm, Config], differing: frozenset[str]
) -> bool:
    """Tell whether the code that fixtures of the base are graded by may differ, though they do not."""
    paths = fixture_files(history, question.base, configs[Arm.BASE])
    fixtures = (partial(history.read, question.base, path) for path in paths)
    return weakening.grades_otherwise(configs[Arm.BASE], configs[Arm.HEAD], differing, fixtures)


def _loaded(
    history: sides.History,
    question: Question,
    arms: Mapping[Arm, plan.Side],
    *,
    changed: bool,
    faults: tuple[Fault, ...],
) -> Mapping[Arm, suite.Loaded]:
    """Read the fixtures of both revisions; where neither they nor the surface changed there is nothing to read.

    `faults` of other files of the head are told with theirs.
    """
    files = {arm: fixture_files(history, question.commit(arm), arms[arm].config) for arm in Arm}
    unread = files[Arm.BASE] == files[Arm.HEAD] and not changed and not question.alone
    loaded = {arm: suite.load(() if unread else files[arm], sides.reader(history, question.commit(arm))) for arm in Arm}
    unknown = custom.unknown(loaded[Arm.HEAD], arms[Arm.HEAD].config)
    if found := (*arms[Arm.HEAD].surface.faults, *loaded[Arm.HEAD].faults, *unknown, *faults):
        raise ConfigurationError(found)
    return loaded


def _suite(question: Question, arms: Mapping[Arm, plan.Side], loaded: Mapping[Arm, suite.Loaded]) -> suite.Suite:
    """Join the fixtures of both revisions."""
    base = arms[Arm.BASE]
    return suite.union(
        loaded[Arm.BASE],
        loaded[Arm.HEAD],
        reads=lambda target: _variables(base, target, loaded[Arm.HEAD]),
        approved=question.approves(base.config.policy),
    )


def _variables(side: plan.Side, target: str, head: suite.Loaded) -> frozenset[str]:
    """What a target's template can see. One that cannot be understood may see all that the head's fixtures give it."""
    if (entry := side.config.prompted.get(target)) is None:
        given = head.fixtures.values() if target in side.config.applications else ()
        return frozenset(name for stored in given for name in stored.fixture.input.variables)
    found = side.surface.prompt(entry.prompt)
    if found.fault or found.opaque:
        return frozenset(name for stored in head.fixtures.values() for name in stored.fixture.input.variables)
    return frozenset(found.variables)


def fixture_files(history: sides.History, commit: str, configuration: Config) -> dict[str, str]:
    tree = history.tree(commit)
    matches = patterns.matcher(configuration.suite.fixtures)
    return {path: file.oid for path, file in tree.items() if matches(path)}
