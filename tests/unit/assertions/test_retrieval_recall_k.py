import pytest

from tests.unit.assertions.traces import errors, grade, passes

WRITTEN = {"type": "retrieval:recall@k", "value": ["a", "b"], "k": 2}


@pytest.mark.parametrize(
    ("documents", "score"),
    [(["a", "b", "c"], 1), (["a", "c", "b"], 0.5), (["c", "d", "a", "b"], 0), ([], 0), (["b"], 0.5), (["a", "a"], 0.5)],
)
def test_the_score_is_the_share_of_the_ids_among_the_first_k(documents, score):
    judged = grade(WRITTEN, documents=documents)
    assert judged.score == score
    assert judged.passed is (score == 1)


def test_the_threshold_is_enough():
    assert passes({**WRITTEN, "threshold": 0.5}, documents=["a", "c", "b"])
    assert not passes({**WRITTEN, "threshold": 0.51}, documents=["a", "c", "b"])


def test_the_gold_ids_stand_in_for_the_value():
    assert grade({"type": "retrieval:recall@k", "k": 1}, documents=["a", "b"], gold=["a"]).passed


def test_without_ids_it_cannot_judge():
    assert "no ids to look for" in grade({"type": "retrieval:recall@k", "k": 1}, documents=["a"]).error


@pytest.mark.parametrize("k", [0, -1, 1.5, True, "3", 1_001])
def test_k_is_a_whole_number_from_1(k):
    assert errors({**WRITTEN, "k": k})


def test_k_is_required():
    assert errors({"type": "retrieval:recall@k"})
