"""Curtailed sampling decides as all trials would have, whatever they would have shown."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from llmgate.stats import separation
from llmgate.stats.separation import Count


@st.composite
def looks(draw):
    """Counts on both revisions in the midst of sampling."""
    repeats = draw(st.integers(2, 8))
    trials = [draw(st.integers(0, repeats)) for _ in range(2)]
    counts = [Count(passed=draw(st.integers(0, of)), trials=of) for of in trials]
    return repeats, counts[0], counts[1], draw(st.sampled_from([0.2, 0.05, 0.01]))


def endings(count, repeats):
    """Every way in which the open trials can end, those that never answer included."""
    still = repeats - count.trials
    for answered in range(still + 1):
        for passed in range(answered + 1):
            yield Count(passed=count.passed + passed, trials=count.trials + answered)


@given(looks())
def test_a_settled_outcome_is_that_of_every_ending(look):
    """What is settled is the outcome of every completion, with missing trials too; what is not has two."""
    repeats, fails, passes, alpha = look
    pairs = product(endings(fails, repeats), endings(passes, repeats))
    outcomes = {separation.separates(first, second, alpha) for first, second in pairs}
    settled = separation.settled(fails, passes, repeats, alpha)
    assert outcomes == ({True, False} if settled is None else {settled})


@given(looks())
def test_the_bound_is_the_largest_p_value_of_all_endings(look):
    """No ending has a p-value above the bound."""
    repeats, fails, passes, _ = look
    pairs = product(endings(fails, repeats), endings(passes, repeats))
    largest = max(separation.p_value(first, second) for first, second in pairs)
    bound = separation.bound(fails, passes, repeats)
    assert largest <= bound * (1 + 1e-9)


@given(looks())
def test_nothing_is_settled_before_the_end_of_a_round(look):
    """No ending of fewer trials than a round has settles the outcome."""
    repeats, fails, passes, alpha = look
    left = repeats - max(fails.trials, passes.trials)
    if left < 1 or separation.settled(fails, passes, repeats, alpha) is not None:
        return
    more = separation.fewest(fails, passes, repeats, alpha, left=left)
    for first in endings(fails, fails.trials + more - 1):
        for second in endings(passes, passes.trials + more - 1):
            assert separation.settled(first, second, repeats, alpha) is None
