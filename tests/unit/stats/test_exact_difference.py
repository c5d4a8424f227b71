from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from llmgate.stats import exact_difference
from llmgate.stats.exact_difference import Passes

SIZE = 8


def limit(first: int, second: int, *, size: int = SIZE, alpha: float = 0.05) -> float:
    return exact_difference.lower_limit(
        Passes(passed=first, trials=size), Passes(passed=second, trials=size), alpha=alpha
    )


@pytest.mark.parametrize(("first", "second"), [*itertools.product(range(SIZE + 1), repeat=2)])
def test_it_is_above_zero_exactly_where_the_test_of_suissa_and_shuster_rejects(first: int, second: int) -> None:
    """scipy.stats.barnard_exact(pooled=True) is that test, by an implementation of its own."""
    table = [[first, second], [SIZE - first, SIZE - second]]
    p_value = stats.barnard_exact(table, alternative="greater", pooled=True).pvalue if first != second else 1.0
    assert (limit(first, second) > 0) is bool(p_value <= 0.05)


@pytest.mark.parametrize(("first", "second"), [(6, 5), (4, 9)])
def test_it_covers_the_difference_in_at_least_95_of_100(first: int, second: int) -> None:
    """Every outcome of these sizes, weighed by its probability, at rates over the whole square."""
    limits = np.array(
        [
            [
                exact_difference.lower_limit(Passes(passed=a, trials=first), Passes(passed=b, trials=second))
                for b in range(second + 1)
            ]
            for a in range(first + 1)
        ]
    )
    for one, other in itertools.product(np.linspace(0, 1, 21), repeat=2):
        chances = np.outer(
            stats.binom.pmf(range(first + 1), first, one), stats.binom.pmf(range(second + 1), second, other)
        )
        assert chances[limits <= one - other + 1e-9].sum() >= 0.95 - 1e-6


def test_it_grows_with_what_was_seen() -> None:
    limits = [limit(passed, 0) for passed in range(SIZE + 1)]
    assert limits == sorted(limits)
    assert limits[-1] == pytest.approx(0.6585, abs=1e-3)


def test_swapping_passes_and_samples_says_the_same() -> None:
    """P1 - p2 of passes is p2 - p1 of failures."""
    one = exact_difference.lower_limit(Passes(passed=6, trials=7), Passes(passed=2, trials=9))
    other = exact_difference.lower_limit(Passes(passed=7, trials=9), Passes(passed=1, trials=7))
    assert one == pytest.approx(other, abs=1e-6)


@pytest.mark.parametrize(("first", "second"), [((0, 0), (3, 5)), ((3, 5), (0, 0))])
def test_without_a_trial_nothing_is_known(first: tuple[int, int], second: tuple[int, int]) -> None:
    made = [Passes(passed=passed, trials=trials) for passed, trials in (first, second)]
    assert exact_difference.lower_limit(*made) == -1.0
