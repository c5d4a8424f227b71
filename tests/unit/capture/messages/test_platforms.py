"""What observability platforms and frameworks make of a message."""

from __future__ import annotations

import pytest

from llmgate.capture import messages


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "@@@langfuseMedia:type=image/png|id=1|source=bytes@@@"}},
        {"type": "input_audio", "input_audio": {"data": "@@@langfuseMedia:type=audio/wav|id=1|source=bytes@@@"}},
        {"type": "input_audio", "input_audio": {"data": "@@@langfuseMedia:type=audio/wav|id=1@@@", "format": "wav"}},
    ],
)
def test_media_that_langfuse_keeps_apart_is_no_part_and_state_elsewhere(part):
    read = messages.read([{"role": "user", "content": [{"type": "text", "text": "Hi"}, part]}])

    assert [each["type"] for each in read.messages[0]["parts"]] == ["text"]
    assert read.depends_on == ("a file that Langfuse stores",)


def test_an_attachment_that_datadog_keeps_apart_is_state_elsewhere():
    part = {"type": "image", "mime_type": "image/png", "attachment_key": "a/b"}

    assert messages.read([{"role": "user", "content": [part]}]).depends_on == ("a file that Datadog stores",)


def test_calls_whose_arguments_langchain_could_not_parse_are_calls_all_the_same():
    answer = {
        "type": "ai",
        "content": "",
        "tool_calls": [{"name": "f", "args": {}, "id": "1", "type": "tool_call"}],
        "invalid_tool_calls": [{"name": "g", "args": '{"a":', "id": "2", "error": "no JSON"}],
    }

    (message,) = messages.read([answer]).messages

    assert message["parts"] == [
        {"type": "tool_call", "name": "f", "arguments": {}, "id": "1"},
        {"type": "tool_call", "name": "g", "arguments": '{"a":', "id": "2"},
    ]
