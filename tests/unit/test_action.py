"""What the action makes of an error that nobody foresaw."""

import pytest

from llmgate import action, redaction
from llmgate.errors import NotEvaluated, UsageError
from llmgate.renderers import page
from llmgate.verdict import Verdict

KEY = "sk-live-0123456789abcdefghij"


@pytest.mark.trust("unforeseen")
@pytest.mark.parametrize(
    "error", [ValueError("x"), MemoryError(), RecursionError("deep"), NotEvaluated("gone", id="worker-failed")]
)
def test_an_error_that_nobody_foresaw_is_not_evaluated(error):
    found = action.unjudged(error, str)
    assert (found.verdict, found.exit_code) == (Verdict.NOT_EVALUATED, 3)
    assert found.reasons[0].message


def test_wrong_usage_is_not_evaluated_with_a_code_of_its_own():
    found = action.unjudged(UsageError("wrong", id="wrong-option"), str)
    assert (found.verdict, found.exit_code) == (Verdict.NOT_EVALUATED, 2)


@pytest.mark.trust("echoed-key")
@pytest.mark.parametrize("error", [ValueError(KEY), NotEvaluated("gone", remedy=f"look at {KEY}", id="worker-failed")])
def test_an_error_that_says_a_key_back_leaves_it_on_no_page(error):
    found = action.unjudged(error, redaction.of({"OPENAI_API_KEY": KEY}).text)
    assert "[redacted]" in page.render(found)
    assert KEY not in page.render(found)
