import pytest

from llmgate.stats import clopper_pearson, distributions

# R: binom.test(x, n)$conf.int
CASES = {
    (5, 20): (0.08657147, 0.4910459),
    (0, 62): (0.0, 0.05776269),
    (20, 20): (0.8315665, 1.0),
    (2, 2): (0.1581139, 1.0),
    (1, 10): (0.002528579, 0.4450161),
}


@pytest.mark.parametrize("counted", CASES)
def test_the_interval_is_that_of_r(counted):
    found = clopper_pearson.interval(*counted)
    assert (found.low, found.high) == pytest.approx(CASES[counted], abs=1e-7)


def test_no_trial_says_nothing():
    found = clopper_pearson.interval(0, 0)
    assert (found.low, found.high) == (0.0, 1.0)


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.3, 0.5, 0.97])
def test_it_covers_every_rate_at_least_as_often_as_it_says(rate):
    trials = 25
    within = [x for x in range(trials + 1) if clopper_pearson.interval(x, trials).low <= rate]
    within = [x for x in within if rate <= clopper_pearson.interval(x, trials).high]
    assert sum(float(distributions.binomial(x, trials, rate)) for x in within) >= 0.95
