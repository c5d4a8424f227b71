import pytest

from tests.unit.assertions.traces import errors, grade, passes

KIND = "retrieval:contains-ids"


def test_every_id_must_be_among_the_documents():
    assert passes({"type": KIND, "value": ["a#1"]}, documents=["a#1", "b#2"])
    assert not passes({"type": KIND, "value": ["a#1", "c#3"]}, documents=["a#1", "b#2"])


def test_the_gold_ids_of_the_fixture_are_the_default():
    assert passes({"type": KIND}, documents=["a#1"], gold=["a#1"])
    assert not passes({"type": KIND}, documents=["a#1"], gold=["b#2"])
    assert passes({"type": KIND, "value": ["a#1"]}, documents=["a#1"], gold=["b#2"])


def test_the_score_is_the_recall_and_the_threshold_may_be_reached():
    judged = grade({"type": KIND, "value": ["a", "b", "c", "d"], "threshold": 0.75}, documents=["a", "b", "c"])
    assert judged.passed
    assert judged.score == 0.75
    assert judged.reason == 'not retrieved: "d"'


def test_a_repeated_id_counts_once():
    assert grade({"type": KIND, "value": ["a", "a", "b"]}, documents=["b"]).score == 0.5


@pytest.mark.parametrize("kind", [KIND, f"not-{KIND}"])
def test_with_nothing_to_look_for_it_cannot_judge(kind):
    assert "no ids" in grade({"type": kind}, documents=["a"]).error


def test_an_empty_list_is_a_fault():
    assert errors({"type": KIND, "value": []})
