"""What the base answers in this run, beside what it answered in earlier ones → whether its provider has changed."""

from __future__ import annotations

from llmgate import compare
from llmgate.plan import Plan, Planned
from llmgate.sampling import screening
from llmgate.sampling.state import Drifted, Sampled, Setting
from llmgate.store import Sample


def drifted(plan: Plan, setting: Setting, sampled: Sampled) -> Drifted | None:
    """Hold fresh trials of the base against stored ones of the same request. No verdict depends on it."""
    stored = {
        planned.id: samples
        for planned in plan.compared
        if sampled.fresh and len(samples := _stored(planned, setting, sampled)) >= screening.MIN_STORED
    }
    found = compare.drift([_kept(name, samples, sampled) for name, samples in stored.items()])
    if found is None:
        return None
    newest = max(item.finished_at for name in found.fixtures for item in stored[name])
    return Drifted(drift=found, since=newest)


def _stored(planned: Planned, setting: Setting, sampled: Sampled) -> tuple[Sample, ...]:
    """Find the baseline that screened the fixture, or the one that was too low to do so."""
    if (used := sampled.screening[planned.id].stored) or planned.base is None:
        return used
    return screening.baseline(planned, planned.base, setting)


def _kept(name: str, samples: tuple[Sample, ...], sampled: Sampled) -> compare.Kept:
    fresh = (
        [passed for _, passed in sorted(sampled.fresh[name].items())[: compare.FRESH]] if name in sampled.fresh else []
    )
    return compare.Kept(
        fixture=name,
        stored=compare.Count(passed=sum(item.passed for item in samples), trials=len(samples)),
        fresh=compare.Count(passed=sum(fresh), trials=len(fresh)),
    )
