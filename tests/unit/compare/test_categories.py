"""What the kinds of failure of both arms come to: counts, exact tests, evidence."""

import pytest
from scipy import stats

from llmgate.compare import Categories, Failures, Source, categories
from llmgate.compare.categories import Screened


def pairs(*halves):
    return [Failures(base=base, head=head) for base, head in halves]


def seen(*rounds):
    found = Categories()
    for each in rounds:
        found = found.after(pairs(*each))
    return found


def screened(base=None, head=None, trials=10):
    return Screened(base_trials=trials, head_trials=trials, base=base or {}, head=head or {})


def by_category(found):
    return {row.category: row for row in found}


def test_a_pair_is_worse_where_only_the_head_failed_in_the_category():
    found = seen([(None, "json"), ("tool", "json"), ("json", "json"), ("json", None), (None, None)])
    assert (found.worse("json"), found.better("json"), found.pairs) == (2, 1, 5)
    assert (found.worse("tool"), found.better("tool")) == (0, 1)


def test_the_evidence_is_the_betting_mcnemar_of_the_reference():
    # statistics.md §12 case 8: 18 worse and 6 better pairs of 200, no margin
    found = seen([(None, "json")] * 18 + [("json", None)] * 6 + [(None, None)] * 176)
    assert found.evidence("json") == pytest.approx(11.694, abs=5e-4)


def test_the_highest_evidence_of_all_looks_stays():
    worse = seen([(None, "json")] * 10)
    assert worse.after(pairs(*[("json", None)] * 10)).evidence("json") == worse.evidence("json") > 20


def test_a_category_that_fails_alike_on_both_halves_says_nothing():
    assert seen([("json", "json")] * 50).evidence("json") == 1.0


def test_a_category_that_nobody_saw_says_nothing():
    assert Categories().evidence("json") == 1.0


def test_a_look_is_after_a_round_and_not_within_one():
    assert seen([(None, "json")] * 10 + [("json", None)] * 10).evidence("json") < 1.5


def test_the_screen_has_the_exact_test_stratified_by_fixture():
    found = by_category(categories.rows([screened({"json": 1}, {"json": 6}), screened()], Categories()))
    expected = stats.fisher_exact([[6, 4], [1, 9]], alternative="greater").pvalue
    assert found["json"].p_value == pytest.approx(expected)
    assert (found["json"].base.failed, found["json"].base.trials, found["json"].head.failed) == (1, 20, 6)
    assert (found["json"].source, found["json"].evidence) == (Source.SCREEN, None)


def test_p_values_are_adjusted_over_the_tested_categories():
    fixtures = [screened({"json": 1, "down": 3}, {"json": 6, "tool": 1, "down": 4})]
    found = by_category(categories.rows(fixtures, Categories(), untested=frozenset({"down"})))
    assert found["json"].adjusted_p_value == pytest.approx(2 * found["json"].p_value)
    assert found["tool"].adjusted_p_value == pytest.approx(found["tool"].p_value)
    assert (found["down"].p_value, found["down"].adjusted_p_value, found["down"].head.failed) == (None, None, 4)


def test_pairs_beside_a_screen_have_evidence_and_leave_its_p_value_alone():
    fixtures = [screened({}, {"json": 2})]
    alone, beside = (categories.rows(fixtures, paired)[0] for paired in (Categories(), seen([(None, "json")] * 9)))
    assert beside.p_value == alone.p_value
    assert (alone.evidence, beside.evidence) == (None, pytest.approx(seen([(None, "json")] * 9).evidence("json")))


def test_without_a_screen_of_both_arms_p_is_one_over_the_evidence_of_the_pairs():
    paired = seen([(None, "json"), ("tool", "json")] * 5)
    found = by_category(categories.rows([], paired))
    assert found["json"].p_value == pytest.approx(1 / paired.evidence("json"))
    assert (found["json"].head.failed, found["json"].head.trials, found["json"].source) == (10, 10, Source.PAIRS)
    assert (found["tool"].p_value, found["tool"].base.failed) == (1.0, 5)


def test_where_nothing_failed_there_are_no_rows():
    assert categories.rows([screened()], seen([(None, None)])) == []


def test_three_thousand_fixtures_that_broke_in_five_categories_take_under_two_seconds():
    names = ["one", "two", "three", "four", "five"]
    fixtures = [screened({}, {names[place % 5]: 1}, trials=2) for place in range(3_000)]
    assert all(row.p_value < 1e-6 for row in categories.rows(fixtures, Categories()))
