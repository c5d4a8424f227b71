"""A fixture that broke with several factors → which of them did it, found by arms that mix those of base and head.

Up to MAX_FACTORIAL factors all mixtures are drawn, so that causes which only break together are told from causes that
break alone. With more, each factor is put back by itself, and where that cures nothing, brought in by itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from llmgate.diagnose.causes import contrast
from llmgate.diagnose.causes.contrast import Contrast, Standing
from llmgate.diagnose.causes.factors import Factor, Mixture
from llmgate.diagnose.replays.investigation import Drawn, Tallies

MAX_FACTORIAL = 3
BASE, HEAD = "base", "head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swaps:
    """The state of an attribution. Arms are named after the factors that they have of the head, as `model+prompt`."""

    factors: tuple[Factor, ...]
    arms: Mapping[str, Contrast]
    tallies: Tallies = field(default_factory=Tallies)

    @property
    def is_factorial(self) -> bool:
        return len(self.factors) <= MAX_FACTORIAL

    @property
    def wanted(self) -> tuple[str, ...]:
        """The arms that are not settled, and the ends that they are held against."""
        if any(self.tallies.is_mute(end) for end in (BASE, HEAD)):
            return ()
        found = [name for name in self._due() if not self.arms[name].is_settled and not self.tallies.is_mute(name)]
        return (BASE, HEAD, *found) if found else ()

    def _due(self) -> Iterator[str]:
        if self.is_factorial:
            yield from self.arms
            return
        back = [name for name in self.arms if len(mixture(name)) > 1]
        yield from back
        done = all(self.arms[name].is_settled or self.tallies.is_mute(name) for name in back)
        if done and not any(self.standing(name) in (Standing.WELL, Standing.PARTLY) for name in back):
            yield from (name for name in self.arms if name not in back)

    def after(self, drawn: Drawn) -> Swaps:
        base, head = drawn.get(BASE), drawn.get(HEAD)
        arms = {
            name: held.after(base=base, arm=drawn[name], head=head) if name in drawn else held
            for name, held in self.arms.items()
        }
        return replace(self, arms=arms, tallies=self.tallies.after(drawn))

    def standing(self, name: str) -> Standing:
        """Say how an arm stands; the ends are what the gate found them to be."""
        if name == BASE:
            return Standing.WELL
        return Standing.BROKEN if name == HEAD else self.arms[name].standing


def start(factors: tuple[Factor, ...], *, rate: float, margin: float, alpha: float) -> Swaps:
    """Begin with every arm open. At least two factors are needed: a single one is the cause without a call.

    The chance that any claim about any arm is false is at most `alpha`: each arm makes two, and each e-value must reach
    their number over alpha.
    """
    names = [name_of(mixture) for mixture in _mixtures(factors)]
    first = contrast.start(rate=rate, margin=margin, limit=2 * len(names) / alpha)
    return Swaps(factors=factors, arms=dict.fromkeys(names, first))


def _mixtures(factors: tuple[Factor, ...]) -> Iterator[Mixture]:
    count = len(factors)
    sizes = range(1, count) if count <= MAX_FACTORIAL else (count - 1, 1)
    for size in sizes:
        yield from (frozenset(chosen) for chosen in itertools.combinations(factors, size))


def name_of(head: Mixture) -> str:
    return "+".join(sorted(head)) or BASE


def mixture(name: str) -> Mixture:
    """Return the factors that an arm which is no end has of the head."""
    return frozenset(Factor(part) for part in name.split("+"))
