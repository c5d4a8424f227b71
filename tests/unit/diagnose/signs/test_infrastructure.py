import pytest

from llmgate import diagnose
from llmgate.trial import FinishReason, Graded, Outcome, Remark, Ruling
from tests.unit.diagnose import trials

CASE = trials.fixture(documents=[trials.RETURNS], gold=["returns.md#3"])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("no answer after 60 s: timed out (4 attempts)", "timeout"),
        ("429: too many requests", "rate_limited"),
        ("401: the key was refused", "rejected"),
        ("503: overloaded", "unavailable"),
        ("the provider's answer is unreadable: choices is empty", "no_answer"),
    ],
)
def test_a_call_without_an_answer_is_none_of_the_models(error, code):
    assert trials.label(CASE, error=error) == f"infrastructure.{code}"


def test_a_last_call_that_ended_in_an_error_is_no_answer():
    assert trials.label(CASE, "You", finish=FinishReason.ERROR) == "infrastructure.no_answer"


@pytest.mark.parametrize(
    "said", [{"rulings": {"x": Ruling(error="the judge is down")}}, {"remarks": {"x": Remark(error="it hangs")}}]
)
def test_a_judge_or_a_class_that_says_nothing_is_no_grade(said):
    trace = trials.trace(CASE, "14 days")
    failing = Graded(
        trace=type(trace)(trial=trace.trial, calls=trace.calls, output="x", **said), outcome=Outcome.ERROR, score=0.0
    )
    found = diagnose.classify(failing, CASE).primary
    assert (found.category, found.code) == ("infrastructure", "grader")
