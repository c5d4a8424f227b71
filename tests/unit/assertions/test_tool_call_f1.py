import pytest

from tests.unit.assertions.traces import errors, grade, passes

EXPECTED = ["get_weather", "book_flight"]


@pytest.mark.parametrize(
    ("expected", "called", "score"),
    [
        (EXPECTED, ["get_weather", "book_flight"], 1.0),
        (EXPECTED, ["get_weather"], 2 / 3),
        (EXPECTED, ["get_weather", "book_flight", "search"], 0.8),
        (["get_weather"], ["book_flight"], 0.0),
        (EXPECTED, [], 0.0),
        (EXPECTED, ["book_flight", "get_weather", "get_weather"], 1.0),
    ],
)
def test_the_scores_are_those_of_promptfoos_table(expected, called, score):
    """promptfoo, deterministic#tool-call-f1, "Scoring examples"."""
    judged = grade({"type": "tool-call-f1", "value": expected}, tools_called=called)
    assert judged.score == pytest.approx(score)
    assert judged.passed is (score == 1.0)


def test_the_threshold_may_be_reached():
    called = ["get_weather", "book_flight", "search"]
    assert passes({"type": "tool-call-f1", "value": EXPECTED, "threshold": 0.8}, tools_called=called)
    assert not passes({"type": "tool-call-f1", "value": EXPECTED, "threshold": 0.81}, tools_called=called)


def test_a_threshold_above_1_is_a_fault():
    assert errors({"type": "tool-call-f1", "value": EXPECTED, "threshold": 1.1})
