"""Exports of real instrumentations → spans: one program, the same story in every convention."""

import json

import jsonschema
import pytest

from llmgate.capture import otlp as dialect
from llmgate.capture import records
from llmgate.capture.pieces import UNRECORDED
from llmgate.capture.span import ToolRun
from llmgate.conventions import Kind
from tests import otlp

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SYSTEM = "You answer for a shop.\nUse the passages."
CHAT = ["genai-1.37.jsonl", "genai-1.30-events.jsonl", "openinference.jsonl", "traceloop.jsonl", "traceloop-0.40.jsonl"]
FILES = [*CHAT, "ai-sdk-6.jsonl", "genai-spans.jsonl", "genai-event-only.jsonl", "collector-batch.json"]


def text(role, content):
    return {"role": role, "parts": [{"type": "text", "content": content}]}


def response(call, result):
    return {"role": "tool", "parts": [{"type": "tool_call_response", "response": result, "id": call}]}


def loosely(messages):
    """Return messages with the arguments of calls as JSON: some conventions keep them byte for byte, some do not."""
    return [{**message, "parts": [_loosened(part) for part in message["parts"]]} for message in messages]


def _loosened(part):
    arguments = part.get("arguments")
    return {**part, "arguments": json.loads(arguments)} if isinstance(arguments, str) else part


CALLS = {
    "role": "assistant",
    "parts": [
        {"type": "tool_call", "name": "order_status", "arguments": {"order": "A-17"}, "id": "call_A1"},
        {"type": "tool_call", "name": "order_status", "arguments": {"order": "B-9", "full": True}, "id": "call_B2"},
    ],
}
QUESTION = [text("system", SYSTEM), text("user", "Where are A-17 and B-9?")]
ANSWERED = [*QUESTION, CALLS, response("call_A1", '{"status":  "shipped"}'), response("call_B2", "returned")]


def models(name):
    return [span for span in otlp.whole(name) if span.kind is Kind.MODEL]


@pytest.mark.parametrize("name", CHAT)
def test_a_request_with_passages_is_read_as_it_was_sent(name):
    first = models(name)[0]
    assert list(first.messages) == [
        text("system", SYSTEM),
        text("user", "Shoes: 14 days.\n\nHow long may I return shoes?"),
    ]
    assert list(first.output) == [text("assistant", "You have 14 days — “no questions”.")]
    assert (first.requested, first.served) == ("gpt-5-mini", "gpt-5-mini-2025-08-07")
    assert (first.params["temperature"], first.finish_reason) == (0.2, "stop")
    assert first.depends_on == ()


@pytest.mark.parametrize("name", CHAT)
def test_two_calls_at_once_and_their_results_are_read(name):
    _, calling, answering = models(name)[:3]
    assert list(calling.messages) == QUESTION
    assert loosely(calling.output) == [CALLS]
    assert loosely(answering.messages) == ANSWERED
    assert list(answering.output) == [text("assistant", "A-17 is on its way; B-9 was returned.")]


@pytest.mark.parametrize("name", ["openinference.jsonl", "traceloop-0.40.jsonl", "genai-1.30-events.jsonl"])
def test_arguments_that_are_not_written_as_python_writes_them_stay_byte_for_byte(name):
    calling = models(name)[1]
    assert calling.output[0]["parts"][1]["arguments"] == '{"order":"B-9","full":true}'


@pytest.mark.parametrize("name", ["openinference.jsonl", "traceloop.jsonl", "traceloop-0.40.jsonl"])
def test_tool_definitions_are_read(name):
    parameters = {"order": {"type": "string"}, "full": {"type": "boolean"}}
    schema = {"type": "object", "properties": parameters, "required": ["order"]}
    definition = {"name": "order_status", "description": "Tell where an order is.", "parameters": schema}
    assert models(name)[1].tools == (definition,)
    assert models(name)[1].missing == ()


def test_tool_definitions_that_an_instrumentation_leaves_out_are_missed():
    assert [span.missing for span in models("genai-1.37.jsonl")[:3]] == [
        (),
        ("tool definitions",),
        ("tool definitions",),
    ]


def test_calls_in_log_events_miss_their_definitions_too():
    assert models("genai-1.30-events.jsonl")[1].missing == ("tool definitions",)


@pytest.mark.parametrize("name", ["openinference.jsonl", "genai-1.30-events.jsonl"])
def test_an_image_is_read(name):
    assert models(name)[3].messages == (
        {
            "role": "user",
            "parts": [
                {"type": "text", "content": "What is this?"},
                {"type": "blob", "modality": "image", "mime_type": "image/png", "content": PNG},
            ],
        },
    )


@pytest.mark.parametrize("name", ["genai-1.37.jsonl", "traceloop.jsonl", "traceloop-0.40.jsonl"])
def test_a_message_whose_image_an_instrumentation_leaves_out_is_not_whole(name):
    assert models(name)[3].depends_on == (UNRECORDED,)


def test_an_answer_that_builds_on_a_stored_one_depends_on_it():
    told = "an earlier answer that the provider stores (previous_response_id)"
    assert models("openinference.jsonl")[4].depends_on == (told,)
    assert models("genai-spans.jsonl")[1].depends_on == ("a conversation that the provider compacted", told)


def test_documents_of_openinference_have_texts_scores_and_metadata():
    search, rerank = (
        span for span in otlp.exported("openinference.jsonl") if span.kind in (Kind.RETRIEVAL, Kind.RERANK)
    )
    assert search.documents == (
        {"id": "returns.md#2", "text": "Shoes: 14 days.", "score": 0.91, "metadata": {"path": "returns.md"}},
        {"id": "care.md", "text": "Brush the shoes.", "score": 0.4},
    )
    assert rerank.kind is Kind.RERANK
    assert rerank.documents == ({"id": "returns.md#2", "text": "Shoes: 14 days.", "score": 0.99},)


def test_documents_of_the_genai_convention_miss_their_texts():
    search = otlp.exported("genai-1.37.jsonl")[0]
    assert search.documents == ({"id": "returns.md#2", "score": 0.91}, {"id": "care.md", "score": 0.4})
    assert search.missing == ("document text: care.md", "document text: returns.md#2")


def test_documents_that_have_more_than_the_genai_convention_asks_are_whole():
    search = otlp.exported("genai-spans.jsonl")[0]
    assert search.documents[0] == {
        "id": "returns.md#2",
        "text": "Shoes: 14 days.",
        "score": 0.91,
        "metadata": {"path": "returns.md"},
    }
    assert search.missing == ("document text: care.md",)


def test_documents_of_a_vector_database_are_read_from_its_events():
    search = otlp.exported("traceloop.jsonl")[0]
    assert search.kind is Kind.RETRIEVAL
    assert search.documents == (
        {"id": "returns.md#2", "text": "Shoes: 14 days.", "metadata": {"path": "returns.md", "distance": 0.2}},
        {"id": "care.md", "text": "Brush the shoes.", "metadata": {"distance": 0.7}},
    )


RUNS = {
    "openinference.jsonl": [
        ToolRun(name="order_status", id="call_A1", arguments='{"order": "A-17"}', result='{"status":  "shipped"}'),
        ToolRun(name="order_status", id="call_B2", arguments='{"order":"B-9","full":true}', result="returned"),
    ],
    "genai-spans.jsonl": [
        ToolRun(name="order_status", id="c1", arguments='{"order":"A-17"}', result='{"status":  "shipped"}'),
        ToolRun(name="order_status", id="c2", arguments='{"order":"B-9"}', result='{"state":"returned"}'),
    ],
    "traceloop.jsonl": [
        ToolRun(name="order_status", arguments={"order": "A-17"}, result='{"status":  "shipped"}'),
        ToolRun(name="order_status", arguments={"order": "B-9", "full": True}, result="returned"),
    ],
    "ai-sdk-6.jsonl": [
        ToolRun(name="order_status", id="call_A1", arguments='{"order":"A-17"}', result='{"status":"shipped"}'),
        ToolRun(name="order_status", id="call_B2", arguments='{"order":"B-9","full":true}', result="returned"),
    ],
    "genai-1.37.jsonl": [ToolRun(name="order_status", id="call_A1"), ToolRun(name="order_status", id="call_B2")],
}


@pytest.mark.parametrize("name", RUNS)
def test_what_tools_were_called_with_and_answered_is_read(name):
    assert [span.tool for span in otlp.exported(name) if span.kind is Kind.TOOL] == RUNS[name]


@pytest.mark.parametrize("name", ["genai-1.37.jsonl", "traceloop.jsonl"])
def test_an_evaluation_in_an_event_is_feedback_on_its_span(name):
    (judged,) = (span for span in otlp.exported(name) if span.feedback)
    assert judged.name == "answer"
    assert judged.feedback == (
        {"name": "correctness", "score": 0.0, "label": "fail", "comment": "It is 30 days in the EU.", "negative": True},
    )


def test_an_annotation_of_openinference_is_feedback_on_its_span():
    (judged,) = (span for span in otlp.exported("openinference.jsonl") if span.feedback)
    assert judged.feedback == (
        {
            "name": "helpful",
            "score": 0.0,
            "label": "thumbs_down",
            "comment": "It is 30 days in the EU.",
            "negative": True,
        },
    )
    assert (judged.name, judged.tags) == ("answer", ("prod", "eu"))
    assert judged.metadata == {"service.name": "shop", "session.id": "s-1", "channel": "web"}


def test_the_template_of_openinference_is_read():
    first = models("openinference.jsonl")[0]
    assert first.prompt == {"template": "You answer for {{shop}}.", "version": "v7"}
    assert first.variables == {"shop": "a shop"}
    assert first.params == {"max_completion_tokens": 200, "response_format": {"type": "text"}, "temperature": 0.2}
    assert first.seed == 7


@pytest.mark.parametrize("name", ["genai-spans.jsonl", "genai-event-only.jsonl", "genai-protobuf-json.jsonl"])
def test_all_that_the_newest_convention_says_is_read(name):
    first = models(name)[0]
    image = {"type": "blob", "modality": "image", "mime_type": "image/png", "content": PNG}
    question = {"type": "text", "content": "How long may I return shoes?"}
    assert first.messages == (text("system", "You answer for a shop."), {"role": "user", "parts": [question, image]})
    assert first.output == (text("assistant", "14 days."),)
    assert first.prompt == {"name": "support", "version": "7"}
    assert first.variables == {"question": "How long may I return shoes?", "shop": {"name": "Boots & Co"}}
    penalties = {"frequency_penalty": 0.1, "presence_penalty": 0.2}
    limits = {"temperature": 0.2, "top_p": 0.9, "max_tokens": 200, "stop": ["END"], "reasoning_effort": "low"}
    assert first.params == {**limits, **penalties}
    assert (first.seed, first.provider, first.response) == (7, "openai", "resp_9")
    assert [tool["name"] for tool in first.tools] == ["order_status"]
    assert (first.missing, first.depends_on) == ((), ())


@pytest.mark.parametrize("name", ["genai-spans.jsonl", "genai-event-only.jsonl", "genai-protobuf-json.jsonl"])
def test_a_call_that_failed_says_why(name):
    assert models(name)[2].error == "TimeoutError: the model did not answer"
    assert models(name)[2].missing == ()


def test_ids_in_base64_are_the_same_as_in_hex():
    ids = [(span.trace, span.id, span.parent) for span in otlp.exported("genai-protobuf-json.jsonl")]
    assert ids == [(span.trace, span.id, span.parent) for span in otlp.exported("genai-spans.jsonl")]


def test_the_ai_sdk_says_what_each_step_sent_and_not_the_whole_of_them():
    first, second, *_ = models("ai-sdk-6.jsonl")
    assert list(first.messages) == [text("system", "You answer for a shop."), text("user", "Where are A-17 and B-9?")]
    assert loosely(first.output) == [CALLS]
    results = [{"type": "tool_call_response", "response": {"status": "shipped"}, "id": "call_A1"}]
    results.append({"type": "tool_call_response", "response": "returned", "id": "call_B2"})
    assert loosely(second.messages) == [*first.messages, CALLS, {"role": "tool", "parts": results}]
    assert list(second.output) == [text("assistant", "A-17 is on its way; B-9 was returned.")]
    assert (first.params, first.tags) == ({"temperature": 0.2, "tool_choice": "auto"}, ("prod",))
    assert len(models("ai-sdk-6.jsonl")) == 4


def test_the_ai_sdk_keeps_an_image_and_the_seed():
    third = models("ai-sdk-6.jsonl")[2]
    assert third.messages[0]["parts"][1] == {
        "type": "blob",
        "modality": "image",
        "mime_type": "image/png",
        "content": PNG,
    }
    assert (third.seed, third.params) == (7, {"max_tokens": 50})


@pytest.mark.parametrize(("name", "number"), [("genai-no-content.jsonl", 0), ("ai-sdk-6.jsonl", 3)])
def test_content_that_was_not_captured_is_missed_with_the_switch_that_captures_it(name, number):
    span = models(name)[number]
    assert span.depends_on == (UNRECORDED,)
    assert "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT" in span.missing[0]
    assert "recordInputs" in span.missing[0]


def test_interleaved_traces_in_one_document_are_told_apart():
    assert len({span.trace for span in otlp.exported("collector-batch.json")}) == 3
    one = {(span.trace, span.id): span.messages for span in otlp.exported("collector-batch.json")}
    assert one == {(span.trace, span.id): span.messages for span in otlp.exported("genai-1.37.jsonl")}


@pytest.mark.parametrize("name", FILES)
def test_the_traces_of_a_record_are_those_of_what_is_read_from_it(name):
    with (otlp.EXPORTS / name).open("rb") as stream:
        source = records.opened(name, stream)
        for record in map(source.record, source.places()):
            assert set(dialect.traces(record.value)) == {told.trace for told in dialect.read(record)}


@pytest.mark.parametrize("name", FILES)
def test_what_is_read_is_of_the_published_schema(name):
    schema = json.loads((otlp.EXPORTS.parent / "genai-messages.schema.json").read_text())
    for span in models(name):
        jsonschema.validate([*span.messages, *span.output], schema)
