"""Phoenix's exports → spans and remarks, content compared to the byte."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from llmgate.capture import phoenix
from llmgate.capture.span import Record, Remark, ToolRun, Unfit, by_span
from llmgate.conventions import Kind
from tests import dialects

SPANS, FRAME, ROWS = "phoenix/spans.json", "phoenix/dataframe.json", "phoenix/dataframe.jsonl"
OF_SPANS, OF_TRACES = "phoenix/span-annotations.json", "phoenix/trace-annotations.json"
REFUNDS, ORDERS = f"{1:032x}", f"{2:032x}"
SYSTEM = "Answer from the handbook.\n\nRefunds are paid within 14 days.\nGift cards are not refunded."


def said(role, *contents):
    return {"role": role, "parts": [{"type": "text", "content": content} for content in contents]}


def the(number, name=SPANS):
    (span,) = (span for span in dialects.spans(phoenix, name) if span.id == f"{number:016x}")
    return span


def of(**entry):
    value = {"context": {"trace_id": "1", "span_id": "2"}, "attributes": {}, **entry}
    (span,) = phoenix.read(Record(file="x.json", line=1, value=value))
    return span


def test_a_model_call_is_read_with_all_that_it_says():
    span = the(3)

    assert span.kind is Kind.MODEL
    assert (span.trace, span.parent) == (REFUNDS, f"{1:016x}")
    assert span.messages == (said("system", SYSTEM), said("user", "How long do refunds take?"))
    assert span.output == (said("assistant", "Within 30 days."),)
    assert (span.params, span.seed, span.finish_reason) == ({"temperature": 0.2, "max_tokens": 300}, 7, "stop")
    assert (span.provider, span.requested, span.served) == ("openai", "gpt-4.1-mini", "gpt-4.1-mini-2025-04-14")
    assert span.prompt == {"version": "12", "template": "Answer from the handbook.\n\n{context}"}
    assert span.variables == {
        "context": "Refunds are paid within 14 days.\nGift cards are not refunded.",
        "question": "How long do refunds take?",
    }
    assert (span.missing, span.depends_on) == ((), ())


def test_tags_and_metadata_are_there_to_select_by():
    span = the(1)

    assert span.tags == ("support",)
    assert span.metadata["tenant"] == "acme"
    assert span.metadata["session.id"] == "s-19"


def test_documents_keep_their_ids_texts_scores_and_metadata():
    assert the(2).documents == (
        {
            "id": "refunds-1",
            "text": "Refunds are paid within 14 days.",
            "score": 0.91,
            "metadata": {"source": "handbook/refunds.md"},
        },
        {"id": "gifts-2", "text": "Gift cards are not refunded.", "score": 0.42},
    )


def test_parallel_calls_of_tools_keep_their_arguments_as_they_were_sent():
    first, last = the(5), the(8)

    assert [part["arguments"] for part in first.output[0]["parts"]] == ['{"order":"A-17"}', {"order": "B-2"}]
    assert [tool["name"] for tool in first.tools] == ["order_status"]
    assert last.messages[: len(first.messages)] == first.messages
    assert last.messages[-1]["parts"] == [
        {"type": "tool_call_response", "response": '{"status": "lost"}', "id": "call_2"}
    ]


def test_runs_of_tools_keep_what_they_answered():
    assert the(7).tool == ToolRun(name="order_status", arguments='{"order": "B-2"}', result='{"status": "lost"}')


def test_an_image_is_carried():
    assert the(9).messages[0]["parts"][1] == {
        "type": "blob",
        "modality": "image",
        "mime_type": "image/png",
        "content": "iVBORw0KGgo=",
    }


def test_a_conversation_that_the_provider_stores_is_state_elsewhere():
    assert the(10).depends_on == ("an earlier answer that the provider stores (previous_response_id)",)


@pytest.mark.parametrize("name", [FRAME, ROWS])
def test_the_rows_of_a_data_frame_say_the_same_as_the_api(name):
    def told(span):
        return (
            *(span.id, span.trace, span.parent, span.kind, span.messages, span.output, span.tools, span.params),
            *(span.prompt, span.variables, span.documents, span.tool, span.tags, span.started_ns // 10**6),
        )

    assert sorted(map(told, dialects.spans(phoenix, name))) == sorted(map(told, dialects.spans(phoenix, SPANS)))


def test_attributes_may_be_nested_objects():
    attributes = {
        "llm": {
            "model_name": "m",
            "input_messages": [{"message": {"role": "user", "content": "Hi"}}],
            "prompt_template": {"variables": {"name": "Ann", "tags": ["a", "b"]}},
            "tools": [{"tool": {"json_schema": {"name": "f", "parameters": {"type": "object"}}}}],
        }
    }

    span = of(span_kind="LLM", attributes=attributes)

    assert span.messages == (said("user", "Hi"),)
    assert span.variables == {"name": "Ann", "tags": ["a", "b"]}
    assert span.tools == ({"name": "f", "parameters": {"type": "object"}},)


def test_variables_that_the_api_takes_apart_are_put_together():
    names = {"llm.prompt_template.variables.rows.0.id": 1, "llm.prompt_template.variables.rows.1.id": 2}

    assert of(span_kind="LLM", attributes=names).variables == {"rows": [{"id": 1}, {"id": 2}]}


def test_a_failed_span_has_its_error():
    assert of(status_code="ERROR", status_message="rate limit").error == "rate limit"


def test_annotations_beside_a_span_are_feedback_on_it():
    told = of(annotations=[{"name": "tone", "label": "bad"}, {"name": "x", "result": {"score": 0.5}}]).feedback

    assert told == ({"name": "tone", "label": "bad", "negative": True}, {"name": "x", "score": 0.5})


def test_an_annotation_of_a_span_is_a_remark_that_names_no_trace():
    span = f"{3:016x}"

    assert dialects.read(phoenix, OF_SPANS) == [
        Remark(trace=by_span(span), span=span, feedback=({"name": "tone", "score": 0.8},)),
        Remark(
            trace=by_span(span),
            span=span,
            feedback=(
                {
                    "name": "correctness",
                    "score": 0.0,
                    "label": "incorrect",
                    "comment": "The handbook says 14 days.",
                    "negative": True,
                },
            ),
        ),
    ]


def test_an_annotation_of_a_trace_is_a_remark_on_it():
    assert dialects.read(phoenix, OF_TRACES) == [
        Remark(
            trace=REFUNDS,
            feedback=({"name": "user_feedback", "score": 0.0, "label": "thumbs_down", "negative": True},),
        )
    ]


@pytest.mark.parametrize("value", [{"resourceSpans": []}, {"data": [{"id": 1}]}, "text", 4, None, {"context": {}}])
def test_what_phoenix_does_not_export_is_unfit(value):
    with pytest.raises(Unfit, match="this is not what Phoenix exports"):
        list(phoenix.traces(value))


@given(dialects.JSON | dialects.damaged(SPANS, FRAME, OF_SPANS, OF_TRACES))
def test_any_json_is_read_or_unfit(value):
    dialects.survives(phoenix, value)


def test_json_within_attributes_stays_json_however_deep():
    deep = {"a": {"b": [{"c": None}, {"1": "x"}]}}

    assert json.loads(json.dumps(of(attributes={"metadata": deep}).metadata)) == deep
