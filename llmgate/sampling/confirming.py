"""Confirmation: fresh pairs of both arms, a round at a time, for as long as the comparison asks for them.

The n-th pair of a fixture has the same index in every run of an experiment, and a pair that was void stays void: a
later run finds the same rounds in the journal, takes the same looks, and goes on where the earlier one ended. A round
of which no pair came back says nothing of any fixture, so it is not looked at: an outage costs no suspect its chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llmgate import compare, progress, run
from llmgate.plan import Plan, Planned
from llmgate.sampling import drawing
from llmgate.sampling.drawing import Half
from llmgate.sampling.state import PAIRS_FROM, Sampled, Setting
from llmgate.trial import Arm, Outcome, Trial

PAIR_WINDOW_S = 900.0
"""Halves of a pair that ended further apart did not see the same provider."""
MAX_LOST_ROUNDS = 3

Drawn = tuple[Planned, int]
Halves = dict[tuple[str, Arm], Half]


def confirm(plan: Plan, setting: Setting, sampled: Sampled) -> None:
    by_id = {planned.id: planned for planned in plan.compared}
    voids = setting.store.voids(setting.experiment)
    latest = dict.fromkeys(by_id, PAIRS_FROM - 1)
    lost = number = 0
    while (comparison := sampled.comparison) and (wanted := comparison.wanted):
        latest.update({name: latest[name] + 1 for name in wanted})
        number += 1
        setting.tell(_begun(wanted, number))
        drawn = [(by_id[name], latest[name]) for name in wanted if (name, latest[name]) not in voids]
        halves = _round(drawn, plan, setting, sampled)
        pairs = dict.fromkeys(wanted) | _pairs(drawn, halves, setting)
        if setting.engine.exhausted:
            sampled.stopped = f"{setting.engine.exhausted}, before every suspect was settled"
            return
        if any(pairs.values()):
            lost, sampled.comparison = 0, compare.observe(comparison, pairs)
            sampled.paired = sampled.paired.after(_failures(pairs, halves))
            setting.tell(_looked(sampled.comparison))
        else:
            lost += bool(drawn)
        if lost == MAX_LOST_ROUNDS:
            sampled.stopped = "the provider stopped answering while suspects were confirmed"
            return


def _begun(wanted: Sequence[str], number: int) -> progress.Begun:
    return progress.Begun(
        stage=progress.Stage.CONFIRM, trials=len(Arm) * len(wanted), fixtures=len(wanted), round=number
    )


def _looked(comparison: compare.Comparison) -> progress.Looked:
    found = (
        progress.Suspicion(fixture=suspect.fixture, evidence=suspect.evidence.value) for suspect in comparison.suspects
    )
    return progress.Looked(
        evidence=comparison.highest,
        threshold=comparison.rules.threshold,
        suite=comparison.suite.evidence.value,
        suspects=tuple(sorted(found, key=lambda one: (-one.evidence, one.fixture))),
    )


def _round(drawn: Sequence[Drawn], plan: Plan, setting: Setting, sampled: Sampled) -> Halves:
    """Run one pair of each fixture, both arms together, in an order that favours neither."""
    halves: Halves = {}
    collect = drawing.collector(plan, setting, sampled, halves)
    work = (drawing.work(planned, arm, index) for planned, index in drawn for arm in _order(planned.id, index))
    setting.engine.run(work, collect, stop=lambda: False)
    return halves


def _pairs(drawn: Sequence[Drawn], halves: Halves, setting: Setting) -> dict[str, compare.Pair | None]:
    """Put the halves together. A pair that is not complete is void, unless it is only the budget that ended it."""
    pairs: dict[str, compare.Pair | None] = {}
    for planned, index in drawn:
        pairs[planned.id] = _pair(halves.get((planned.id, Arm.BASE)), halves.get((planned.id, Arm.HEAD)))
        if pairs[planned.id] is None and not setting.engine.exhausted:
            setting.store.void(setting.experiment, planned.id, index)
    return pairs


def _failures(pairs: Mapping[str, compare.Pair | None], halves: Halves) -> list[compare.Failures]:
    """Say what the halves of each complete pair failed with."""
    return [
        compare.Failures(base=halves[name, Arm.BASE].category, head=halves[name, Arm.HEAD].category)
        for name, pair in pairs.items()
        if pair is not None
    ]


def _order(name: str, index: int) -> tuple[Arm, Arm]:
    first = run.shuffle_key(Trial(fixture=name, arm=Arm.BASE, index=index))
    second = run.shuffle_key(Trial(fixture=name, arm=Arm.HEAD, index=index))
    return (Arm.BASE, Arm.HEAD) if first < second else (Arm.HEAD, Arm.BASE)


def _pair(base: Half | None, head: Half | None) -> compare.Pair | None:
    if base is None or head is None or Outcome.ERROR in (base.outcome, head.outcome):
        return None
    if abs(base.finished_at - head.finished_at) > PAIR_WINDOW_S:
        return None
    return compare.Pair(base=base.outcome is Outcome.PASSED, head=head.outcome is Outcome.PASSED)
