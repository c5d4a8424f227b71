"""Langfuse's exports → spans and remarks, content compared to the byte."""

from __future__ import annotations

import pytest
from hypothesis import given

from llmgate.capture import langfuse
from llmgate.capture.span import Record, Remark, ToolRun, Unfit
from llmgate.conventions import Kind
from tests import dialects

OBSERVATIONS = "langfuse/observations-v2.json"
BUCKET = "langfuse/observations-bucket.jsonl"
TRACE = "langfuse/trace.json"
REFUNDS, ORDERS = "a1f0c3d2e4b54697a8b9c0d1e2f30415", "b2f0c3d2e4b54697a8b9c0d1e2f30415"
FILES = (OBSERVATIONS, BUCKET, TRACE, "langfuse/traces.json", "langfuse/scores-v3.json", "langfuse/dataset-items.json")

SYSTEM = "Answer from the handbook.\n\nRefunds are paid within 14 days.\nGift cards are not refunded."


def said(role, *contents):
    return {"role": role, "parts": [{"type": "text", "content": content} for content in contents]}


def the(name):
    (span,) = (span for span in dialects.spans(langfuse, OBSERVATIONS) if span.id == name)
    return span


def test_a_generation_is_read_with_all_that_it_says():
    span = the("a100000000000003")

    assert span.kind is Kind.MODEL
    assert (span.trace, span.parent) == (REFUNDS, "a100000000000001")
    assert span.messages == (said("system", SYSTEM), said("user", "How long do refunds take?"))
    assert span.output == (said("assistant", "Within 30 days."),)
    assert span.requested == "gpt-4.1-mini-2025-04-14"
    assert span.params == {
        "temperature": 0.2,
        "max_tokens": 300,
        "top_p": 1,
        "frequency_penalty": 0,
        "presence_penalty": 0,
    }
    assert span.seed == 7
    assert span.prompt == {"name": "support", "version": "12"}
    assert span.started_ns == 1795165200_500000000
    assert (span.missing, span.depends_on) == ((), ())
    assert span.tags == ("support",)
    assert span.metadata["environment"] == "production"


def test_documents_of_a_retriever_keep_their_ids_texts_and_metadata():
    assert the("a100000000000002").documents == (
        {
            "id": "refunds-1",
            "text": "Refunds are paid within 14 days.",
            "metadata": {"source": "handbook/refunds.md", "score": 0.91},
        },
        {
            "id": "handbook/gifts.md",
            "text": "Gift cards are not refunded.",
            "metadata": {"source": "handbook/gifts.md"},
        },
    )


def test_parallel_calls_of_tools_keep_their_arguments_as_they_were_sent():
    first, last = the("b100000000000002"), the("b100000000000005")

    assert [part["arguments"] for part in first.output[0]["parts"]] == ['{"order":"A-17"}', {"order": "B-2"}]
    assert [tool["name"] for tool in first.tools] == ["order_status"]
    assert last.messages[: len(first.messages)] == first.messages
    assert last.messages[-1]["parts"] == [
        {"type": "tool_call_response", "response": '{"status": "lost"}', "id": "call_2"}
    ]


def test_runs_of_tools_are_read_plain_and_as_langchains_messages():
    assert the("b100000000000003").tool == ToolRun(name="order_status", arguments={"order": "A-17"}, result="shipped")
    assert the("b100000000000004").tool == ToolRun(
        name="order_status", id="call_2", arguments={"order": "B-2"}, result='{"status": "lost"}'
    )


def test_media_that_langfuse_keeps_apart_is_state_elsewhere():
    span = the("c100000000000001")

    assert span.depends_on == ("a file that Langfuse stores",)
    assert "@@@" not in str(span.messages)


def test_a_tool_that_the_provider_runs_is_state_elsewhere():
    assert the("d100000000000001").depends_on == ("the provider's own tool (file_search)",)


def test_tools_that_the_handler_for_langchain_lists_as_messages_are_definitions():
    span = the("e100000000000001")

    assert [message["role"] for message in span.messages] == ["system", "user"]
    assert [tool["name"] for tool in span.tools] == ["order_status"]
    assert span.provider == "openai"


def test_a_failed_call_has_an_error_and_no_answer():
    span = the("e100000000000002")

    assert (span.error, span.output) == ("429 rate limit", ())


def test_an_export_without_contents_says_how_to_get_them():
    page = {"id": "o1", "traceId": "t1", "type": "GENERATION", "startTime": "2026-11-20T09:00:00Z"}

    (span,) = langfuse.read(Record(file="x.json", line=1, value=page))

    assert "fields=core,basic,io" in span.missing[0]
    assert span.depends_on == ("messages that were not recorded",)


def test_variables_in_place_of_messages_are_carried_as_variables():
    entry = {
        "id": "o1",
        "type": "GENERATION",
        "startTime": "",
        "input": '{"question": "How long?"}',
        "output": "14 days",
    }

    (span,) = langfuse.read(Record(file="x.json", line=1, value=entry))

    assert (span.trace, span.variables, span.messages) == ("o1", {"question": "How long?"}, ())
    assert span.missing == ("messages: the input is an object without messages",)


def test_an_answer_that_is_json_itself_stays_the_text_that_it_was():
    entry = {"id": "o1", "type": "GENERATION", "startTime": "", "input": "How long?", "output": '{"days":14}'}

    (span,) = langfuse.read(Record(file="x.json", line=1, value=entry))

    assert span.output == (said("assistant", '{"days":14}'),)


def test_the_export_to_a_bucket_says_the_same_as_the_api():
    def told(name):
        return [
            (span.id, span.messages, span.output, span.tools, span.documents, span.tool, span.prompt, span.started_ns)
            for span in dialects.spans(langfuse, name)
        ]

    assert told(BUCKET) == told(OBSERVATIONS)


def test_a_whole_trace_is_read_with_its_observations_and_scores():
    found = dialects.read(langfuse, TRACE)

    assert [span.id for span in dialects.spans(langfuse, TRACE)] == [
        REFUNDS,
        "a100000000000001",
        "a100000000000002",
        "a100000000000003",
    ]
    assert found[0].tags == ("support",)
    assert found[-3:] == [
        Remark(
            trace=REFUNDS,
            feedback=({"name": "user-feedback", "score": -1.0, "comment": "Wrong.", "negative": True},),
        ),
        Remark(
            trace=REFUNDS,
            span="a100000000000003",
            feedback=({"name": "correctness", "label": "incorrect", "negative": True},),
        ),
        Remark(trace=REFUNDS, span="a100000000000003", expected="Refunds are paid within 14 days."),
    ]


def test_a_listed_trace_has_ids_in_place_of_observations():
    (span,) = dialects.read(langfuse, "langfuse/traces.json")

    assert (span.id, span.kind) == (REFUNDS, Kind.OTHER)


def test_scores_are_feedback_and_a_correction_is_what_was_expected():
    assert dialects.read(langfuse, "langfuse/scores-v3.json") == [
        Remark(
            trace=REFUNDS,
            span="a100000000000003",
            feedback=(
                {
                    "name": "correctness",
                    "label": "incorrect",
                    "comment": "The handbook says 14 days.",
                    "negative": True,
                },
            ),
        ),
        Remark(trace=REFUNDS, span="a100000000000003", expected="Refunds are paid within 14 days."),
        Remark(trace=ORDERS, feedback=({"name": "helpful", "score": 1.0, "negative": False},)),
        Remark(trace=REFUNDS, feedback=({"name": "tone", "score": 0.8},)),
    ]


def test_scores_of_the_bucket_know_a_category_from_its_number():
    assert [remark.feedback[0] for remark in dialects.read(langfuse, "langfuse/scores-bucket.jsonl")] == [
        {"name": "correctness", "label": "incorrect", "negative": True},
        {"name": "helpful", "score": 0.0, "negative": True},
    ]


def test_a_dataset_item_says_what_was_expected_of_its_trace():
    assert dialects.read(langfuse, "langfuse/dataset-items.json") == [Remark(trace=REFUNDS, expected="Within 14 days.")]


@pytest.mark.parametrize("value", [{"resourceSpans": []}, {"data": [{"id": 1}]}, "text", 4, None, {"data": ["id"]}])
def test_what_langfuse_does_not_export_is_unfit(value):
    with pytest.raises(Unfit, match="this is not what Langfuse exports"):
        list(langfuse.traces(value))


@given(dialects.JSON | dialects.damaged(*FILES))
def test_any_json_is_read_or_unfit(value):
    dialects.survives(langfuse, value)
