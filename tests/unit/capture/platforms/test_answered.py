"""Answers as SDKs log them, beyond what the examples of each platform show."""

from __future__ import annotations

import pytest

from llmgate.capture.platforms import answered


def text(value):
    return answered.text(value)


@pytest.mark.parametrize(
    "value",
    [
        "14 days",
        {"output": "14 days"},
        {"output": {"content": "14 days"}},
        {"role": "assistant", "content": "14 days"},
        [{"role": "assistant", "content": "14 days"}],
        {"choices": [{"message": {"role": "assistant", "content": "14 days"}, "finish_reason": "stop"}]},
        {"choices": [{"text": "14 days"}]},
        {"generations": [[{"text": "14 days", "message": None}]]},
        {"content": [{"type": "text", "text": "14 days"}], "role": "assistant", "stop_reason": "end_turn"},
        '{"role":"assistant","content":"14 days"}',
        ["14 days"],
    ],
)
def test_the_text_is_found_in_every_shape(value):
    assert text(value) == "14 days"


@pytest.mark.parametrize("value", ['{"days":14}', "[1,2]", '{"output": 1, "days": 2}'])
def test_json_that_is_no_message_is_the_text_as_it_was(value):
    assert text(value) == value


def test_an_object_that_is_no_message_is_written_as_json():
    assert text({"days": 14, "note": "é"}) == '{"days": 14, "note": "é"}'


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_no_answer_is_no_text(value):
    assert text(value) is None


def test_why_the_model_stopped_and_which_it_was_are_told():
    read = answered.of({"role": "assistant", "content": "A", "stop_reason": "max_tokens", "model": "claude-1"})

    assert (read.finish_reason, read.served) == ("max_tokens", "claude-1")


def test_wrappers_within_wrappers_end():
    value = "x"
    for _ in range(90):
        value = {"output": value}

    assert answered.text(value).startswith('{"output": ')
