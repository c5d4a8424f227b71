import pytest

from tests.unit.assertions.traces import errors, grade, passes


def has(value, **rest):
    return {"type": "contains", "value": value, **rest}


def of(*assertions, **rest):
    return {"type": "assert-set", "assert": list(assertions), **rest}


COST = {"type": "cost", "threshold": 1}


def test_without_a_threshold_all_must_pass():
    """promptfoo, expected-outputs#grouping-assertions-via-assertion-sets."""
    assert passes(of(has("a"), has("b")), "ab")
    assert not passes(of(has("a"), has("b")), "a")


def test_with_a_threshold_the_weighted_mean_must_reach_it():
    """Same page: "1 out of 4 equal weights assertions need to pass. Threshold should be 0.25"."""
    assert passes(of(*map(has, "abcd"), threshold=0.25), "a")
    assert not passes(of(*map(has, "abcd"), threshold=0.25), "x")
    assert passes(of(has("a", weight=3), has("b"), threshold=0.75), "a")
    assert not passes(of(has("a", weight=3), has("b"), threshold=0.75), "b")


def test_the_score_is_the_weighted_mean_and_the_parts_are_kept():
    judged = grade(of(has("a", weight=3), has("b"), weight=2, metric="m"), "a")
    assert judged.score == 0.75
    assert (judged.weight, judged.metric) == (2, "m")
    assert [(part.passed, part.weight) for part in judged.parts] == [(True, 3), (False, 1)]
    assert judged.reason == 'contains: the output lacks "b"'


def test_sets_nest():
    assert passes(of(of(has("a"), has("b"), threshold=0.5), has("c")), "ac")
    assert not passes(of(of(has("a"), has("b"), threshold=0.5), has("c")), "ab")


def test_sets_nest_only_so_deep():
    written = has("a")
    for _ in range(8):
        written = of(written)
    assert errors(written) == []
    [(place, message)] = errors(of(written))
    assert place == ("assert",)
    assert "8 deep" in message


def test_thousands_of_nested_sets_are_a_fault_and_no_crash():
    written = has("a")
    for _ in range(50_000):
        written = of(written)
    assert errors(written)[0][0] == ("assert",)


def test_a_part_that_cannot_judge_makes_the_set_unable_only_if_it_could_matter():
    assert grade(of(has("a"), COST), "a").error.startswith("cost: could not judge")
    assert grade(of(has("a"), COST), "b").error is None
    assert grade(of(has("a"), COST, threshold=0.5), "a").error is None
    assert grade(of(has("a"), COST, threshold=0.6), "a").error is not None
    assert grade(of(has("a"), COST, threshold=0.6), "b").error is None


def test_a_set_that_cannot_judge_is_not_inverted_and_keeps_its_parts():
    judged = grade({**of(has("a"), COST), "type": "not-assert-set"}, "a")
    assert [part.error is None for part in judged.parts] == [True, False]
    assert judged.error is not None
    assert not judged.passed


def test_faults_of_the_parts_have_their_places():
    written = of(
        has("a"), {"type": "contanis", "value": "x"}, has("b", thresold=1), of({"type": "latency", "threshold": -1})
    )
    assert [place for place, _ in errors(written)] == [
        ("assert", 1, "type"),
        ("assert", 2, "thresold"),
        ("assert", 3, "assert", 0, "threshold"),
    ]


@pytest.mark.parametrize("written", [of(), of(has("a"), threshold=1.5), of(has("a", weight=0)), {"type": "assert-set"}])
def test_an_empty_set_a_threshold_above_1_and_a_set_that_checks_nothing_are_faults(written):
    assert errors(written)


def test_a_measured_part_does_not_count():
    assert passes(of(has("a"), has("b", weight=0)), "a")
