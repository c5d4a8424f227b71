"""A Plan → counts and evidence: the screen, then the pairs that the comparison asks for, through engine and ledger."""

from __future__ import annotations

from collections.abc import Callable

from llmgate import compare
from llmgate.plan import Plan, Planned
from llmgate.sampling import confirming, screening
from llmgate.sampling.state import Sampled, Screening, Setting, Tally
from llmgate.trial import Arm

__all__ = ["Sampled", "Screening", "Setting", "Tally", "most_calls", "most_trials", "sample"]


def sample(plan: Plan, setting: Setting) -> Sampled:
    """Screen every planned fixture; then, if there is something to compare, confirm what the screen suspects."""
    sampled = Sampled(now=setting.now)
    frozen = setting.store.ledger(setting.ledger)
    for planned in plan.runs:
        sampled.screening[planned.id] = screening.planned_for(planned, plan, setting, frozen)
    screening.screen(plan, setting, sampled)
    sampled.unseen = screening.unseen(plan, sampled)
    if sampled.problem or (entries := screening.entries(plan, sampled)) is None:
        return sampled
    setting.store.freeze(setting.ledger, setting.experiment, screening.state(sampled))
    sampled.comparison = compare.screen(entries, setting.rules, unchanged=len(plan.identical))
    confirming.confirm(plan, setting, sampled)
    return sampled


def most_trials(plan: Plan, rules: compare.Rules) -> int:
    """Bound the trials of a run from above: screen, suspects and suite rounds at their largest, with nothing lost."""
    return _most(plan, rules, lambda _: 1)


def most_calls(plan: Plan, rules: compare.Rules) -> int:
    """Bound the calls of a run from above: its trials, with all steps that each may take where tools are offered."""
    return _most(plan, rules, lambda planned: max(planned.on(arm).steps for arm in _arms(planned)))


def _most(plan: Plan, rules: compare.Rules, cost: Callable[[Planned], int]) -> int:
    screen = sum(screening.size(item, plan) * len(_arms(item)) * cost(item) for item in plan.runs)
    if not (count := len(plan.compared)):
        return screen
    costs = sorted((cost(item) for item in plan.compared), reverse=True)
    critical = sum(item.case.fixture.critical for item in plan.compared)
    suspects = min(count, compare.most_suspects(count) + critical)
    pairs = rules.max_pairs * sum(costs[:suspects]) + compare.most_suite_rounds(count) * sum(costs)
    return screen + 2 * pairs


def _arms(planned: Planned) -> tuple[Arm, ...]:
    return (Arm.HEAD,) if planned.base is None else tuple(Arm)
