import pytest

from llmgate.errors import CallRefused
from llmgate.message import Message, TextPart, ToolCallPart, ToolResponsePart, text_message
from llmgate.providers import conversation


def calls(*ids):
    return Message(role="assistant", parts=tuple(ToolCallPart(id=one, name="now") for one in ids))


def results(*ids, role="tool"):
    return Message(role=role, parts=tuple(ToolResponsePart(id=one, response="noon") for one in ids))


def ids(*messages):
    return [part.id for message in conversation.with_ids(messages) for part in message.parts]


def test_a_conversation_without_tools_is_returned_as_it_is():
    messages = (text_message("user", "hello"), text_message("assistant", "hi"))
    assert conversation.with_ids(messages) is messages


def test_calls_are_numbered_and_results_answer_them_in_order():
    assert ids(calls(None, None), results(None), results(None)) == ["call_1", "call_2", "call_1", "call_2"]


def test_a_known_id_is_kept_and_taken_from_those_open():
    assert ids(calls(None, "x"), results("x"), results(None)) == ["call_1", "x", "x", "call_1"]


def test_a_number_that_is_taken_is_skipped():
    assert ids(calls("call_1", None), results("call_1", None)) == ["call_1", "call_2", "call_1", "call_2"]


def test_the_text_of_a_tools_message_is_a_result():
    *_, message = conversation.with_ids((calls("x"), text_message("tool", "noon")))
    assert message.parts == (ToolResponsePart(id="x", response="noon"),)


@pytest.mark.parametrize(
    "message",
    [
        results(None),
        results("x", role="assistant"),
        results("x", role="system"),
        Message(role="user", parts=(ToolCallPart(name="now"),)),
        Message(role="tool", parts=(ToolCallPart(name="now"),)),
        Message(role="system", parts=(TextPart(content="a"), ToolCallPart(name="now"))),
    ],
)
def test_parts_in_the_wrong_mouth_are_refused(message):
    with pytest.raises(CallRefused):
        conversation.with_ids((message,))
