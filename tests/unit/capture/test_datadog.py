"""Spans of Datadog's LLM Observability → spans and remarks, content compared to the byte."""

from __future__ import annotations

import pytest
from hypothesis import given

from llmgate.capture import datadog
from llmgate.capture.span import Record, Remark, ToolRun, Unfit
from llmgate.conventions import Kind
from tests import dialects

PAYLOAD, SEARCH = "datadog/sdk-payload.json", "datadog/search.json"
FILES = (PAYLOAD, SEARCH, "datadog/evaluations.json")
REFUNDS, ORDERS = f"{1:032x}", f"{2:032x}"
CORRECTNESS = {
    "name": "correctness",
    "score": 0.0,
    "label": "fail",
    "comment": "The handbook says 14 days.",
    "negative": True,
}
SYSTEM = "Answer from the handbook.\n\nRefunds are paid within 14 days.\nGift cards are not refunded."


def said(role, *contents):
    return {"role": role, "parts": [{"type": "text", "content": content} for content in contents]}


def the(number, name=PAYLOAD):
    (span,) = (span for span in dialects.spans(datadog, name) if span.id == str(9000000000000000000 + number))
    return span


def model(meta):
    entry = {"span_id": "1", "trace_id": "2", "meta": {"span": {"kind": "llm"}, **meta}}
    (span,) = datadog.read(Record(file="x.json", line=1, value=entry))
    return span


def test_a_model_call_is_read_with_all_that_it_says():
    span = the(3)

    assert span.kind is Kind.MODEL
    assert (span.trace, span.parent) == (REFUNDS, "9000000000000000001")
    assert span.messages == (said("system", SYSTEM), said("user", "How long do refunds take?"))
    assert span.output == (said("assistant", "Within 30 days."),)
    assert (span.params, span.seed) == ({"temperature": 0.2, "max_tokens": 300}, 7)
    assert (span.provider, span.requested) == ("openai", "gpt-4.1-mini-2025-04-14")
    assert span.prompt == {"name": "support", "version": "12", "template": "Answer from the handbook.\n\n{{context}}"}
    assert span.variables == {
        "context": "Refunds are paid within 14 days.\nGift cards are not refunded.",
        "question": "How long do refunds take?",
    }
    assert (span.missing, span.depends_on) == ((), ())
    assert span.metadata["tenant"] == "acme"
    assert span.metadata["env"] == "production"


def test_a_root_has_no_parent():
    assert the(1).parent is None


def test_documents_of_a_retrieval_keep_their_ids_texts_and_scores():
    assert the(2).documents == (
        {
            "id": "refunds-1",
            "text": "Refunds are paid within 14 days.",
            "score": 0.91,
            "metadata": {"name": "handbook/refunds.md"},
        },
        {
            "id": "gifts-2",
            "text": "Gift cards are not refunded.",
            "score": 0.42,
            "metadata": {"name": "handbook/gifts.md"},
        },
    )


def test_parallel_calls_of_tools_are_read_with_their_results():
    first, last = the(5), the(8)

    assert first.output[0]["parts"] == [
        {"type": "tool_call", "name": "order_status", "arguments": {"order": "A-17"}, "id": "call_1"},
        {"type": "tool_call", "name": "order_status", "arguments": {"order": "B-2"}, "id": "call_2"},
    ]
    assert [tool["name"] for tool in first.tools] == ["order_status"]
    assert last.messages[: len(first.messages)] == first.messages
    assert last.messages[-1] == {
        "role": "tool",
        "parts": [{"type": "tool_call_response", "response": "not found", "id": "call_2"}],
    }


def test_runs_of_tools_know_their_calls():
    assert the(7).tool == ToolRun(name="order_status", id="call_2", arguments={"order": "B-2"}, result="not found")


def test_an_image_is_carried_and_one_that_datadog_keeps_apart_is_state_elsewhere():
    image = {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "iVBORw0KGgo="}

    assert the(9).messages[0]["parts"][1] == image
    assert the(10).depends_on == ("a file that Datadog stores",)


def test_blocks_of_one_answer_that_the_sdk_parts_are_one_message():
    blocks = [
        {"role": "assistant", "content": "I look."},
        {"role": "assistant", "content": "", "tool_calls": [{"name": "a", "arguments": {}, "tool_id": "1"}]},
        {"role": "assistant", "content": "", "tool_calls": [{"name": "b", "arguments": {}, "tool_id": "2"}]},
    ]

    span = model({"input": {"messages": [{"role": "user", "content": "x"}]}, "output": {"messages": blocks}})

    assert [part["type"] for message in span.output for part in message["parts"]] == ["text", "tool_call", "tool_call"]
    assert len(span.output) == 1


def test_reasoning_of_earlier_turns_is_noted_and_that_of_the_answer_is_no_part_of_it():
    told = [{"role": "reasoning", "content": "Hm."}, {"role": "assistant", "content": "14 days."}]
    asked = [{"role": "user", "content": "x"}]

    first = model({"input": {"messages": asked}, "output": {"messages": told}})
    second = model({"input": {"messages": [*asked, *told]}, "output": {"messages": told}})

    assert first.output == second.output == (said("assistant", "14 days."),)
    assert (first.missing, second.missing) == ((), ("reasoning of earlier turns",))


def test_contents_that_were_dropped_for_their_size_are_noted():
    dropped = {"value": "[This value has been dropped because this span's size exceeds the 5MB size limit.]"}

    span = model({"input": dropped, "output": dropped})

    assert span.depends_on == ("messages that were not recorded",)
    assert "size exceeded" in span.missing[0]
    assert span.output == ()


def test_an_error_and_what_was_expected_are_carried():
    span = model({"error": {"message": "rate limit", "type": "E"}, "expected_output": {"value": "14 days"}})

    assert (span.error, span.expected) == ("rate limit", "14 days")


def test_the_api_says_the_same_as_the_sdk_and_has_the_evaluations():
    def told(span):
        return span.id, span.kind, span.messages, span.output, span.tools, span.params, span.documents, span.tool

    assert list(map(told, dialects.spans(datadog, SEARCH))) == list(map(told, dialects.spans(datadog, PAYLOAD)))
    assert the(3, SEARCH).feedback == (
        {
            "name": "correctness",
            "score": 0.0,
            "label": "fail",
            "comment": "The handbook says 14 days.",
            "negative": True,
        },
        {"name": "tone", "score": 0.8},
    )


def test_submitted_evaluations_are_remarks_on_their_span():
    assert dialects.read(datadog, "datadog/evaluations.json") == [
        Remark(
            trace=REFUNDS,
            span="9000000000000000003",
            feedback=(CORRECTNESS,),
        ),
        Remark(trace=REFUNDS, span="9000000000000000003", feedback=({"name": "tone", "score": 0.8},)),
    ]


def test_the_intakes_envelope_is_taken_apart():
    (entry,) = (value["spans"][0] for value in dialects.contents(PAYLOAD) if value["spans"][0]["name"] == "answer")
    envelope = {"data": {"type": "span", "attributes": {"ml_app": "bot", "spans": [entry]}}}

    (span,) = datadog.read(Record(file="x.json", line=1, value=envelope))

    assert (span.id, span.metadata["ml_app"]) == ("9000000000000000001", "bot")


@pytest.mark.parametrize("value", [{"resourceSpans": []}, {"data": [{"id": 1}]}, "text", 4, None, {"span_id": "1"}])
def test_what_datadog_does_not_export_is_unfit(value):
    with pytest.raises(Unfit, match="this is not what Datadog's LLM Observability exports"):
        list(datadog.traces(value))


@given(dialects.JSON | dialects.damaged(*FILES))
def test_any_json_is_read_or_unfit(value):
    dialects.survives(datadog, value)
