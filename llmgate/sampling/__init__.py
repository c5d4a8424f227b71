"""A Plan → counts and evidence: the screen, then the pairs that the comparison asks for, through engine and ledger."""

from __future__ import annotations

import math
from collections.abc import Callable

from llmgate import compare, embedding
from llmgate.assertions import embedded, model_graded, stable
from llmgate.plan import Plan, Planned
from llmgate.sampling import confirming, drifting, screening
from llmgate.sampling.state import Drifted, Sampled, Screening, Setting, Tally
from llmgate.trial import Arm

__all__ = [
    "Drifted",
    "Sampled",
    "Screening",
    "Setting",
    "Tally",
    "fewest_calls",
    "most_calls",
    "most_trials",
    "sample",
]


def sample(plan: Plan, setting: Setting) -> Sampled:
    """Screen the fixtures to compare and confirm what the screen suspects; then try those that cannot count.

    New and excepted fixtures come last, with what is left, so that many of them cannot use up what the judgement needs.
    """
    sampled = Sampled(now=setting.now, compared=frozenset(planned.id for planned in plan.compared))
    frozen = setting.store.ledger(setting.ledger, setting.experiment)
    for planned in plan.runs:
        sampled.screening[planned.id] = screening.planned_for(planned, plan, setting, frozen)
    sampled.sorted_out = screening.sorted_out(plan, sampled)
    if plan.compared:
        _compare(plan, setting, sampled)
        sampled.drifted = drifting.drifted(plan, setting, sampled)
    if not sampled.problem and not sampled.stopped:
        screening.run_all((*plan.new, *plan.excepted), plan, setting, sampled, stop=lambda: False)
        if setting.engine.exhausted and not plan.compared:
            sampled.problem = f"{setting.engine.exhausted}, before every fixture ran"
    return sampled


def _compare(plan: Plan, setting: Setting, sampled: Sampled) -> None:
    screening.screen(plan, setting, sampled)
    if sampled.problem or (entries := screening.entries(plan, sampled)) is None:
        return
    setting.store.freeze(setting.ledger, setting.experiment, screening.state(plan, sampled))
    sampled.comparison = compare.screen(entries, setting.rules, unchanged=len(plan.identical))
    confirming.confirm(plan, setting, sampled)


def most_trials(plan: Plan, rules: compare.Rules) -> int:
    """Bound the trials of a run from above: screen, suspects and suite rounds at their largest, with nothing lost."""
    return _most(plan, rules, lambda _: 1)


def most_calls(plan: Plan, rules: compare.Rules) -> int:
    """Bound the calls of a run from above: its trials, with all answers and steps of each, and those of grading."""
    return _most(plan, rules, lambda planned: _answering(planned) + _judging(planned) + _embedding(planned))


def fewest_calls(planned: Planned) -> int:
    """Count the calls of one trial of a fixture whose answers take a step each, with those of grading."""
    return stable.answers(planned.case.fixture.assertions) + _judging(planned) + _embedding(planned)


def _answering(planned: Planned) -> int:
    """Count the calls of one trial of a fixture, at most: all steps of each answer that is asked for."""
    steps = max(planned.on(arm).steps for arm in _arms(planned))
    return steps * stable.answers(planned.case.fixture.assertions)


def _judging(planned: Planned) -> int:
    """Count what the judge is asked after each trial of a fixture, at most."""
    return sum(1 for _ in model_graded.asking(planned.case.fixture.assertions)) if planned.case.judge else 0


def _embedding(planned: Planned) -> int:
    """Count the requests for vectors after each trial, at most: one for the output, and those for the values."""
    if not planned.case.embedder:
        return 0
    values = {value for check in embedded.among(planned.case.fixture.assertions) for value in check.compared()}
    return 1 + math.ceil(len(values) / embedding.BATCH)


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
