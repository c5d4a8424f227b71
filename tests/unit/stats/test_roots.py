import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from llmgate.stats.roots import root


@given(st.floats(-0.99, 0.99), st.integers(0, 4), st.floats(-9, 9))
def test_a_root_is_where_brents_method_finds_it(zero, steep, bend):
    def function(x):
        return math.expm1((x - zero) * 10**steep / 100) + abs(bend) * (x - zero) ** 3

    found = root(function, -1.0, 1.0)
    assert found == pytest.approx(optimize.brentq(function, -1.0, 1.0), abs=1e-11)


def test_an_end_that_is_a_root_is_it():
    assert root(lambda x: x, 0.0, 1.0) == 0.0
    assert root(lambda x: x - 1, 0.0, 1.0) == 1.0


def test_a_step_is_found_as_closely_as_floats_allow():
    asked = []

    def function(x):
        asked.append(x)
        return -1e300 if x < 0.123 else 1e-300

    assert root(function, -1.0, 1.0) == pytest.approx(0.123, abs=1e-11)
    assert len(asked) < 100


def test_a_function_without_a_change_of_sign_has_none():
    with pytest.raises(ValueError, match="the same sign"):
        root(lambda x: 1.0, 0.0, 1.0)
