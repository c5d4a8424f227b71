import pytest

from llmgate.trial import Embedding
from tests.unit.assertions.traces import errors, grade, passes
from tests.unit.assertions.vectors import SEEN, embedded, judged

WRITTEN = {"type": "similar", "value": "east"}


@pytest.mark.parametrize(
    ("output", "cosine"), [("east", 1), ("far east", 1), ("between", 0.6), ("north", 0), ("west", -1)]
)
def test_the_score_is_the_cosine_of_the_angle_and_never_below_0(output, cosine):
    found = judged("similar", "east", output, threshold=cosine)
    assert found.passed
    assert found.score == pytest.approx(max(cosine, 0))
    assert f"the cosine similarity is {cosine:.4f}" in found.reason


def test_the_threshold_is_075_unless_the_fixture_says_another():
    seen = {"vectors": embedded({"a": (1.0, 0.0), "b": (0.75, 0.6614378), "c": (0.74, 0.6726069)})}
    assert [passes({"type": "similar", "value": "a"}, output, **seen) for output in "bc"] == [True, False]


def test_at_the_threshold_it_passes_and_its_negation_fails():
    assert passes({**WRITTEN, "threshold": 0.6}, "between", **SEEN)
    assert not passes({**WRITTEN, "threshold": 0.60001}, "between", **SEEN)


def test_of_a_list_one_is_enough_and_the_most_alike_gives_the_score():
    assert judged("similar", ["north", "between", "east"]).score == pytest.approx(1)
    assert judged("similar", ["north", "between"]).score == pytest.approx(0.6)


def test_the_negation_of_a_list_passes_where_none_of_them_is_like_the_output():
    assert judged("not-similar", ["north", "between"]).passed
    assert judged("not-similar", ["north", "between"]).score == pytest.approx(0.4)
    assert not judged("not-similar", ["north", "east"]).passed


@pytest.mark.parametrize("output", ["", " ", "\n\t"])
def test_a_blank_output_is_like_nothing_and_needs_no_vector(output):
    found = grade(WRITTEN, output)
    assert (found.passed, found.score, found.error) == (False, 0, None)
    assert "the output is blank" in found.reason
    assert grade({**WRITTEN, "type": "not-similar"}, output).passed


BROKEN = {
    "nobody embedded": ({}, "nobody embedded the output"),
    "the value is missing": (embedded({"north": (0.0, 1.0)}), "nobody embedded"),
    "an error": ({**embedded({"north": (0.0, 1.0)}), "east": Embedding(error="503")}, "gave no vector: 503"),
    "other lengths": (embedded({"north": (0.0, 1.0), "east": (1.0,)}), "vectors of 2 and of 1 dimensions"),
    "zeros": (embedded({"north": (0.0, 0.0), "east": (1.0, 0.0)}), "a vector of zeros"),
}


@pytest.mark.parametrize("why", BROKEN)
@pytest.mark.parametrize("kind", ["similar", "not-similar"])
def test_without_whole_vectors_it_cannot_judge(why, kind):
    vectors, message = BROKEN[why]
    found = grade({"type": kind, "value": ["north", "east"]}, "north", vectors=vectors)
    assert (found.passed, message in found.error) == (False, True)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"value": ""},
        {"value": " "},
        {"value": []},
        {"value": ["a", "\n"]},
        {"value": "x" * 100_001},
        {"value": "a", "threshold": 1.1},
        {"value": "a", "threshold": "0.5"},
        {"value": "a", "provider": "openai:embedding:x"},
    ],
)
def test_what_cannot_be_compared_is_a_fault(fields):
    assert errors({"type": "similar", **fields})


def test_a_whole_number_is_the_text_that_it_was_written_as():
    assert passes({"type": "similar", "value": 14}, "14", vectors=embedded({"14": (1.0,)}))
