"""Trials of a failing fixture as it is and under treatments → which treatments have an effect, with its exact limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from llmgate.diagnose.replays.investigation import Count, Drawn, Tallies
from llmgate.stats import exact_difference
from llmgate.stats.exact_difference import Passes

REPEATS = 8
ALPHA = 0.025
"""One-sided: an effect counts where its two-sided exact 95 % interval lies above zero."""
NULL = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one treatment did: the trials that passed under it and without it, and the limit of the difference."""

    name: str
    treated: Count
    untreated: Count
    lower: float

    @property
    def holds(self) -> bool:
        return self.lower > 0

    @property
    def upper(self) -> float:
        """The exact upper limit of the difference."""
        return -_lower(self.untreated, self.treated)

    @property
    def size(self) -> float:
        return (self.treated.rate or 0.0) - (self.untreated.rate or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """The state: every treatment gets as many trials as the null arm, less those that could change nothing any more.

    Treatments come in groups, the likeliest first. Where one of a group has an effect the groups behind it are left
    out, unless it is to be `thorough`. Those that are to be drawn `whole` get all their trials: that they have no
    effect is to be shown as well.
    """

    groups: tuple[tuple[str, ...], ...]
    thorough: bool = False
    whole: frozenset[str] = frozenset()
    repeats: int = REPEATS
    tallies: Tallies = field(default_factory=Tallies)

    @property
    def wanted(self) -> tuple[str, ...]:
        if self.tallies.is_mute(NULL):
            return ()
        for group in self.groups:
            open_ = tuple(name for name in group if not self._is_done(name))
            null = () if self.tallies.of(NULL).trials >= self.repeats else (NULL,)
            if open_ or null:
                return (*null, *open_)
            if not self.thorough and any(self.effect(name).holds for name in group):
                return ()
        return ()

    def after(self, drawn: Drawn) -> Effects:
        return replace(self, tallies=self.tallies.after(drawn))

    def effect(self, name: str) -> Effect:
        treated, untreated = self.tallies.of(name), self.tallies.of(NULL)
        return Effect(name=name, treated=treated, untreated=untreated, lower=_lower(treated, untreated))

    def found(self) -> tuple[Effect, ...]:
        """List the treatments of which there are trials, those that hold first, the largest effect before others."""
        tried = [self.effect(name) for name in self._names() if self.tallies.of(name).trials]
        return tuple(sorted(tried, key=lambda effect: (not effect.holds, -effect.size)))

    def is_complete(self, name: str) -> bool:
        """Whether a treatment had all of its trials that can still matter, so that no effect means none was seen."""
        return self.tallies.of(NULL).trials >= self.repeats and self._is_done(name) and not self.tallies.is_mute(name)

    def _names(self) -> Iterator[str]:
        for group in self.groups:
            yield from group

    def _is_done(self, name: str) -> bool:
        """Tell whether a treatment has all its trials, or could not have an effect with all that are left."""
        treated, untreated = self.tallies.of(name), self.tallies.of(NULL)
        left = self.repeats - treated.trials
        if left <= 0 or self.tallies.is_mute(name):
            return True
        if name in self.whole:
            return False
        best = Count(passed=treated.passed + left, trials=self.repeats)
        fewest = Count(passed=untreated.passed, trials=self.repeats)
        return untreated.trials > 0 and _lower(best, fewest) <= 0


def start(
    groups: tuple[tuple[str, ...], ...],
    *,
    thorough: bool = False,
    whole: frozenset[str] = frozenset(),
    repeats: int = REPEATS,
) -> Effects:
    return Effects(groups=tuple(filter(None, groups)), thorough=thorough, whole=whole, repeats=repeats)


def _lower(treated: Count, untreated: Count) -> float:
    return _limit(treated.passed, treated.trials, untreated.passed, untreated.trials)


@lru_cache(maxsize=4_096)
def _limit(passed: int, trials: int, null_passed: int, null_trials: int) -> float:
    first, second = Passes(passed=passed, trials=trials), Passes(passed=null_passed, trials=null_trials)
    return exact_difference.lower_limit(first, second, alpha=ALPHA)
