import pytest

from tests.unit.assertions.vectors import DIRECTIONS, judged


@pytest.mark.parametrize("output", DIRECTIONS)
def test_it_says_what_similar_says(output):
    one, other = (judged(kind, ["east", "between"], output, threshold=0.6) for kind in ("similar", "similar:cosine"))
    assert (one.passed, one.score, one.reason, one.error) == (other.passed, other.score, other.reason, other.error)
