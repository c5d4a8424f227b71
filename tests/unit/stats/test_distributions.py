"""Equal to scipy.stats, which takes 0.5 s to import, over what the gate asks of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from llmgate.stats import distributions

probabilities = st.floats(1e-9, 1 - 1e-9)


@given(st.integers(1, 300), st.integers(0, 300), st.integers(0, 300))
def test_hypergeometric_probabilities(total, marked, drawn):
    marked, drawn = min(marked, total), min(drawn, total)
    support, found = distributions.hypergeometric(total, marked, drawn)
    assert found == pytest.approx(stats.hypergeom.pmf(support, total, marked, drawn), rel=1e-10, abs=1e-300)
    assert found.sum() == pytest.approx(1, abs=1e-10)


@given(st.integers(1, 500), st.sampled_from([0.0, 1.0]) | probabilities)
def test_binomial_probabilities(trials, rate):
    successes = np.arange(trials + 1)
    expected = stats.binom.pmf(successes, trials, rate)
    assert distributions.binomial(successes, trials, rate) == pytest.approx(expected, rel=1e-9, abs=1e-250)


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_a_certain_outcome_is_certain(rate):
    assert distributions.binomial([0, 3, 5], 5, rate).tolist() == [float(5 * rate == number) for number in (0, 3, 5)]


@given(st.integers(0, 400), st.integers(1, 400), probabilities)
def test_binomial_tails(successes, trials, rate):
    successes = min(successes, trials)
    lower, upper = distributions.binomial_lower(successes, trials, rate), stats.binom.sf(successes, trials, rate)
    assert lower == pytest.approx(stats.binom.cdf(successes, trials, rate), rel=1e-9, abs=1e-200)
    assert distributions.binomial_upper(successes, trials, rate) == pytest.approx(upper, rel=1e-9, abs=1e-200)


@given(probabilities, st.floats(-30, 30))
def test_normal_tails_and_quantiles(probability, z):
    assert distributions.normal_upper(probability) == pytest.approx(stats.norm.isf(probability), rel=1e-9, abs=1e-12)
    assert distributions.normal_tail(z) == pytest.approx(stats.norm.sf(z), rel=1e-9)


@given(st.floats(0.5, 1 - 1e-6), st.integers(2, 10_000))
def test_quantiles_of_student(probability, degrees):
    expected = stats.t.ppf(probability, degrees)
    assert distributions.student_quantile(probability, degrees) == pytest.approx(expected, rel=1e-7, abs=1e-9)


@given(st.floats(0.01, 0.99), st.integers(1, 500))
def test_quantiles_of_gamma(probability, shape):
    expected = stats.gamma.ppf(probability, shape)
    assert distributions.gamma_quantile(probability, shape) == pytest.approx(expected, rel=1e-9)
