import pytest

from llmgate.assertions import weighing
from llmgate.trial import Grade, Outcome


def graded(score, weight=1.0, *, metric=None, parts=()):
    """A grade; a score of None could not judge."""
    return Grade(
        assertion="contains",
        passed=score == 1,
        score=score or 0.0,
        reason="r",
        weight=weight,
        metric=metric,
        error="e" if score is None else None,
        parts=tuple(parts),
    )


@pytest.mark.parametrize(
    ("scores", "threshold", "outcome", "score"),
    [
        ([1, 1], None, Outcome.PASSED, 1),
        ([1, 0], None, Outcome.FAILED, 0.5),
        ([1, None], None, Outcome.ERROR, 1),
        ([0, None], None, Outcome.FAILED, 0),
        ([None], None, Outcome.ERROR, 0),
        ([1, 0], 0.5, Outcome.PASSED, 0.5),
        ([1, 0], 0.51, Outcome.FAILED, 0.5),
        ([0, 0], 0, Outcome.PASSED, 0),
        ([1, None], 0.5, Outcome.PASSED, 1),
        ([1, None], 0.6, Outcome.ERROR, 1),
        ([0, None], 0.6, Outcome.FAILED, 0),
        ([0, None], 0.5, Outcome.ERROR, 0),
        ([1, 1, 0], 2 / 3, Outcome.PASSED, 2 / 3),
        ([1, 1, 0], 0.6666666667, Outcome.PASSED, 2 / 3),
        ([1, 1, 0], 0.667, Outcome.FAILED, 2 / 3),
    ],
)
def test_an_error_decides_only_where_it_could_matter(scores, threshold, outcome, score):
    total = weighing.weigh([graded(one) for one in scores], threshold)
    assert total.outcome is outcome
    assert total.score == pytest.approx(score)
    assert total.reason


def test_weights_weigh():
    grades = [graded(1, 3), graded(0, 1)]
    assert weighing.weigh(grades, 0.75).outcome is Outcome.PASSED
    assert weighing.weigh(grades, 0.76).outcome is Outcome.FAILED


@pytest.mark.parametrize("extra", [0, None, 1])
def test_what_weighs_nothing_changes_nothing(extra):
    with_extra = weighing.weigh([graded(1), graded(0.5), graded(extra, 0)], 0.75)
    assert with_extra == weighing.weigh([graded(1), graded(0.5)], 0.75)


@pytest.mark.parametrize("threshold", [None, 0, 0.5])
def test_a_case_in_which_nothing_counts_is_an_error_and_never_green(threshold):
    assert weighing.weigh([graded(1, 0)], threshold).outcome is Outcome.ERROR
    assert weighing.weigh([], threshold).outcome is Outcome.ERROR


def test_small_weights_add_up_exactly():
    assert weighing.weigh([graded(1, 0.1)] * 3, 1).outcome is Outcome.PASSED


def test_the_reason_is_the_first_failure_and_counts_the_others():
    assert weighing.weigh([graded(0), graded(0), graded(1)], None).reason == "contains: r (and 1 more)"
    assert weighing.weigh([graded(1), graded(0)], 0.4).reason == "the weighted mean is 0.500; the threshold is 0.4"
    assert weighing.weigh([graded(1)], None).reason == "all assertions passed"


def test_a_metric_is_the_weighted_mean_of_its_scores_over_all_parts():
    """promptfoo's AssertionsResult: the sum of score times weight over the sum of weights."""
    grades = [
        graded(1, 3, metric="b"),
        graded(0, 1, metric="b"),
        graded(None, 9, metric="b"),
        graded(1, metric="a", parts=[graded(0, metric="a"), graded(None, metric="c")]),
        graded(0),
    ]
    assert weighing.metrics(grades) == {"a": 0.5, "b": 0.75}
    assert list(weighing.metrics(grades)) == ["a", "b"]


def test_a_metric_that_is_only_measured_is_the_plain_mean():
    assert weighing.metrics([graded(1, 0, metric="m"), graded(0, 0, metric="m")]) == {"m": 0.5}
