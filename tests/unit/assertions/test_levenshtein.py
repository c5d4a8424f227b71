import subprocess
import sys

import pytest

from tests.unit.assertions.traces import errors, grade, passes


def test_the_distance_may_be_the_threshold():
    """promptfoo, deterministic#levenshtein-distance: 'the distance between "kitten" and "sitting" is 3'."""
    assert passes({"type": "levenshtein", "value": "kitten", "threshold": 3}, "sitting")
    assert not passes({"type": "levenshtein", "value": "kitten", "threshold": 2}, "sitting")


def test_the_threshold_is_5_by_default():
    assert passes({"type": "levenshtein", "value": "abcdefgh"}, "abc")
    assert not passes({"type": "levenshtein", "value": "abcdefghi"}, "abc")


def test_a_threshold_of_0_asks_for_equality():
    assert passes({"type": "levenshtein", "value": "a", "threshold": 0}, "a")
    assert not passes({"type": "levenshtein", "value": "a", "threshold": 0}, "b")


def test_a_character_beyond_the_basic_plane_is_one_edit():
    assert passes({"type": "levenshtein", "value": "\U0001f600", "threshold": 1}, "x")


def test_the_reason_tells_the_distance():
    assert grade({"type": "levenshtein", "value": "kitten"}, "sitting").reason.startswith("the distance is 3")
    assert grade({"type": "levenshtein", "value": "a"}, "b" * 99).reason.startswith("the distance is more than 5")


@pytest.mark.parametrize("rest", [{"threshold": 1.5}, {"threshold": -1}, {"value": "x" * 10_001}])
def test_thresholds_that_are_no_counts_and_huge_texts_are_faults(rest):
    assert errors({"type": "levenshtein", "value": "x", **rest})


def test_without_the_extra_it_cannot_judge_and_says_what_to_install():
    program = (
        "import sys; sys.modules['rapidfuzz'] = None; sys.modules['rapidfuzz.distance'] = None\n"
        "from tests.unit.assertions.traces import grade\n"
        "for kind in ('levenshtein', 'not-levenshtein'):\n"
        "    judged = grade({'type': kind, 'value': 'a'}, 'a')\n"
        "    print(judged.passed, judged.error)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == 'False rapidfuzz is not installed [extra-missing]; pip install "llmgate[metrics]"\n' * 2
