"""The exact probability that a single fixture blocks: against pairs drawn by lot, and the measured table."""

import numpy as np
import pytest

from llmgate.stats import fixture_evidence, fixture_reach
from llmgate.stats.fixture_reach import Confirming

RULES = Confirming(needed=39.0, futility=0.25, most=32, margin=0.1)


def simulated(stored, base, head, gates, seed=1):
    generator = np.random.default_rng(seed)
    reached = 0
    for _ in range(gates):
        evidence = fixture_evidence.start(stored, RULES.margin)
        for one, other in (generator.random((RULES.most, 2)) < (base, head)).tolist():
            evidence = evidence.after(base=one, head=other)
            if evidence.value >= RULES.needed or evidence.value < RULES.futility:
                break
        reached += evidence.value >= RULES.needed
    return reached / gates


@pytest.mark.parametrize(("stored", "base", "head"), [(0.95, 0.99, 0.4), (0.95, 0.99, 0.6), (0.8, 0.8, 0.3)])
def test_it_is_what_pairs_drawn_by_lot_come_to(stored, base, head):
    exact = fixture_reach.reach(stored, base, head, RULES)
    assert simulated(stored, base, head, 800) == pytest.approx(exact, abs=0.06)  # 3.4 standard errors at most


def test_nothing_that_got_worse_reaches_it_no_more_often_than_ville_allows():
    worst = max(fixture_reach.reach(0.95, base, base - 0.1, RULES) for base in (0.3, 0.5, 0.7, 0.9, 1.0))
    assert worst <= 1 / RULES.needed


def test_the_smallest_drops_are_near_those_that_were_measured_in_whole_suites():
    found = [fixture_reach.smallest_drop(samples, RULES, stored=10) for samples in (1, 2, 3, 5)]
    assert found == pytest.approx([0.80, 0.65, 0.58, 0.54], abs=0.08)  # by other suspects' shares


def test_a_screen_of_no_use_sees_nothing():
    hard = Confirming(needed=1e12, futility=0.25, most=4, margin=0.1)
    assert fixture_reach.smallest_drop(1, hard, stored=10) is None
