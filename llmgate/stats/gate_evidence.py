"""Turn the evidence of suite and fixtures into the one number that blocks."""

from collections.abc import Sequence

from llmgate.stats.mixture import EVIDENCE_CAP

_SMALLEST_P = 1e-12


def weights(p_values: Sequence[float], importance: Sequence[float]) -> tuple[float, ...]:
    """Return the fixtures' shares of the error budget: proportional to importance / screen p, summing to 1.

    Any shares fixed before the first pair are valid; these put the budget where the screen points.
    """
    raw = [factor / max(p, _SMALLEST_P) for p, factor in zip(p_values, importance, strict=True)]
    total = sum(raw)
    return tuple(value / total for value in raw)


def combined(suite: float, fixtures: Sequence[float], shares: Sequence[float], *, suite_share: float) -> float:
    """Return suite_share·E_suite + (1 - suite_share)·Σ shareᵢ·Eᵢ, capped at 1e300.

    An average of e-values with weights fixed in advance is an e-value under any dependence between them
    (Vovk & Wang 2021), so P(it ever reaches 1/alpha) <= alpha when neither suite nor any fixture got worse.
    Edge case: without fixtures their part is 1.
    """
    part = sum(share * value for share, value in zip(shares, fixtures, strict=True)) if fixtures else 1.0
    return min(suite_share * suite + (1 - suite_share) * part, EVIDENCE_CAP)
