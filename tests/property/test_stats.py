"""Laws of the procedures: what they equal where they meet, and that evidence is evidence."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from llmgate.stats import (
    bonett_price,
    closed_mean,
    e_bh,
    fisher,
    fixture_evidence,
    gate_evidence,
    holm,
    mcnemar,
    stratified,
    suite_evidence,
)
from llmgate.stats.suite_evidence import Drops, SuiteEvidence

rates = st.floats(0, 1)
evidence_values = st.lists(st.floats(0, 1e6), min_size=1, max_size=7)


@st.composite
def counts(draw, most=12):
    trials = draw(st.integers(1, most)), draw(st.integers(1, most))
    return draw(st.integers(0, trials[0])), trials[0], draw(st.integers(0, trials[1])), trials[1]


@st.composite
def pairs_of_suite(draw):
    """Draw one base and one head outcome for each of up to 12 fixtures."""
    return draw(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=12))


@given(counts())
def test_one_fixture_stratified_is_fishers_test(row):
    """With one fixture the stratified permutation test is Fisher's exact test."""
    base, base_n, head, head_n = row
    table = [[head, head_n - head], [base, base_n - base]]
    p = stratified.exact_worse([base], [base_n], [head], [head_n])
    assert p == pytest.approx(stats.fisher_exact(table, alternative="less").pvalue)


@given(counts())
def test_the_screens_p_is_the_stratified_p_of_one_fixture(row):
    """The vectorised screen p-value equals the stratified test of that fixture alone."""
    base, base_n, head, head_n = row
    assert fisher.worse(np.array([row]))[0] == pytest.approx(stratified.exact_worse([base], [base_n], [head], [head_n]))


@given(pairs_of_suite())
def test_one_pair_per_fixture_stratified_is_the_exact_mcnemar_test(pairs):
    """With one trial per arm and fixture the stratified test is the exact one-sided McNemar test."""
    worse = sum(base and not head for base, head in pairs)
    better = sum(head and not base for base, head in pairs)
    ones = [1] * len(pairs)
    p = stratified.exact_worse([int(base) for base, _ in pairs], ones, [int(head) for _, head in pairs], ones)
    assert p == pytest.approx(mcnemar.exact_worse(worse, better))


@given(pairs_of_suite())
def test_one_pair_per_fixture_stratified_is_the_sign_flip_test(pairs):
    """With one trial per arm and fixture the stratified test is the exact sign-flip test of the differences."""
    drops = np.array([base - head for base, head in pairs])
    discordant = drops[drops != 0]
    flips = [sum(signs) >= discordant.sum() for signs in itertools.product((1, -1), repeat=len(discordant))]
    flipped = sum(flips) / len(flips)
    ones = [1] * len(pairs)
    p = stratified.exact_worse([int(base) for base, _ in pairs], ones, [int(head) for _, head in pairs], ones)
    assert p == pytest.approx(flipped)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 200))
def test_one_sample_per_fixture_is_the_published_bonett_price_interval(worse, better, equal):
    """With one pair per fixture the z-form is Bonett & Price 2012: Laplace-adjusted Wald on the discordant cells."""
    pairs = worse + better + equal
    first, second = (better + 1) / (pairs + 2), (worse + 1) / (pairs + 2)
    z = stats.norm.isf(0.025)
    half = z * math.sqrt((first + second - (first - second) ** 2) / (pairs + 2))
    differences = [-1.0] * worse + [1.0] * better + [0.0] * equal
    interval = bonett_price.fit(differences, 1, population=True).interval(0.95, quantile=z)
    assert interval.low == pytest.approx(max(-1, first - second - half))
    assert interval.high == pytest.approx(min(1, first - second + half))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40), st.integers(1, 10))
def test_the_interval_holds_the_mean_and_never_degenerates(differences, samples):
    """The clustered interval contains the mean difference and has a width."""
    interval = bonett_price.fit(differences, samples).interval(0.95)
    assert interval.low - 1e-9 <= np.mean(differences) <= interval.high + 1e-9
    assert interval.low < interval.high


@given(st.floats(0.1, 0.97), st.floats(0, 0.5), rates, rates)
def test_no_bet_gains_on_average_when_the_fixture_did_not_get_worse(rate, margin, base, head):
    """E[factor] <= 1 for every bet, wherever head >= base - margin."""
    assume(head >= base - margin)
    for bet in fixture_evidence.start(rate, margin).bets:
        assert expected_factor(bet, base, head) <= 1 + 1e-9


@pytest.mark.parametrize("margin", [0.0, 0.05, 0.10, 0.2])
@pytest.mark.parametrize("rate", [0.1, 0.15, 0.3, 0.5, 0.75, 0.9, 0.95, 0.97])
def test_no_bet_gains_on_average_on_the_boundary_of_the_null(rate, margin):
    """E[factor] <= 1 on a grid that includes head = base - margin, and reaches 1 at the projection."""
    for bet in fixture_evidence.start(rate, margin).bets:
        boundary = [expected_factor(bet, base, base - margin) for base in np.linspace(margin, 1, 201)]
        inside = [expected_factor(bet, base, max(base - margin / 2, 0)) for base in np.linspace(0, 1, 201)]
        assert max(boundary) <= 1 + 1e-12
        assert max(inside) <= 1 + 1e-12
        assert max(boundary) > 1 - 1e-3


def expected_factor(bet, base, head):
    outcomes = itertools.product(((base, True), (1 - base, False)), ((head, True), (1 - head, False)))
    return sum(
        p_base * p_head * math.exp(bet.gain(base=passed_base, head=passed_head))
        for (p_base, passed_base), (p_head, passed_head) in outcomes
    )


@given(st.lists(st.tuples(rates, rates, st.floats(0.1, 1)), min_size=1, max_size=4), st.sampled_from([0.0, 0.01, 0.1]))
def test_a_suite_round_gains_nothing_on_average_when_the_mean_did_not_drop(fixtures, margin):
    """E[round factor] <= 1 when the weighted mean drop is at most the margin, however fixtures differ."""
    base, head, scales = np.array(fixtures).T
    assume(float((scales * (base - head - margin)).sum()) <= 0)
    expected = 0.0
    for outcome in itertools.product((True, False), repeat=2 * len(base)):
        passed_base, passed_head = np.array(outcome).reshape(2, -1)
        probability = np.prod(np.where(passed_base, base, 1 - base)) * np.prod(np.where(passed_head, head, 1 - head))
        drops = Drops(values=passed_base.astype(float) - passed_head, scales=scales, counts=np.ones(len(base)))
        expected += probability * SuiteEvidence(margin=margin).after(drops).value
    assert expected <= 1 + 1e-9


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 10_000))
def test_without_a_margin_only_discordant_pairs_count(worse, better, equal):
    """The suite's evidence at margin 0 is mean (1+λ)^worse (1-λ)^better, whatever the number of equal pairs."""
    drops = Drops(
        values=np.array([1.0, -1.0, 0.0]),
        scales=np.ones(3),
        counts=np.array([worse, better, equal], dtype=float),
    )
    expected = np.mean([(1 + stake) ** worse * (1 - stake) ** better for stake in suite_evidence.STAKES])
    assert SuiteEvidence(margin=0.0).after(drops).value == pytest.approx(expected)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 200))
def test_the_confidence_set_is_what_neither_direction_rejects(worse, better, equal):
    """The evidence is 2/alpha at an end of the confidence set inside the scale, and the set holds the mean."""
    assume(worse + better + equal > 0)
    drops = Drops(
        values=np.array([1.0, -1.0, 0.0]),
        scales=np.ones(3),
        counts=np.array([worse, better, equal], dtype=float),
    )
    interval = suite_evidence.confidence_set(drops)
    assert -1 <= interval.low <= (worse - better) / (worse + better + equal) <= interval.high <= 1
    if -1 < interval.low < 0.3:
        assert SuiteEvidence(margin=interval.low).after(drops).value == pytest.approx(40, rel=1e-4)


@given(evidence_values)
def test_closed_evidence_is_the_smallest_mean_of_any_set_with_the_fixture(values):
    """e* is the minimum, over all sets of fixtures that contain it, of their mean evidence."""
    sets = [subset for size in range(1, len(values) + 1) for subset in itertools.combinations(range(len(values)), size)]
    brute = [min(np.mean([values[j] for j in subset]) for subset in sets if i in subset) for i in range(len(values))]
    assert closed_mean.adjusted(values) == pytest.approx(tuple(brute))


@given(evidence_values)
def test_a_confirmed_name_is_also_a_likely_one(values):
    """Closed-mean evidence of 20 implies e-BH at 10 %: tiers are nested."""
    likely = e_bh.rejected(values, rate=0.1)
    assert all(named for value, named in zip(closed_mean.adjusted(values), likely, strict=True) if value >= 20)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(1, 10)), min_size=1))
def test_shares_of_the_budget_add_up_to_one(rows):
    """Whatever the p-values, the shares are positive and sum to 1."""
    shares = gate_evidence.weights([p for p, _ in rows], [importance for _, importance in rows])
    assert math.fsum(shares) == pytest.approx(1)
    assert min(shares) >= 0


p_values = st.lists(st.floats(0, 1), max_size=6)


@given(p_values)
def test_holm_is_the_closed_test_whose_parts_are_bonferronis(given_):
    """The adjusted value is the largest Bonferroni p-value of all intersections that the hypothesis is part of."""
    places = range(len(given_))
    parts = [part for size in places for part in itertools.combinations(places, size + 1)]
    closed = [
        max(min(1.0, len(part) * min(given_[one] for one in part)) for part in parts if place in part)
        for place in places
    ]
    assert holm.adjusted(given_) == pytest.approx(closed)


@given(p_values, st.randoms())
def test_holms_values_go_with_their_hypotheses_whatever_the_order(given_, chance):
    """Shuffling the p-values shuffles the adjusted ones alike; none is below its own."""
    order = list(range(len(given_)))
    chance.shuffle(order)
    adjusted = holm.adjusted(given_)
    assert holm.adjusted([given_[place] for place in order]) == tuple(adjusted[place] for place in order)
    assert all(after >= before for before, after in zip(given_, adjusted, strict=True))


@given(st.lists(counts(most=4), min_size=1, max_size=4))
def test_the_stratified_p_is_the_share_of_relabelled_trials_that_are_no_better(rows):
    """Counting every choice of each fixture's head trials gives the same p-value."""
    totals = {0: 1}
    for base, base_n, head, head_n in rows:
        trials = [1] * (base + head) + [0] * (base_n + head_n - base - head)
        ways = {}
        for chosen in itertools.combinations(trials, head_n):
            for before, many in totals.items():
                ways[before + sum(chosen)] = ways.get(before + sum(chosen), 0) + many
        totals = ways
    seen = sum(row[2] for row in rows)
    share = sum(many for passed, many in totals.items() if passed <= seen) / sum(totals.values())
    assert stratified.exact_worse(*zip(*rows, strict=True)) == pytest.approx(share)
