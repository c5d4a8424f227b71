"""Confirmation: fresh pairs of both arms, a round at a time, for as long as the comparison asks for them."""

from __future__ import annotations

from collections.abc import Sequence

from llmgate import compare, run
from llmgate.plan import Plan, Planned
from llmgate.sampling import drawing
from llmgate.sampling.state import Sampled, Setting
from llmgate.trial import Arm, Graded, Outcome, Trial

PAIRS_FROM = 64
"""Indices below it belong to the screen, the rest to pairs, on both arms alike."""
PAIR_WINDOW_S = 900.0
"""Halves of a pair that ended further apart did not see the same provider."""
MAX_LOST_ROUNDS = 3


def confirm(plan: Plan, setting: Setting, sampled: Sampled) -> None:
    by_id = {planned.id: planned for planned in plan.compared}
    voids = setting.store.voids(setting.experiment)
    attempts = dict.fromkeys(by_id, 0)
    lost = 0
    while (comparison := sampled.comparison) and (wanted := comparison.wanted):
        for name in wanted:
            attempts[name] = _next_index(name, attempts[name], voids)
        pairs = _round([(by_id[name], attempts[name]) for name in wanted], plan, setting, sampled)
        if setting.engine.exhausted:
            sampled.stopped = f"{setting.engine.exhausted}, before every suspect was settled"
            return
        lost = 0 if any(pairs.values()) else lost + 1
        if lost == MAX_LOST_ROUNDS:
            sampled.stopped = "the provider stopped answering while suspects were confirmed"
            return
        sampled.comparison = compare.observe(comparison, pairs)


def _next_index(name: str, last: int, voids: frozenset[tuple[str, int]]) -> int:
    index = max(last + 1, PAIRS_FROM)
    while (name, index) in voids:
        index += 1
    return index


def _round(
    drawn: Sequence[tuple[Planned, int]], plan: Plan, setting: Setting, sampled: Sampled
) -> dict[str, compare.Pair | None]:
    """Run one pair of each fixture, both arms together, in an order that favours neither."""
    halves: dict[tuple[str, Arm], Graded] = {}
    collect = drawing.collector(plan, setting, sampled, halves)
    work = (drawing.work(planned, arm, index) for planned, index in drawn for arm in _order(planned.id, index))
    setting.engine.run(work, collect, stop=lambda: False)
    pairs: dict[str, compare.Pair | None] = {}
    for planned, index in drawn:
        pairs[planned.id] = _pair(halves.get((planned.id, Arm.BASE)), halves.get((planned.id, Arm.HEAD)))
        if pairs[planned.id] is None and not setting.engine.exhausted:
            setting.store.void(setting.experiment, planned.id, index)
    return pairs


def _order(name: str, index: int) -> tuple[Arm, Arm]:
    first = run.shuffle_key(Trial(fixture=name, arm=Arm.BASE, index=index))
    second = run.shuffle_key(Trial(fixture=name, arm=Arm.HEAD, index=index))
    return (Arm.BASE, Arm.HEAD) if first < second else (Arm.HEAD, Arm.BASE)


def _pair(base: Graded | None, head: Graded | None) -> compare.Pair | None:
    if base is None or head is None or Outcome.ERROR in (base.outcome, head.outcome):
        return None
    if abs(base.trace.finished_at - head.trace.finished_at) > PAIR_WINDOW_S:
        return None
    return compare.Pair(base=base.outcome is Outcome.PASSED, head=head.outcome is Outcome.PASSED)
