"""The breaks that a suite is tried with, and true rates of the base → those of a head that is broken in that way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from llmgate.power.rates import Rates

STEADY = 0.9
"""A fixture that passes more often can break outright."""


class Break(StrEnum):
    """One way to get worse; the first is none."""

    NOTHING = "nothing changed"
    ONE = "one fixture breaks outright"
    HALF = "one fixture passes half as often"
    THREE = "three fixtures break outright"
    TENTH = "a tenth of the fixtures pass half as often"
    TWO_POINTS = "every fixture loses 2 points"
    FIVE_POINTS = "every fixture loses 5 points"
    TEN_POINTS = "every fixture loses 10 points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The head's rates, and the places of the fixtures that broke."""

    rates: Rates
    places: frozenset[int]


def broken(kind: Break, base: Rates, generator: np.random.Generator) -> Broken:
    """Break a suite; of the fixtures that pass more than 90 % of the time some are chosen by lot, else others.

    A drop of every fixture stops at a rate of 0.
    """
    match kind:
        case Break.NOTHING:
            return Broken(rates=base, places=frozenset())
        case Break.ONE | Break.THREE:
            return _some(base, generator, 1 if kind is Break.ONE else 3, 0.0)
        case Break.HALF | Break.TENTH:
            return _some(base, generator, 1 if kind is Break.HALF else math.ceil(len(base) / 10), 0.5)
        case Break.TWO_POINTS | Break.FIVE_POINTS | Break.TEN_POINTS:
            drops = {Break.TWO_POINTS: 0.02, Break.FIVE_POINTS: 0.05, Break.TEN_POINTS: 0.10}
            return Broken(rates=np.maximum(base - drops[kind], 0.0), places=frozenset(range(len(base))))


def _some(base: Rates, generator: np.random.Generator, count: int, share: float) -> Broken:
    lot = generator.permutation(len(base))
    steady = base[lot] > STEADY
    chosen = np.concatenate((lot[steady], lot[~steady]))[:count]
    rates = base.copy()
    rates[chosen] *= share
    return Broken(rates=rates, places=frozenset(chosen.tolist()))
