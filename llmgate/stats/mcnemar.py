"""Turn discordant pair counts into McNemar's p-values (display and conformance; the gate bets instead)."""

import math

from llmgate.stats import distributions


def exact(worse: int, better: int) -> float:
    """Return the two-sided exact conditional p-value: min(1, 2 P(Bin(n, 1/2) <= min(worse, better))), n discordant.

    Assumes independent pairs. Source: McNemar 1947; Fagerland, Lydersen & Laake 2013 (BMC Med Res Methodol 13:91).
    Edge case: no discordant pair gives 1.
    """
    discordant = worse + better
    return min(1.0, 2.0 * distributions.binomial_lower(min(worse, better), discordant, 0.5)) if discordant else 1.0


def exact_worse(worse: int, better: int) -> float:
    """Return the one-sided exact p-value against "not worse": P(Bin(n, 1/2) >= worse); 1 without discordant pairs."""
    discordant = worse + better
    return distributions.binomial_upper(worse - 1, discordant, 0.5) if discordant else 1.0


def mid_p(worse: int, better: int) -> float:
    """Return the two-sided mid-p value: the exact one less P(Bin(n, 1/2) = min); 1 - P(...)/2 when worse = better.

    Nearly exact in Fagerland et al. 2013, whose grid it never exceeded. Edge case: no discordant pair gives 1.
    """
    discordant = worse + better
    if not discordant:
        return 1.0
    fewer = min(worse, better)
    point = float(distributions.binomial(fewer, discordant, 0.5))
    if worse == better:
        return 1.0 - point / 2.0
    return 2.0 * distributions.binomial_lower(fewer, discordant, 0.5) - point


def asymptotic(worse: int, better: int) -> float:
    """Return the two-sided normal p-value of z = (worse - better) / sqrt(n); 1 without discordant pairs."""
    discordant = worse + better
    return _two_sided(abs(worse - better) / math.sqrt(discordant)) if discordant else 1.0


def corrected(worse: int, better: int) -> float:
    """Return the p-value with Edwards' continuity correction: |z| = (|worse - better| - 1) / sqrt(n), at least 0."""
    discordant = worse + better
    return _two_sided(max(abs(worse - better) - 1, 0) / math.sqrt(discordant)) if discordant else 1.0


def _two_sided(distance: float) -> float:
    return 2.0 * distributions.normal_tail(distance)
