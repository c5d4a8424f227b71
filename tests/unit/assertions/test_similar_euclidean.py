import pytest

from tests.unit.assertions.traces import errors, grade, passes
from tests.unit.assertions.vectors import SEEN, judged


@pytest.mark.parametrize(
    ("output", "distance"), [("east", 0), ("far east", 2), ("north", 1.41421356), ("between", 0.894427191)]
)
def test_the_threshold_is_the_largest_distance_and_the_score_falls_with_the_distance(output, distance):
    found = judged("similar:euclidean", "east", output, threshold=distance)
    assert found.passed
    assert found.score == pytest.approx(1 / (1 + distance))
    assert passes({"type": "similar:euclidean", "value": "east", "threshold": distance}, output, **SEEN)
    if distance:
        stricter = distance - 0.001
        assert not passes({"type": "similar:euclidean", "value": "east", "threshold": stricter}, output, **SEEN)


def test_of_a_list_the_nearest_counts():
    assert judged("similar:euclidean", ["west", "between", "north"]).score == pytest.approx(1 / 1.894427191)


def test_a_blank_output_is_near_nothing_whatever_the_threshold():
    found = grade({"type": "similar:euclidean", "value": "east", "threshold": 1e9}, " ")
    assert (found.passed, found.score, found.error) == (False, 0, None)


def test_a_negative_distance_is_a_fault():
    assert errors({"type": "similar:euclidean", "value": "a", "threshold": -1})
