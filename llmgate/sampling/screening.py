"""The screen: which trials it takes of each fixture, whether enough of them came back, and what it hands on.

Its choice is frozen in the ledger once it is complete: a later run of the same head takes the same trials and the same
baseline, finds its calls in the journal, and so arrives at the same suspects with the same bets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from llmgate import compare, progress, run
from llmgate.plan import Plan, Planned, Prepared
from llmgate.sampling import drawing
from llmgate.sampling.state import Sampled, Screening, Setting
from llmgate.store import Sample
from llmgate.trial import Arm, Trial

EXCEPTED_SAMPLES = 1
"""Trials of a fixture that counts for nothing, on each arm: it is only shown."""
MIN_STORED = 5
MIN_STORED_RATE = 0.8
"""A stored baseline that fails more often than this could hide a break, as after a bad day: the base is run instead."""
MOST_SORTED = 2_000
"""Trials of the screen, at most, that are named by kind where they fail: some milliseconds each."""
BASELINE_TTL_S = 14 * 24 * 3600.0
SKEW_S = 3600.0
"""Clocks of two machines differ by less; an outcome that is further ahead was dated by a clock that was wrong."""


def size(planned: Planned, plan: Plan) -> int:
    """Choose how many head trials screen a fixture; new fixtures count on their own, so that they dilute nothing."""
    if planned.excepted:
        return EXCEPTED_SAMPLES
    group = plan.new if planned.base is None else plan.compared
    return samples(plan.screen, len(group), critical=planned.case.fixture.critical)


def samples(screen: int | Literal["auto"], fixtures: int, *, critical: bool) -> int:
    """Choose how many head trials screen one of so many fixtures, where the policy's `screen` is this."""
    if screen == "auto":
        return compare.screen_size(fixtures, critical=critical)
    return max(screen, compare.CRITICAL_SAMPLES) if critical else screen


def is_baseline(passed: int, trials: int) -> bool:
    """Tell whether stored outcomes can be screened against; where they cannot, the base is run as often as the head."""
    return trials >= MIN_STORED and passed >= MIN_STORED_RATE * trials


def planned_for(planned: Planned, plan: Plan, setting: Setting, frozen: Mapping[str, Any] | None) -> Screening:
    if frozen is not None and planned.id in frozen:
        return _thawed(frozen[planned.id])
    head = tuple(range(size(planned, plan)))
    if planned.base is None:
        return Screening(stored=(), trials={Arm.HEAD: head})
    stored = () if planned.excepted else baseline(planned, planned.base, setting)
    if is_baseline(sum(item.passed for item in stored), len(stored)):
        return Screening(stored=stored, trials={Arm.HEAD: head})
    return Screening(stored=(), trials={Arm.HEAD: head, Arm.BASE: head})


def baseline(planned: Planned, base: Prepared, setting: Setting) -> tuple[Sample, ...]:
    """Find what other experiments that are trusted here saw of the base's request in the last two weeks."""
    return setting.store.baselines.find(
        drawing.key(planned, base, setting.origins),
        besides=setting.experiment,
        since=setting.now - BASELINE_TTL_S,
        until=setting.now + SKEW_S,
        subject=setting.drawer.subject,
    )


def sorted_out(plan: Plan, sampled: Sampled) -> frozenset[str]:
    """Choose the fixtures of which the screen's failures are counted by kind, before anything is drawn.

    Those of which it draws both arms, as a stored outcome has no kind; none where they are the smaller part of what is
    compared, which then says little. In a suite that is so large that naming every failure would take longer than it
    may, a part of them that is drawn by lot, the same in every run.
    """
    both = [planned for planned in plan.compared if len(sampled.screening[planned.id].trials) == len(Arm)]
    if 2 * len(both) < len(plan.compared):
        return frozenset()
    chosen: set[str] = set()
    room = MOST_SORTED
    for planned in sorted(both, key=lambda one: run.shuffle_key(Trial(fixture=one.id, arm=Arm.HEAD, index=0))):
        room -= len(Arm) * size(planned, plan)
        if room < 0:
            break
        chosen.add(planned.id)
    return frozenset(chosen)


def screen(plan: Plan, setting: Setting, sampled: Sampled) -> None:
    allowed = {arm: setting.max_error_share * sampled.planned(arm) for arm in Arm}

    def too_many_errors() -> bool:
        return any(sampled.errors(arm) > allowed[arm] for arm in Arm)

    run_all(plan.compared, plan, setting, sampled, stop=too_many_errors)
    if setting.engine.exhausted:
        sampled.problem = f"{setting.engine.exhausted}, before the screen ended"
    elif too_many_errors():
        sampled.problem = _error_problem(setting, sampled)
    else:
        sampled.problem = _missing_problem(plan, sampled)


def run_all(
    chosen: Iterable[Planned], plan: Plan, setting: Setting, sampled: Sampled, *, stop: Callable[[], bool]
) -> None:
    work = [
        drawing.work(planned, arm, index)
        for planned in chosen
        for arm, indices in sampled.screening[planned.id].trials.items()
        for index in indices
    ]
    if work:
        setting.tell(
            progress.Begun(
                stage=progress.Stage.SCREEN, trials=len(work), fixtures=len({one.trial.fixture for one in work})
            )
        )
    setting.engine.run(run.interleaved(work), drawing.collector(plan, setting, sampled), stop=stop)


def _error_problem(setting: Setting, sampled: Sampled) -> str:
    arm = max(Arm, key=lambda candidate: sampled.errors(candidate) / max(sampled.planned(candidate), 1))
    first = next(
        (
            f"fixture {name}: {why}"
            for (name, of) in sorted(sampled.tallies)
            if of is arm and (why := _why(sampled, name, of))
        ),
        "",
    )
    share = f"more than {setting.max_error_share:.0%} of the {sampled.planned(arm)} trials planned on the {arm}"
    return f"{sampled.errors(arm)} trials gave no usable answer, {share}; the first: {first}"


def _why(sampled: Sampled, name: str, arm: Arm) -> str:
    """Say what kept a fixture's first trial on an arm from being usable; nothing where all are."""
    error = sampled.tallies[name, arm].error
    return error.reason if error else ""


def _missing_problem(plan: Plan, sampled: Sampled) -> str | None:
    """Say why missing trials bias what is left: they hide a fixture, or hit one arm more than the other.

    Samples of a stored baseline count as trials of the base of which none is missing.
    """
    for planned in plan.compared:
        empty = [arm for arm in sampled.screening[planned.id].trials if not sampled.tallies[planned.id, arm].valid]
        if empty:
            hidden = f"fixture {planned.id} has no usable trial on the {empty[0]}: what it would show is unknown"
            why = _why(sampled, planned.id, empty[0])
            return f"{hidden}; the first: {why}" if why else hidden
    stored = sum(len(sampled.screening[planned.id].stored) for planned in plan.compared)
    planned_on = {Arm.BASE: sampled.planned(Arm.BASE) + stored, Arm.HEAD: sampled.planned(Arm.HEAD)}
    missing = {arm: sampled.errors(arm) for arm in Arm}
    counts = (missing[Arm.BASE], planned_on[Arm.BASE], missing[Arm.HEAD], planned_on[Arm.HEAD])
    if any(missing.values()) and compare.lopsided(*counts):
        return (
            f"{missing[Arm.BASE]} of {planned_on[Arm.BASE]} trials are missing on the base and "
            f"{missing[Arm.HEAD]} of {planned_on[Arm.HEAD]} on the head: what is missing is not by chance"
        )
    return None


def entries(plan: Plan, sampled: Sampled) -> list[compare.Screened] | None:
    entries = [
        compare.Screened(
            fixture=planned.id,
            base=base,
            head=head,
            critical=planned.case.fixture.critical,
            weight=planned.case.fixture.weight,
        )
        for planned in plan.compared
        if (base := _base_count(planned.id, sampled)).trials and (head := _count(sampled, planned.id, Arm.HEAD)).trials
    ]
    return entries or None


def _base_count(name: str, sampled: Sampled) -> compare.Count:
    """Count the screen's base outcomes: the stored baseline, else this run's own trials."""
    if stored := sampled.screening[name].stored:
        return compare.Count(passed=sum(item.passed for item in stored), trials=len(stored))
    return _count(sampled, name, Arm.BASE)


def _count(sampled: Sampled, name: str, arm: Arm) -> compare.Count:
    tally = sampled.tallies[name, arm]
    return compare.Count(passed=tally.passed, trials=tally.valid)


def state(plan: Plan, sampled: Sampled) -> dict[str, Any]:
    """Write down what the screen of the compared fixtures took, for the ledger."""
    return {
        planned.id: {
            "stored": [[item.passed, item.commit, item.finished_at] for item in screening.stored],
            "trials": {arm: sorted(sampled.tallies[planned.id, arm].usable) for arm in screening.trials},
        }
        for planned in plan.compared
        for screening in [sampled.screening[planned.id]]
    }


def _thawed(state: Mapping[str, Any]) -> Screening:
    stored: Iterable[Sequence[Any]] = state["stored"]
    return Screening(
        stored=tuple(Sample(passed=bool(passed), commit=commit, finished_at=at) for passed, commit, at in stored),
        trials={Arm(arm): tuple(indices) for arm, indices in state["trials"].items()},
    )
