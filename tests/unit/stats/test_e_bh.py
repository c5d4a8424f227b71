"""Hand-checked from the definition in Wang & Ramdas 2022: the k largest, k the last with k·E₍k₎·rate >= K."""

import pytest

from llmgate.stats import e_bh


@pytest.mark.parametrize(
    ("evidence", "named"),
    [
        ([10.0], (True,)),
        ([9.9], (False,)),
        ([20.0, 19.9], (True, True)),  # place 2: 19.9 · 2 · .1 >= 2
        ([30.0, 15.0, 5.0], (True, True, False)),  # 30 · .1 >= 3; 15 · 2 · .1 >= 3; 5 · 3 · .1 < 3
        ([29.0, 14.0, 5.0], (False, False, False)),
        ([12.0, 12.0, 12.0], (True, True, True)),  # only place 3 passes, and it takes all of them along
    ],
)
def test_the_largest_evidence_is_named_up_to_the_last_place_that_holds(evidence, named):
    assert e_bh.rejected(evidence, rate=0.1) == named


def test_no_fixture_is_named_when_there_is_none():
    assert e_bh.rejected([], rate=0.1) == ()
