"""A plan → what its samples showed, drawn through one engine and one store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from llmgate import applications, categories, damage, drift, findings, headroom, ledger, plan, progress, run
from llmgate.config import Budget, Policy
from llmgate.gate import record
from llmgate.gate.outside import Ground, Outside
from llmgate.report.material import Material, decided, named, summary_of
from llmgate.store import Judged, Store, experiment
from llmgate.trial import Arm, Graded
from llmgate.verdict import Finding

if TYPE_CHECKING:
    from llmgate import compare, sampling
    from llmgate.sampling import Sampled


def sample(ground: Ground, outside: Outside, material: Material) -> None:
    """Draw the samples of what was planned, and remember the verdict that they come to.

    Raises:
        NotEvaluated: where a key or a provider is missing.
    """
    from llmgate import sampling  # noqa: PLC0415 - scipy is imported when something is compared

    question, policy, planned = ground.question, material.policy, material.plan
    hosting = outside.hosting(ground) if any(item.head.application for item in planned.runs) else None
    rules = rules_of(policy)
    identity = experiment(question.base, question.head_sha)
    with (
        outside.store() as store,
        engine_of(store, identity, policy.budget, outside, material, hosting=hosting) as engine,
    ):
        material.spent = engine.spent
        material.most_trials = sampling.most_trials(planned, rules)
        material.most_calls = sampling.most_calls(planned, rules)
        outside.tell(progress.Opened(budget=policy.budget, spent=engine.spent, most_trials=material.most_trials))
        setting = setting_of(ground, outside, material, Drawing(store=store, engine=engine, experiment=identity))
        try:
            material.sampled = sampling.sample(planned, setting)
        finally:
            material.findings += damage.findings(store.lost)
        material.findings += _shown(material, material.sampled, engine)
        material.calibrated = record.read(
            store, record.named(ground.history, question.base, ground.sides[Arm.BASE].config)
        )
        if question.subject and not question.only:
            _remember(store, material, outside.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What samples are drawn with, in an experiment; `collect` gets each trial, beside who looks on outside."""

    store: Store
    engine: run.Engine
    experiment: str
    collect: Callable[[Graded], None] = lambda _: None


def rules_of(policy: Policy) -> compare.Rules:
    """Take the numbers that a comparison follows from the policy."""
    from llmgate import compare  # noqa: PLC0415 - as above

    return compare.Rules(alpha=policy.alpha, margin=policy.margin, fixture_margin=policy.fixture_margin)


def setting_of(ground: Ground, outside: Outside, material: Material, drawing: Drawing) -> sampling.Setting:
    """Say what the samples of a plan are drawn with, by the policy."""
    from llmgate import sampling  # noqa: PLC0415 - as above

    question, policy, rules = ground.question, material.policy, rules_of(material.policy)

    def tell(event: progress.Event) -> None:
        if isinstance(event, Graded):
            drawing.collect(event)
        outside.tell(event)

    return sampling.Setting(
        store=drawing.store,
        engine=drawing.engine,
        experiment=drawing.experiment,
        ledger=ledger.named(drawing.experiment, material.plan, rules),
        origins={name: policy.origin(name) for name in policy.providers},
        commits={arm: question.commit(arm) for arm in Arm},
        rules=rules,
        max_error_share=policy.max_error_share,
        now=outside.clock.now(),
        tell=tell,
        category=categories.labeller(material.taxonomy, {arm: side.indexes for arm, side in ground.sides.items()}),
        watch=outside.watch,
        drawer=replace(outside.drawer, stranger=question.stranger),
    )


def _shown(material: Material, sampled: Sampled, engine: run.Engine) -> Iterator[Finding]:
    policy = material.policy
    yield from findings.served(sampled.served, policy, deployments=material.deployments)
    yield from applications.refused(sampled.refused, policy)
    yield from applications.lacking(engine.lacking)
    yield from drift.findings(sampled.drifted)
    yield from headroom.findings(_seen(material), material.changes, material.plan, policy)
    yield from categories.worse(sampled.paired, material.taxonomy, policy)


def engine_of(
    store: Store,
    identity: str,
    budget: Budget,
    outside: Outside,
    material: Material,
    *,
    hosting: run.Hosting | None = None,
) -> run.Engine:
    """Make what draws trials for an experiment, within a budget."""
    policy, planned = material.policy, material.plan
    return run.Engine(
        client=outside.client(policy, planned.providers | grading(planned, policy)),
        store=store,
        experiment=identity,
        budget=budget,
        concurrency=policy.concurrency,
        clock=outside.clock,
        graders=graders(outside, material),
        hosting=hosting,
    )


def _seen(material: Material) -> dict[str, headroom.Seen]:
    """Gather what both arms showed of the fixtures that were compared."""
    summary, sampled = summary_of(material), material.sampled
    if summary is None or sampled is None:
        return {}
    return {
        item.fixture: headroom.Seen(
            passed=item.base.passed + item.head.passed,
            trials=item.base.trials,
            failing=sampled.tallies[item.fixture, Arm.BASE].failing or sampled.tallies[item.fixture, Arm.HEAD].failing,
        )
        for item in summary.fixtures
    }


def graders(outside: Outside, material: Material) -> run.Graders:
    """Say whom grading asks."""
    policy = material.policy
    return run.Graders(
        judge=policy.judge.model if policy.judge else None,
        embedder=policy.embedder,
        origin=policy.origin(policy.embedder.provider) if policy.embedder else "",
        checkers=outside.checkers(material.checkers),
    )


def grading(planned: plan.Plan, policy: Policy) -> frozenset[str]:
    """Name the providers of the judge and of the embedder, where somebody asks them."""
    judge = policy.judge.model if policy.judge and any(item.case.judge for item in planned.runs) else None
    embedder = policy.embedder if any(item.case.embedder for item in planned.runs) else None
    return frozenset(entry.provider for entry in (judge, embedder) if entry)


def _remember(store: Store, material: Material, at: float) -> None:
    """Read the pull request's earlier verdicts, and add this one."""
    question = material.question
    material.earlier = store.earlier(question.subject, besides=question.head_sha)
    judged = Judged(head=question.head_sha, verdict=decided(material).verdict, summary=named(material))
    store.judge(question.subject, question.base, judged, at)
