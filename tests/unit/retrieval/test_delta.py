import pytest

from llmgate.retrieval import delta
from llmgate.retrieval.delta import Delta


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [("abc", "abc", 1.0), ("abc", "cba", 1.0), ("abc", "abd", 0.5), ("ab", "cd", 0.0), ("", "", 1.0), ("a", "", 0.0)],
)
def test_jaccard_is_the_share_of_what_both_found(base, head, expected):
    assert delta.jaccard(base, head) == expected


@pytest.mark.parametrize(("found", "gold", "expected"), [("abc", "ad", 0.5), ("", "a", 0.0), ("abc", "", None)])
def test_recall_is_the_share_of_the_gold_ids_and_undefined_without_any(found, gold, expected):
    assert delta.recall(found, gold) == expected


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [("abc", "abc", 0.0), ("abc", "cba", 4 / 3), ("abc", "xab", 1.0), ("abc", "xyz", None), ("", "", None)],
)
def test_rank_shift_is_of_the_shared_ids_and_undefined_without_any(base, head, expected):
    assert delta.rank_shift(base, head) == expected


def test_an_id_that_comes_twice_counts_where_it_comes_first():
    assert delta.between(["a", "b", "a"], ["b", "a"], ["a"]) == Delta(
        jaccard=1.0, base_recall=1.0, head_recall=1.0, rank_shift=1.0
    )


def test_a_mean_is_over_those_that_have_the_number():
    several = [Delta(jaccard=1.0, base_recall=0.5), Delta(jaccard=0.0)]
    assert delta.mean(several) == Delta(jaccard=0.5, base_recall=0.5)
