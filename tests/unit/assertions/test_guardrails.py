import pytest

from llmgate.trial import FinishReason
from tests.unit.assertions.traces import call, grade, passes

STOPPED = call(finish_reason=FinishReason.CONTENT_FILTER)


@pytest.mark.parametrize("reason", [reason for reason in FinishReason if reason is not FinishReason.CONTENT_FILTER])
def test_an_answer_that_no_filter_stopped_passes(reason):
    """promptfoo, guardrails: "If the guardrails passes the content, the assertion passes"."""
    assert passes({"type": "guardrails"}, calls=[call(finish_reason=reason)])


@pytest.mark.parametrize("calls", [[STOPPED], [STOPPED, call()], [call(), STOPPED]])
def test_an_answer_that_the_filter_stopped_fails(calls):
    """promptfoo, guardrails: "If the provider's guardrails blocks the content, the assertion fails"."""
    assert not passes({"type": "guardrails"}, "I am", calls=calls)


def test_a_trial_with_no_model_call_cannot_be_judged():
    assert "no model call" in grade({"type": "guardrails"}, "x").error
