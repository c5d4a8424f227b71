"""Suites with known pass rates, and the gate run on them: no network, only `llmgate.compare`.

The mixture is the one of docs and measurements: 70 % of fixtures near 1, 20 % flaky, 10 % near 0.
"""

from dataclasses import dataclass

import numpy as np

from llmgate.compare import Comparison, Count, Pair, Purpose, Rules, Screened, observe, screen, screen_size, summary

STORED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    summary: object
    calls: int
    rounds: int


def fixture(index):
    return f"fixture-{index:05d}"


def rates(generator, fixtures):
    kind = generator.choice(3, size=fixtures, p=(0.7, 0.2, 0.1))
    near_one = 1 - generator.beta(0.3, 30, fixtures)
    flaky = generator.beta(2, 1.2, fixtures)
    near_zero = generator.beta(0.3, 30, fixtures)
    return np.select([kind == 0, kind == 1], [near_one, flaky], near_zero)


def broken(generator, base, count, *, to=0.02):
    """Break `count` of the steadiest fixtures; return the head rates and the names of the broken ones."""
    head = base.copy()
    chosen = generator.choice(np.flatnonzero(base > 0.9), count, replace=False)
    head[chosen] = to
    return head, {fixture(index) for index in chosen}


def gate(generator, base, head, *, stored=None, samples=STORED, rules=None):
    """Run one gate. `stored` are the rates behind the baseline if the provider has drifted since."""
    rules = rules or Rules()
    size = screen_size(len(base))
    baseline = generator.binomial(samples, base if stored is None else stored)
    screened = generator.binomial(size, head)
    entries = [
        Screened(
            fixture=fixture(index),
            base=Count(passed=int(baseline[index]), trials=samples),
            head=Count(passed=int(screened[index]), trials=size),
        )
        for index in range(len(base))
    ]
    comparison, calls, rounds = screen(entries, rules), size * len(base), 0
    while comparison.purpose is not Purpose.DONE:
        comparison, pairs = drawn(generator, comparison, base, head)
        calls, rounds = calls + 2 * pairs, rounds + 1
    return Gate(summary=summary(comparison), calls=calls, rounds=rounds)


def drawn(generator, comparison: Comparison, base, head):
    wanted = comparison.wanted
    uniform = generator.random((len(wanted), 2)).tolist()
    round_ = {}
    for name, (one, other) in zip(wanted, uniform, strict=True):
        index = int(name.removeprefix("fixture-"))
        round_[name] = Pair(base=bool(one < base[index]), head=bool(other < head[index]))
    return observe(comparison, round_), len(wanted)
