"""The pipeline: two revisions → a Report. The calls below in order, nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from llmgate import admission, changes, config, custom, findings, integrity, patterns, plan, report, run, sides, suite
from llmgate.config import Checker, Config, Policy, RetrievalEntry
from llmgate.errors import ConfigurationError, NotEvaluated
from llmgate.question import Question
from llmgate.report import build
from llmgate.report.material import Material, decided, named
from llmgate.retrieval import live
from llmgate.retrieval.engine import Engine
from llmgate.retrieval.indexes import Indexes
from llmgate.store import Judged, Store, experiment
from llmgate.targets import prompt
from llmgate.trial import Arm, Graded
from llmgate.verdict import Finding, Reason, Verdict

MakeEngine = Callable[[Policy, RetrievalEntry, Indexes], Engine]


def no_engine(_: Policy, entry: RetrievalEntry, indexes: Indexes) -> Engine:
    """Refuse the engines that need the network or a process."""
    return live.no_outside(entry, indexes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The outside things, made by the caller; `store` and `client` only once there is something to send.

    `engine` makes the retrieval engines that need the network or a process, within what the base's policy allows;
    `checkers` what runs the repository's own assertions.
    """

    store: Callable[[], Store]
    client: Callable[[Policy, frozenset[str]], run.Client]
    render: Mapping[Arm, plan.Render]
    clock: run.Clock
    engine: MakeEngine = no_engine
    checkers: Callable[[Mapping[str, Checker]], run.Checkers | None] = lambda _: None
    redact: Callable[[str], str] = str
    progress: Callable[[Graded, int], None] = lambda _graded, _planned: None
    simulated: bool = False


def judge(history: sides.History, question: Question, outside: Outside) -> report.Report:
    """Judge a change. What keeps it from being judged becomes a report that is never green.

    Raises:
        UsageError: where the fault is the caller's: a store that cannot be used, a fixture that is not there.
    """
    started = outside.clock.monotonic()
    material = Material(question=question, simulated=outside.simulated)
    try:
        inspect(history, material, render=outside.render, today=_today(outside), engine=outside.engine)
        if material.plan.runs:
            _sample(question, outside, material)
    except ConfigurationError as error:
        material.faults = error.faults
    except NotEvaluated as error:
        material.unjudged.append(Reason(verdict=Verdict.NOT_EVALUATED, message=error.message, remedy=error.remedy))
    return build.report(material, seconds=outside.clock.monotonic() - started, redact=outside.redact)


def inspect(
    history: sides.History,
    material: Material,
    *,
    render: Mapping[Arm, plan.Render],
    today: dt.date,
    engine: MakeEngine = no_engine,
    without: Config | None = None,
) -> None:
    """Find what changed, what covers it and which rules it breaks. No model is asked.

    `without` is the configuration that holds where the base has none: given by who only looks, never by the gate.
    """
    question = material.question
    base, head, removed = _configs(history, question, without)
    material.policy, material.taxonomy = base.policy, base.taxonomy.taxonomy
    configs = {Arm.BASE: base, Arm.HEAD: head}
    arms = sides.both(history, question, configs, render, partial(engine, base.policy))
    indexes = {arm: arms[arm].indexes for arm in Arm}
    material.indexes = indexes[Arm.HEAD]
    material.looked = _looked(history, question, configs)
    material.deployments = {arm: arms[arm].surface.deployments for arm in Arm}
    found = changes.between(arms[Arm.BASE].surface, arms[Arm.HEAD].surface)
    material.changes = integrity.settled(found, indexes[Arm.BASE], indexes[Arm.HEAD])
    material.suite = _suite(history, question, arms, changed=bool(material.changes))
    material.findings += findings.suite_changes(material.suite, base.policy)
    material.suite, told = admission.admitted(material.suite, base.policy, sides.file_of(history, question.base))
    material.findings += told
    _check_checkers(history, material, configs)
    material.findings += findings.unreadable(material.suite, base.policy)
    if removed and not question.approves(base.policy):
        material.findings += findings.configuration_removed(base.policy)
    if not material.changes and not question.only:
        return
    _hold(history, material, arms, today=today)


def _hold(history: sides.History, material: Material, arms: Mapping[Arm, plan.Side], *, today: dt.date) -> None:
    """Plan what runs, and hold the change against the rules of the policy."""
    question, policy = material.question, material.policy
    indexes = {arm: arms[arm].indexes for arm in Arm}
    material.plan = plan.make(material.changes, material.suite, arms, screen=policy.screen, only=question.only)
    material.findings += findings.coverage(material.changes, material.plan, policy)
    material.findings += integrity.drifts(indexes[Arm.BASE], indexes[Arm.HEAD], policy)
    material.findings += integrity.unreached(material.changes, material.plan, indexes[Arm.HEAD], policy)
    if integrity.changed(material.changes):
        cases = material.suite.cases
        material.findings += integrity.stale(cases, indexes[Arm.HEAD], policy, before=indexes[Arm.BASE])
    material.findings += _replaced(history, question, material)
    if material.relevant:
        material.findings += findings.incomplete(material.suite.incomplete, policy)
        material.findings += findings.pinning(arms[Arm.HEAD].surface, policy, today=today)
        material.findings += findings.judge_pinning(material.suite, policy, today=today)


def _check_checkers(history: sides.History, material: Material, configs: Mapping[Arm, Config]) -> None:
    """Take the repository's own assertions from the base, and tell what the head does to them."""
    question = material.question
    known = {arm: custom.known(configs[arm], sides.file_of(history, question.commit(arm))) for arm in Arm}
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


def _today(outside: Outside) -> dt.date:
    return dt.datetime.fromtimestamp(outside.clock.now(), tz=dt.UTC).date()


def _configs(history: sides.History, question: Question, without: Config | None) -> tuple[Config, Config, bool]:
    """Read the configuration of both revisions; one that the head removes stays in force."""
    if config.PATH not in history.tree(question.base) and without is not None:
        has = config.PATH in history.tree(question.head)
        return without, _head_config(history, question, without) if has else without, False
    if config.PATH not in history.tree(question.base):
        raise NotEvaluated(
            f"there is no {config.PATH} on the base: the policy is read from there, so nothing can be decided",
            remedy=f"add {config.PATH} and fixtures to the base first; they apply to the change after that",
        )
    base = config.read(history.read(question.base, config.PATH), f"{config.PATH} (base)")
    if config.PATH not in history.tree(question.head):
        return base, base, True
    return base, _head_config(history, question, base), False


def _head_config(history: sides.History, question: Question, base: Config) -> Config:
    """Read the head's configuration; where it has faults, those of the fixtures are told with them."""
    try:
        return config.read(history.read(question.head, config.PATH))
    except ConfigurationError as error:
        files = _fixture_files(history, question.head, base)
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
    yield from (target.prompt for target in configuration.targets.values())


def _suite(history: sides.History, question: Question, arms: Mapping[Arm, plan.Side], *, changed: bool) -> suite.Suite:
    """Join the fixtures of both revisions; where neither they nor the surface changed there is nothing to read."""
    files = {arm: _fixture_files(history, question.commit(arm), arms[arm].config) for arm in Arm}
    unread = files[Arm.BASE] == files[Arm.HEAD] and not changed and not question.only
    loaded = {arm: suite.load(() if unread else files[arm], sides.reader(history, question.commit(arm))) for arm in Arm}
    unknown = custom.unknown(loaded[Arm.HEAD], arms[Arm.HEAD].config)
    if faults := (*arms[Arm.HEAD].surface.faults, *loaded[Arm.HEAD].faults, *unknown):
        raise ConfigurationError(faults)
    base = arms[Arm.BASE]
    return suite.union(
        loaded[Arm.BASE],
        loaded[Arm.HEAD],
        reads=lambda target: _variables(base, target, loaded[Arm.HEAD]),
        approved=question.approves(base.config.policy),
    )


def _variables(side: plan.Side, target: str, head: suite.Loaded) -> frozenset[str]:
    """What a target's template can see. One that cannot be understood may see all that the head's fixtures give it."""
    if (entry := side.config.targets.get(target)) is None:
        return frozenset()
    found = side.surface.prompt(entry.prompt)
    if found.fault or found.opaque:
        return frozenset(name for stored in head.fixtures.values() for name in stored.fixture.input.variables)
    return frozenset(found.variables)


def _fixture_files(history: sides.History, commit: str, configuration: Config) -> dict[str, str]:
    tree = history.tree(commit)
    matches = patterns.matcher(configuration.suite.fixtures)
    return {path: file.oid for path, file in tree.items() if matches(path)}


def _sample(question: Question, outside: Outside, material: Material) -> None:
    from llmgate import compare, sampling  # noqa: PLC0415 - scipy is imported when something is compared

    policy, planned = material.policy, material.plan
    rules = compare.Rules(alpha=policy.alpha, margin=policy.margin, fixture_margin=policy.fixture_margin)
    identity = experiment(question.base, question.head_sha)
    with (
        outside.store() as store,
        run.Engine(
            client=outside.client(policy, planned.providers | _judging(planned, policy)),
            store=store,
            experiment=identity,
            budget=policy.budget,
            concurrency=policy.concurrency,
            clock=outside.clock,
            judge=policy.judge.model if policy.judge else None,
            checkers=outside.checkers(material.checkers),
        ) as engine,
    ):
        material.spent = engine.spent
        material.most_trials, material.most_calls = (
            sampling.most_trials(planned, rules),
            sampling.most_calls(planned, rules),
        )
        setting = sampling.Setting(
            store=store,
            engine=engine,
            experiment=identity,
            ledger=_ledger(identity, planned, rules),
            commits={arm: question.commit(arm) for arm in Arm},
            rules=rules,
            max_error_share=policy.max_error_share,
            now=outside.clock.now(),
            progress=lambda graded: outside.progress(graded, material.most_trials),
        )
        material.sampled = sampling.sample(planned, setting)
        material.findings += findings.served(material.sampled.served, policy, deployments=material.deployments)
        if question.subject and not question.only:
            _remember(store, material, outside.clock.now())


def _judging(planned: plan.Plan, policy: Policy) -> frozenset[str]:
    """Name the judge's provider, where somebody asks it."""
    asked = policy.judge is not None and any(item.case.judge for item in planned.runs)
    return frozenset({policy.judge.model.provider}) if policy.judge and asked else frozenset()


def _remember(store: Store, material: Material, at: float) -> None:
    """Read the pull request's earlier verdicts, and add this one."""
    question = material.question
    material.earlier = store.earlier(question.subject, besides=question.head_sha)
    judged = Judged(head=question.head_sha, verdict=decided(material).verdict, summary=named(material))
    store.judge(question.subject, question.base, judged, at)


def _ledger(identity: str, planned: plan.Plan, rules: object) -> str:
    """Name the way of deciding: the experiment, the rules, and every request with what is asked of its answer."""
    rows = [
        [
            *(item.id, one.digest, one.critical, one.weight, item.base and item.base.digest, item.head.digest),
            *filter(None, (item.case.judge, item.case.checkers)),
        ]
        for item in planned.runs
        for one in [item.case.fixture]
    ]
    text = prompt.canonical([identity, repr(rules), str(planned.screen), rows])
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
