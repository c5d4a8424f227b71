"""How alike the trials of a set-up are: by hand, by simulation, and never a difference of fixtures taken for it."""

import numpy as np
import pytest

from llmgate.stats import setup_correlation
from llmgate.stats.setup_correlation import Groups


def drawn(generator, *, icc, fixtures=20, setups=8, trials=5, rate=0.7):
    """Beta-binomial outcomes: the rate of each set-up varies so much that trials correlate by `icc`."""
    found = []
    for _ in range(fixtures):
        shape = (1 - icc) / icc if icc else 0
        rates = generator.beta(rate * shape, (1 - rate) * shape, setups) if icc else np.full(setups, rate)
        found.append(Groups(passed=tuple(generator.binomial(trials, rates).tolist()), trials=(trials,) * setups))
    return found


def test_a_set_up_that_decides_everything_has_a_correlation_of_one():
    found = setup_correlation.correlation([Groups(passed=(5, 0), trials=(5, 5))] * 3)
    assert (found.icc, found.typical, found.design_effect) == pytest.approx((1.0, 5.0, 5.0))
    assert found.p_value == pytest.approx(1 / 2000)


def test_one_fixture_alone_has_the_p_value_of_the_exact_test():
    found = setup_correlation.correlation([Groups(passed=(5, 0), trials=(5, 5))])
    assert found.alone[0] == pytest.approx(2 / 252, abs=0.005)  # Fisher's, two-sided


def test_the_estimate_is_that_of_the_analysis_of_variance_by_hand():
    # MSB = 2 (0.25² + 0.25²) / 1 = 0.25 between (2, 1) of 2; MSW = (0 + 0.5) / 2 = 0.25; so icc = 0
    found = setup_correlation.correlation([Groups(passed=(2, 1), trials=(2, 2))])
    assert found.icc == pytest.approx(0.0)


@pytest.mark.parametrize("icc", [0.2, 0.5])
def test_a_known_correlation_is_found(icc):
    found = setup_correlation.correlation(drawn(np.random.default_rng(1), icc=icc, fixtures=60))
    assert found.icc == pytest.approx(icc, abs=0.07)
    assert found.p_value < 0.01


def test_set_ups_of_a_single_trial_change_nothing():
    few = Groups(passed=(5, 1), trials=(5, 5))
    more = Groups(passed=(5, 1, 0, 1, 1), trials=(5, 5, 1, 1, 1))
    assert setup_correlation.correlation([few]) == setup_correlation.correlation([more])


def test_independent_trials_of_fixtures_that_differ_show_none():
    generator = np.random.default_rng(2)
    p_values = []
    for _ in range(30):
        suite = [each for rate in (0.1, 0.5, 0.9) for each in drawn(generator, icc=0, fixtures=4, rate=rate)]
        p_values.append(setup_correlation.correlation(suite).p_value)
    assert sum(p <= 0.05 for p in p_values) <= 5  # P(more of 30 at 5 %) is 0.003


@pytest.mark.parametrize(
    "groups",
    [
        Groups(passed=(5, 5), trials=(5, 5)),
        Groups(passed=(0, 0), trials=(5, 5)),
        Groups(passed=(1, 0), trials=(1, 1)),
        Groups(passed=(2,), trials=(4,)),
        Groups(passed=(), trials=()),
    ],
    ids=["all pass", "all fail", "one trial in each", "one set-up", "nothing"],
)
def test_what_has_nothing_to_tell_is_not_asked(groups):
    assert setup_correlation.correlation([groups]) is None
