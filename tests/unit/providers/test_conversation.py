import time

import pytest
from hypothesis import given

from llmgate.errors import CallRefused
from llmgate.message import Message, TextPart, ToolCallPart, ToolResponsePart, text_message
from llmgate.providers import conversation
from llmgate.providers.anthropic_messages import AnthropicMessages
from llmgate.providers.openai_chat import OpenAIChat
from tests.unit.providers import conversations, fakes


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


# Where results stand


def written(api, *messages):
    return api.body(fakes.request(messages=messages), None)["messages"]


def chat(*messages):
    """The conversation as Chat Completions gets it: roles, with the ids of calls and results."""
    turns = written(OpenAIChat(), *messages)
    return [
        (turn["role"], turn.get("tool_call_id") or [call["id"] for call in turn.get("tool_calls", [])])
        for turn in turns
    ]


def anthropic(*messages):
    turns = written(AnthropicMessages(), *messages)
    return [
        (turn["role"], [block.get("id") or block.get("tool_use_id") or block["text"] for block in turn["content"]])
        for turn in turns
    ]


ASKED, WAIT = text_message("user", "go"), text_message("user", "hurry")


def test_results_out_of_order_keep_their_ids_and_stand_behind_their_calls():
    messages = (ASKED, calls("a", "b"), results("b"), results("a"))
    assert chat(*messages) == [("user", []), ("assistant", ["a", "b"]), ("tool", "b"), ("tool", "a")]
    assert anthropic(*messages) == [("user", ["go"]), ("assistant", ["a", "b"]), ("user", ["b", "a"])]


def test_what_the_user_says_between_results_comes_after_them():
    """Both APIs want all results of a message right behind it."""
    messages = (ASKED, calls("a", "b"), results("a"), WAIT, results("b"))
    assert chat(*messages)[1:] == [("assistant", ["a", "b"]), ("tool", "a"), ("tool", "b"), ("user", [])]
    assert anthropic(*messages)[1:] == [("assistant", ["a", "b"]), ("user", ["a", "b", "hurry"])]


def test_calls_of_one_answer_in_several_messages_have_their_results_behind_them():
    messages = (ASKED, calls("a"), calls("b"), results("a"), results("b"))
    assert chat(*messages)[1:] == [("assistant", ["a"]), ("tool", "a"), ("assistant", ["b"]), ("tool", "b")]
    assert anthropic(*messages)[1:] == [
        ("assistant", ["a"]),
        ("user", ["a"]),
        ("assistant", ["b"]),
        ("user", ["b"]),
    ]


def test_an_id_that_each_turn_uses_anew_becomes_one_of_its_own():
    messages = (ASKED, calls("x", "y"), results("y"), results("x"), WAIT, calls("x"), results("x"))
    assert chat(*messages)[1:] == [
        ("assistant", ["x", "y"]),
        ("tool", "y"),
        ("tool", "x"),
        ("user", []),
        ("assistant", ["call_1"]),
        ("tool", "call_1"),
    ]


def test_the_same_id_twice_in_one_message_is_answered_in_order():
    assert ids(calls("x", "x"), results("x"), results("x")) == ["x", "call_1", "x", "call_1"]


def test_ids_that_an_api_spells_alike_are_kept_apart():
    messages = (ASKED, calls("f.1", "f:1"), results("f:1"), results("f.1"))
    assert anthropic(*messages)[1:] == [("assistant", ["f_1", "call_1"]), ("user", ["call_1", "f_1"])]


def test_results_in_a_users_message_stand_before_its_text_wherever_they_were():
    mixed = Message(role="user", parts=(TextPart(content="so?"), ToolResponsePart(id="a", response="noon")))
    assert chat(ASKED, calls("a"), mixed)[1:] == [("assistant", ["a"]), ("tool", "a"), ("user", [])]


@pytest.mark.parametrize(
    "messages",
    [
        (calls("a"), results("b")),
        (calls("a"), results("a", "a")),
        (results("a"), calls("a")),
        (calls("a"), results("a"), results(None)),
    ],
)
def test_a_result_that_answers_no_open_call_is_refused_with_what_to_do(messages):
    with pytest.raises(CallRefused, match="answers no open call") as refused:
        conversation.with_ids(messages)
    assert refused.value.remedy


@pytest.mark.parametrize("known", [None, "x"])
def test_ten_thousand_calls_and_results_take_time_in_proportion(known):
    many = [known] * 10_000
    started = time.perf_counter()
    found = ids(calls(*many), *[results(one) for one in many])
    assert time.perf_counter() - started < 10
    assert found[:10_000] == found[10_000:]


@given(conversations.requests)
def test_every_result_stands_behind_its_call_whatever_the_conversation_was(request):
    """Any conversation is refused, or its ids are unique and each result follows the message with its call."""
    try:
        ordered = conversation.with_ids(request.messages)
    except CallRefused:
        return
    called = [part.id for message in ordered for part in message.tool_calls]
    assert len(called) == len(set(called))
    behind = set()
    for message in ordered:
        answered = [part.id for part in message.parts if isinstance(part, ToolResponsePart)]
        assert behind.issuperset(answered)
        behind = behind.difference(answered) if answered else {part.id for part in message.tool_calls}
