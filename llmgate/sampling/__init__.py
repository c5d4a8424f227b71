"""A Plan → counts and evidence: the screen, then the pairs that the comparison asks for, through engine and ledger."""

from __future__ import annotations

from llmgate import compare
from llmgate.plan import Plan
from llmgate.sampling import confirming, screening
from llmgate.sampling.state import Sampled, Screening, Setting, Tally

__all__ = ["Sampled", "Screening", "Setting", "Tally", "most_calls", "sample"]


def sample(plan: Plan, setting: Setting) -> Sampled:
    """Screen every planned fixture; then, if there is something to compare, confirm what the screen suspects."""
    sampled = Sampled(now=setting.now)
    frozen = setting.store.ledger(setting.ledger)
    for planned in plan.runs:
        sampled.screening[planned.id] = screening.planned_for(planned, plan, setting, frozen)
    screening.screen(plan, setting, sampled)
    if sampled.problem or (entries := screening.entries(plan, sampled)) is None:
        return sampled
    setting.store.freeze(setting.ledger, setting.experiment, screening.state(sampled))
    sampled.comparison = compare.screen(entries, setting.rules, unchanged=len(plan.identical))
    confirming.confirm(plan, setting, sampled)
    return sampled


def most_calls(plan: Plan, rules: compare.Rules) -> int:
    """Bound the trials of a run from above: screen, suspects and suite rounds at their largest, with nothing lost."""
    screen = sum(screening.size(planned, plan) * (1 if planned.base is None else 2) for planned in plan.runs)
    if not (count := len(plan.compared)):
        return screen
    critical = sum(planned.case.fixture.critical for planned in plan.compared)
    suspects = min(count, compare.most_suspects(count) + critical)
    return screen + 2 * rules.max_pairs * suspects + 2 * compare.most_suite_rounds(count) * count
