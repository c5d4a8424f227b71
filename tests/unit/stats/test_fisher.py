"""Published values: Fisher 1935 (lady tasting tea) and hypergeometric counts that can be done by hand."""

import numpy as np
import pytest
from scipy import stats

from llmgate.stats import fisher


@pytest.mark.parametrize(
    ("row", "p"),
    [
        ((3, 4, 1, 4), 0.242857),  # lady tasting tea
        ((5, 5, 0, 5), 1 / 252),
        ((10, 10, 0, 2), 1 / 66),
        ((5, 5, 5, 5), 1.0),
        ((0, 5, 0, 5), 1.0),
    ],
)
def test_one_fixture_gives_the_exact_one_sided_p(row, p):
    assert fisher.worse(np.array([row])) == pytest.approx([p], abs=5e-7)


def test_raw_p_values_of_the_reference_fixtures_come_back_in_order():
    # statistics.md §12 case 7
    rows = np.array([(5, 5, 5, 5), (5, 5, 0, 5), (5, 5, 4, 5), (4, 5, 2, 5), (3, 5, 3, 5), (0, 5, 0, 5)])
    assert fisher.worse(rows) == pytest.approx([1, 0.003968, 0.5, 0.261905, 0.738095, 1], abs=5e-7)


def test_unequal_trials_agree_with_scipys_fisher_test():
    p = fisher.worse(np.array([(9, 12, 1, 3)]))[0]
    assert p == pytest.approx(stats.fisher_exact([[1, 2], [9, 3]], alternative="less").pvalue)
