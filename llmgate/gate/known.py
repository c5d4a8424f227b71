"""Planned fixtures and the store → what is known of each one's pass rate on the base."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from llmgate.compare import Count
from llmgate.plan import Planned
from llmgate.power.rates import Known
from llmgate.sampling import drawing, screening
from llmgate.store import Store


def known(items: Iterable[Planned], store: Store, origins: Mapping[str, str], now: float) -> Iterator[Known]:
    """Read the outcomes that a gate would screen against now."""
    since, until = now - screening.BASELINE_TTL_S, now + screening.SKEW_S
    for item in items:
        fixture = item.case.fixture
        samples = (
            store.baselines.find(drawing.key(item, item.base, origins), besides="", since=since, until=until)
            if item.base
            else ()
        )
        yield Known(
            fixture=item.id,
            stored=Count(passed=sum(sample.passed for sample in samples), trials=len(samples)),
            critical=fixture.critical,
            weight=fixture.weight,
        )
