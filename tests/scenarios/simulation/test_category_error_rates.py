"""How often a gated category is told wrongly, and how often rightly, on suites whose truth is known (pytest -rP)."""

# ruff: noqa: T201 - what was measured is shown by pytest -rP

import numpy as np
import pytest

from llmgate import compare
from llmgate.compare import Categories, Count, Failures, Pair, Rules, Screened
from tests.scenarios.simulation import world

pytestmark = pytest.mark.slow

KINDS = ("output_format", "tool_use", "grounding")
FORMAT, TOOL, GROUNDING = range(len(KINDS))
GATED = ("output_format", "tool_use")
LIMIT = len(GATED) / 0.05
STORED = 10


def failing(generator, fixtures):
    """Rates at which each fixture fails, by kind: a few hopeless, some flaky, each in all kinds or in one."""
    rates = 1 - world.rates(generator, fixtures)
    return rates[:, None] * generator.dirichlet((0.3, 0.3, 0.3), fixtures)


def halves(generator, rates):
    """Draw one trial of each row: the place of the kind it fails with, or -1 where it passes."""
    drawn = generator.random(len(rates))[:, None] < np.cumsum(rates, axis=1)
    return np.where(drawn.any(axis=1), drawn.argmax(axis=1), -1)


def run(generator, base, head):
    """Run one gate to its end; return what its fresh pairs say of the kinds."""
    size = compare.screen_size(len(base))
    stored, screened = (
        generator.binomial(trials, np.clip(1 - rates.sum(axis=1), 0, 1))
        for trials, rates in ((STORED, base), (size, head))
    )
    entries = [
        Screened(
            fixture=world.fixture(place),
            base=Count(passed=int(stored[place]), trials=STORED),
            head=Count(passed=int(screened[place]), trials=size),
        )
        for place in range(len(base))
    ]
    comparison, seen = compare.screen(entries, Rules()), Categories()
    while wanted := comparison.wanted:
        places = [int(name.removeprefix("fixture-")) for name in wanted]
        arms = [halves(generator, rates[places]).tolist() for rates in (base, head)]
        pairs = {name: Pair(base=one < 0, head=other < 0) for name, one, other in zip(wanted, *arms, strict=True)}
        comparison = compare.observe(comparison, pairs)
        seen = seen.after([Failures(base=kind(one), head=kind(other)) for one, other in zip(*arms, strict=True)])
    return seen


def kind(place):
    return KINDS[place] if place >= 0 else None


def told(seed, runs, fixtures, change):
    """Count the runs in which each gated kind was told."""
    generator = np.random.default_rng(seed)
    found = dict.fromkeys(GATED, 0)
    wrong = 0
    for _ in range(runs):
        base = failing(generator, fixtures)
        seen = run(generator, base, change(generator, base))
        names = [name for name in GATED if seen.evidence(name) >= LIMIT]
        wrong += bool(names)
        for name in names:
            found[name] += 1
    print(f"{fixtures} fixtures, {runs} runs: {found}, in {wrong} runs any")
    return found, wrong


def nothing(_generator, base):
    return base


def breaking(count, rate, place):
    """`count` fixtures that hardly ever fail begin to fail at `rate`, in one kind."""

    def change(generator, base):
        head = base.copy()
        steady = np.flatnonzero(base.sum(axis=1) < 0.1)
        head[generator.choice(steady, count, replace=False)] = np.eye(len(KINDS))[place] * rate
        return head

    return change


@pytest.mark.parametrize(("fixtures", "runs"), [(10, 200), (50, 200), (200, 50)])
def test_no_change_tells_a_gated_kind_at_most_one_time_in_twenty(fixtures, runs):
    _, wrong = told(1, runs, fixtures, nothing)
    assert wrong <= 0.05 * runs


def test_suites_of_flaky_fixtures_alone_tell_nothing_either():
    generator = np.random.default_rng(2)
    wrong = 0
    for _ in range(200):
        base = generator.uniform(0.2, 0.6, (30, 1)) * generator.dirichlet((1, 1, 1), 30)
        seen = run(generator, base, base)
        wrong += any(seen.evidence(name) >= LIMIT for name in GATED)
    print(f"flaky: {wrong} of 200")
    assert wrong <= 0.05 * 200


def test_what_breaks_in_another_kind_is_not_told_of_a_gated_one():
    _, wrong = told(3, 100, 50, breaking(8, 0.7, GROUNDING))
    assert wrong <= 0.05 * 100


@pytest.mark.parametrize(("count", "rate"), [(8, 0.5), (4, 1.0)])
def test_what_breaks_in_a_gated_kind_is_told(count, rate):
    found, _ = told(4, 100, 50, breaking(count, rate, FORMAT))
    assert found["output_format"] >= 0.9 * 100
    assert found["tool_use"] <= 0.05 * 100
