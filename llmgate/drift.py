"""A difference between stored and fresh outcomes of the base → a Finding that says whose doing it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmgate.verdict import Finding, Severity

if TYPE_CHECKING:
    from llmgate.sampling import Drifted  # which imports scipy

RULE = "drift"
MOST_NAMED = 3


PULL_REQUEST, NIGHT = ", not your pull request", ""


def findings(found: Drifted | None, *, asked_by: str = PULL_REQUEST) -> Iterator[Finding]:
    """Tell of a provider that answers otherwise than it did. It warns: stored outcomes decide nothing."""
    if found is None:
        return
    drift, day = found.drift, dt.datetime.fromtimestamp(found.since, tz=dt.UTC).date()
    counts = (
        f"{drift.fresh.passed} of {drift.fresh.trials} fresh trials of the base pass, where "
        f"{drift.stored.passed} of {drift.stored.trials} stored ones did (p = {drift.p_value:.2g})"
    )
    yield Finding(
        rule=RULE,
        severity=Severity.WARN,
        message=f"the provider changed since {day}{asked_by}: {counts}, in {_listed(drift.fixtures)}",
        remedy="see what the provider says of the model, and pin a version of it; no stored trial decides here",
    )


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(map(repr, names[:MOST_NAMED])) + more
