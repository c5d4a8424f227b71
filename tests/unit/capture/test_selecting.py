import pytest

from llmgate.capture import selecting
from llmgate.capture.joining import Seen
from llmgate.capture.span import Span
from llmgate.conventions import Kind
from llmgate.errors import UsageError


def seen(**fields) -> Seen:
    span = Span(
        file="t",
        line=1,
        trace="a",
        id="1",
        kind=Kind.MODEL,
        name="chat",
        requested="gpt-4.1",
        served="gpt-4.1-2025-04-14",
        provider="openai",
        finish_reason="stop",
        error=fields.pop("error", None),
    )
    return Seen(trace="a", spans=(span,), name="answer", **fields)


BAD = {"name": "helpful", "score": 0.0, "label": "thumbs_down", "negative": True}
GOOD = {"name": "correct", "score": 0.9, "negative": False}


@pytest.mark.parametrize(
    "text",
    [
        "feedback=negative",
        "feedback = Thumbs_Down",
        "feedback!=positive",
        "feedback=any",
        "model=gpt-4.1-2025-04-14",
        "model=gpt-4.1",
        "model!=gpt-5",
        "score<0.5",
        "score.correct>=0.9",
        "score.helpful=0",
        "prompt=support",
        "prompt=support@3",
        "name=chat",
        "name=answer",
        "provider=openai",
        "tag=beta",
        "metadata.tier=gold",
        "metadata.tier != silver",
        "finish=stop",
        "error=false",
    ],
)
def test_a_condition_holds(text):
    found = seen(
        feedback=(BAD, GOOD), tags=("beta",), metadata={"tier": "gold"}, prompt={"name": "support", "version": "3"}
    )

    assert selecting.condition(text).holds(found)


@pytest.mark.parametrize(
    "text", ["feedback=positive", "feedback=none", "model=gpt", "score>1", "score.other<1", "tag=alpha", "error=true"]
)
def test_a_condition_does_not_hold(text):
    assert not selecting.condition(text).holds(seen(feedback=(BAD, GOOD), tags=("beta",)))


def test_feedback_is_positive_only_where_none_is_negative():
    assert selecting.condition("feedback=positive").holds(seen(feedback=(GOOD,)))
    assert selecting.condition("feedback=none").holds(seen())


@pytest.mark.parametrize(
    "text", ["feedback", "colour=red", "score<low", "model<3", "metadata=gold", "name.x=1", "", "=x", "feedback==any"]
)
def test_what_is_no_condition_is_refused_with_the_fields(text):
    with pytest.raises(UsageError, match="--where") as error:
        selecting.condition(text)

    assert "feedback" in error.value.remedy


def test_an_error_is_there_or_not_and_nothing_else():
    with pytest.raises(UsageError, match="`error` is true or false"):
        selecting.condition("error=timeout")
