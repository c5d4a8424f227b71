"""Objects that applications reply with."""

import pytest

from llmgate.message import ToolCallPart
from llmgate.targets import reply
from llmgate.targets.reply import Reply
from llmgate.trial import Retrieved


def test_a_whole_reply_is_read():
    told = {
        "output": "Within 14 days.",
        "documents": [{"id": "returns.md#3", "text": "…", "score": 0.83}, {"id": 4, "text": ""}],
        "tool_calls": [{"name": "lookup", "arguments": {"id": "A1"}, "id": "call_1"}, {"name": "now"}],
        "usage": {"tokens": 7},
    }
    assert reply.read(told) == Reply(
        output="Within 14 days.",
        documents=(Retrieved(id="returns.md#3", text="…", score=0.83), Retrieved(id="4", text="")),
        tool_calls=(
            ToolCallPart(id="call_1", name="lookup", arguments={"id": "A1"}),
            ToolCallPart(name="now", arguments={}),
        ),
    )


@pytest.mark.parametrize(
    ("output", "text"),
    [("", ""), (None, ""), ({"b": "é", "a": 1}, '{"a":1,"b":"é"}'), ([], "[]"), (True, "true"), (0.5, "0.5")],
)
def test_an_output_is_text_or_json_written_in_one_way(output, text):
    assert reply.read({"output": output}) == Reply(output=text)


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({}, "output: Field required"),
        ("text", "Input should be"),
        (None, "Input should be"),
        ({"output": "", "documents": [{"id": "", "text": ""}]}, "documents.0.id: "),
        ({"output": "", "documents": {"id": "a"}}, "documents: "),
        ({"output": "", "documents": [{"id": "a", "text": "b"}] * 1001}, "documents: Tuple should have at most 1000"),
        ({"output": "", "tool_calls": [{"arguments": {}}]}, "tool_calls.0.name: Field required"),
        ({"output": "", "tool_calls": [7]}, "tool_calls.0: "),
    ],
)
def test_what_is_wrong_with_a_reply_is_told_with_its_place(told, where):
    read = reply.read(told)
    assert read.fault is not None
    assert read.fault.startswith(f"the reply is not what it should be: {where}")
    assert read.error is None
