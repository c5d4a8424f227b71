import pytest

from llmgate.trial import FinishReason
from tests.unit.assertions.traces import call, errors, grade, passes


def test_the_model_stopped_for_the_expected_reason():
    """promptfoo, deterministic#finish-reason."""
    assert passes({"type": "finish-reason", "value": "stop"}, calls=[call()])
    assert not passes({"type": "finish-reason", "value": "length"}, calls=[call()])


def test_the_last_call_counts():
    calls = [call(finish_reason=FinishReason.TOOL_CALL), call(finish_reason=FinishReason.LENGTH)]
    assert passes({"type": "finish-reason", "value": "length"}, calls=calls)


@pytest.mark.parametrize("value", ["tool_calls", "tool_call", "Tool_Calls"])
def test_promptfoos_word_and_any_case_are_accepted(value):
    """promptfoo, deterministic#finish-reason: "comparison is case-insensitive"; its word is `tool_calls`."""
    assert passes({"type": "finish-reason", "value": value}, calls=[call(finish_reason=FinishReason.TOOL_CALL)])


def test_an_unknown_reason_is_a_fault():
    assert errors({"type": "finish-reason", "value": "done"})


@pytest.mark.parametrize("kind", ["finish-reason", "not-finish-reason"])
def test_a_trial_without_calls_cannot_be_judged(kind):
    assert "no finish reason" in grade({"type": kind, "value": "stop"}).error
