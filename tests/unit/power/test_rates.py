"""Rates that outcomes leave possible: the mixture where nothing is known, the outcomes where much is."""

import numpy as np
import pytest

from llmgate.compare import Count
from llmgate.power.rates import Drawing, Known


def suite(passed, trials, count=20):
    stored = Count(passed=passed, trials=trials)
    return [Known(fixture=f"f{number:03}", stored=stored) for number in range(count)]


def drawn(known, times=200):
    drawing, generator = Drawing(known), np.random.default_rng(1)
    return np.array([drawing.rates(generator) for _ in range(times)])


def test_without_outcomes_the_rates_are_those_of_the_assumed_mixture():
    rates = drawn(suite(0, 0))
    assert (rates > 0.9).mean() == pytest.approx(0.7, abs=0.05)
    assert (rates < 0.1).mean() == pytest.approx(0.1, abs=0.03)


@pytest.mark.parametrize(("passed", "trials"), [(20, 20), (10, 20), (0, 20)])
def test_with_many_outcomes_the_rates_are_theirs(passed, trials):
    assert drawn(suite(passed, trials)).mean() == pytest.approx(passed / trials, abs=0.03)


def test_a_suite_that_never_fails_is_not_taken_for_one_that_does():
    few, many = drawn(suite(8, 8, count=1)), drawn(suite(8, 8, count=100))
    assert many.mean() > few.mean()
    assert many.mean() > 0.99


def test_the_noise_is_that_of_the_rates_that_are_drawn():
    known = [*suite(6, 8), *suite(0, 0)]
    rates = drawn([*known[:20], *(Known(fixture=f"g{number}") for number in range(20))], times=2_000)
    expected = (rates * (1 - rates)).mean(axis=0)
    again = [*known[:20], *(Known(fixture=f"g{number}") for number in range(20))]
    assert Drawing(again).noises() == pytest.approx(expected, abs=0.02)
    assert Drawing(again).means() == pytest.approx(rates.mean(axis=0), abs=0.04)
