"""What the action makes of an error that nobody foresaw."""

import pytest

from llmgate import action
from llmgate.errors import NotEvaluated, UsageError
from llmgate.verdict import Verdict


@pytest.mark.trust("unforeseen")
@pytest.mark.parametrize(
    "error", [ValueError("x"), MemoryError(), RecursionError("deep"), NotEvaluated("gone", id="worker-failed")]
)
def test_an_error_that_nobody_foresaw_is_not_evaluated(error):
    found = action.unjudged(error)
    assert (found.verdict, found.exit_code) == (Verdict.NOT_EVALUATED, 3)
    assert found.reasons[0].message


def test_wrong_usage_is_not_evaluated_with_a_code_of_its_own():
    found = action.unjudged(UsageError("wrong", id="wrong-option"))
    assert (found.verdict, found.exit_code) == (Verdict.NOT_EVALUATED, 2)
