"""Why a change was not judged, in the words of who asked."""

import pytest

from llmgate.errors import KeyMissing, NotEvaluated
from llmgate.gate import unjudged
from llmgate.question import Question
from llmgate.verdict import Verdict

MISSING = KeyMissing("HOUSE_KEY is not set", remedy="set it", id="key-missing")
OTHER = NotEvaluated("no fixture ran", remedy="add one", id="worker-failed")


def reason(error, *, stranger):
    return unjudged.reason(error, Question(base="a", head="b", head_sha="b", stranger=stranger))


def test_a_missing_key_of_a_fork_is_told_as_that_with_what_a_maintainer_can_do():
    told = reason(MISSING, stranger=True)
    assert told.verdict is Verdict.NOT_EVALUATED
    assert told.message == "the pull request comes from a fork, to which GitHub gives no secrets: HOUSE_KEY is not set"
    assert "push its branch to this repository" in told.remedy


def test_a_missing_key_where_the_secrets_are_is_not_the_forks_fault():
    asked = Question(base="a", head="b", head_sha="b", stranger=True, privileged=True)
    assert unjudged.reason(MISSING, asked).message == MISSING.message


@pytest.mark.parametrize(("error", "stranger"), [(MISSING, False), (OTHER, True), (OTHER, False)])
def test_anything_else_keeps_its_own_words(error, stranger):
    told = reason(error, stranger=stranger)
    assert (told.message, told.remedy) == (error.message, error.remedy)
