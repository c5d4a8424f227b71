"""Turn the fresh pairs of one fixture into evidence that it got worse by more than the margin."""

import math
from dataclasses import dataclass

from llmgate.stats import projection
from llmgate.stats.mixture import mixture

HEAD_SHARES = (0.05, 0.4, 0.7)  # head pass rates bet on, as shares of the base rate: broken, badly hurt, hurt
PRIOR = (0.5, 0.3, 0.2)
LOWEST_HEAD = 0.02
LEAST_GAP = 0.02  # an alternative this close to the margin would hardly ever gain: it does not bet
BASE_RANGE = (0.1, 0.97)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bet:
    """The log factors by which one bet multiplies its wealth for the outcome of either arm."""

    base_pass: float
    base_fail: float
    head_pass: float
    head_fail: float

    def gain(self, *, base: bool, head: bool) -> float:
        return (self.base_pass if base else self.base_fail) + (self.head_pass if head else self.head_fail)


ABSTAIN = Bet(base_pass=0.0, base_fail=0.0, head_pass=0.0, head_fail=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureEvidence:
    """The state of a fixture's e-process: its bets, fixed before the first pair, and the log wealth of each.

    E = Σ prior · Π factors, with factor = (q_B/p or (1-q_B)/(1-p)) · (q_H/h or (1-q_H)/(1-h)), (p, h) the projection of
    the alternative (q_B, q_H) onto "head >= base - margin". Under that null E is a non-negative supermartingale that
    starts at 1, so P(E ever reaches 1/alpha) <= alpha (Ville), however pairs are stopped, dropped or re-drawn, if the
    pairs are independent and a missing one is unrelated to its outcome.
    """

    bets: tuple[Bet, ...]
    log_wealth: tuple[float, ...]

    @property
    def value(self) -> float:
        return mixture(PRIOR, self.log_wealth)

    @property
    def bets_at_all(self) -> bool:
        """False if the base rate leaves no room for a drop beyond the margin: the evidence stays 1 for ever."""
        return any(bet != ABSTAIN for bet in self.bets)

    def after(self, *, base: bool, head: bool) -> "FixtureEvidence":
        """Return the state after one more pair."""
        wealth = tuple(
            log + bet.gain(base=base, head=head) for log, bet in zip(self.log_wealth, self.bets, strict=True)
        )
        return FixtureEvidence(bets=self.bets, log_wealth=wealth)


def base_rate(passed: int, trials: int) -> float:
    """Return the base rate to bet on: (passed + 1/2) / (trials + 1), kept in [.1, .97]."""
    low, high = BASE_RANGE
    return min(max((passed + 0.5) / (trials + 1), low), high)


def start(rate: float, margin: float) -> FixtureEvidence:
    """Fix the bets against "head >= base - margin" for a base that passes at about `rate`."""
    bets = tuple(
        _bet(projection.Rates(base=rate, head=max(rate * share, LOWEST_HEAD)), margin) for share in HEAD_SHARES
    )
    return FixtureEvidence(bets=bets, log_wealth=(0.0,) * len(bets))


def _bet(alternative: projection.Rates, margin: float) -> Bet:
    if alternative.head >= alternative.base - margin - LEAST_GAP:
        return ABSTAIN
    null = projection.onto_null(alternative, margin)
    return Bet(
        base_pass=math.log(alternative.base / null.base),
        base_fail=math.log((1 - alternative.base) / (1 - null.base)),
        head_pass=math.log(alternative.head / null.head),
        head_fail=math.log((1 - alternative.head) / (1 - null.head)),
    )
