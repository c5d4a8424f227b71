"""Turn head samples and the stored baseline into suspects: it raises suspicion, it never blocks and spends no alpha."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from llmgate.compare.rounds import Comparison, SuiteRounds, Suspect
from llmgate.compare.rules import Rules, most_suite_rounds, most_suspects
from llmgate.compare.samples import Screened, Tally
from llmgate.stats import fisher, fixture_evidence, gate_evidence, suite_shift
from llmgate.stats.fixture_evidence import FixtureEvidence
from llmgate.stats.suite_evidence import SuiteEvidence

FIXTURE_P = 0.20
SUITE_Z = -1.04  # p <= .15
_ROUNDING = 1 + 1e-12


def screen(entries: Sequence[Screened], rules: Rules, unchanged: int = 0) -> Comparison:
    """Fix suspects, shares of the error budget and bets, all before the first pair, and start the comparison.

    `entries` are the replayed fixtures, `unchanged` the number of those skipped because both arms send the same bytes.
    The latter only scale what is displayed for the whole suite; no decision depends on them. Otherwise a change
    that touches fewer fixtures than the margin's share would pass without any data, and a pull request could loosen
    its gate by adding fixtures that it does not touch.
    """
    _check(entries, unchanged)
    ordered = tuple(sorted(entries, key=lambda entry: entry.fixture))
    counts = np.array(
        [(entry.base.passed, entry.base.trials, entry.head.passed, entry.head.trials) for entry in ordered],
        dtype=np.int64,
    )
    weights = np.array([entry.weight for entry in ordered])
    return Comparison(
        rules=rules,
        entries=ordered,
        unchanged=unchanged,
        suspects=_suspects(ordered, fisher.worse(counts), rules),
        suite=SuiteRounds(
            flagged=suite_shift.z_score(counts, weights) <= SUITE_Z,
            most=most_suite_rounds(len(ordered)),
            evidence=SuiteEvidence(margin=rules.suite_margin),
            tallies=(Tally(),) * len(ordered),
        ),
    )


def _check(entries: Sequence[Screened], unchanged: int) -> None:
    if not entries:
        raise ValueError("nothing to compare: no fixture was replayed")
    if unchanged < 0:
        raise ValueError(f"the number of unchanged fixtures must be at least 0, not {unchanged}")
    seen: set[str] = set()
    for entry in entries:
        if entry.fixture in seen:
            raise ValueError(f"fixture {entry.fixture!r} is given twice")
        seen.add(entry.fixture)


def _suspects(entries: tuple[Screened, ...], p_values: NDArray[np.float64], rules: Rules) -> tuple[Suspect, ...]:
    flagged = [
        (p, entry, evidence)
        for p, entry in zip(p_values.tolist(), entries, strict=True)
        if is_flagged(entry, p) and (evidence := _bets(entry, rules)).bets_at_all
    ]
    ranked = sorted(flagged, key=lambda row: (row[0], row[1].fixture))
    most = most_suspects(len(entries))
    kept = [row for rank, row in enumerate(ranked) if rank < most or row[1].critical]
    shares = gate_evidence.weights(
        [p for p, _, _ in kept], [rules.critical_weight if entry.critical else 1.0 for _, entry, _ in kept]
    )
    suspects = (
        Suspect(fixture=entry.fixture, screen_p=p, share=share, evidence=evidence)
        for (p, entry, evidence), share in zip(kept, shares, strict=True)
    )
    return tuple(sorted(suspects, key=lambda suspect: suspect.fixture))


def left_out(entries: Sequence[Screened], suspects: Sequence[Suspect]) -> frozenset[str]:
    """Name the fixtures that the screen flags and that are not confirmed, as there are more than are paired."""
    known = {suspect.fixture for suspect in suspects}
    if len(known) < most_suspects(len(entries)):
        return frozenset()
    rows = [(entry.base.passed, entry.base.trials, entry.head.passed, entry.head.trials) for entry in entries]
    p_values = fisher.worse(np.array(rows, dtype=np.int64)).tolist()
    flagged = (entry.fixture for entry, p in zip(entries, p_values, strict=True) if is_flagged(entry, p))
    return frozenset(flagged) - known


def is_flagged(entry: Screened, p: float) -> bool:
    if entry.head.passed == entry.head.trials:
        return False
    return entry.critical or p <= FIXTURE_P * _ROUNDING or entry.base.passed == entry.base.trials


def _bets(entry: Screened, rules: Rules) -> FixtureEvidence:
    rate = fixture_evidence.base_rate(entry.base.passed, entry.base.trials)
    return fixture_evidence.start(rate, rules.fixture_margin)
