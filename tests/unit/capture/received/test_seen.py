"""Spans of real programs → documents, tools and calls of models."""

import json

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression

from llmgate.capture import received
from llmgate.capture.received import collecting, sighting
from llmgate.message import ToolCallPart
from llmgate.trial import Retrieved
from tests import otlp
from tests.unit.capture.received.instrumented import TRACE, program

RETURNS = {"id": "returns.md#3", "content": "Within 14 days.", "score": 0.83}
SHIPPING = {"id": "shipping.md#1", "content": "In 3 days.", "score": 0.4}


def search(*documents, **more):
    found = {"gen_ai.retrieval.documents": json.dumps(documents)} if documents else {}
    return {"gen_ai.operation.name": "retrieval", **found, **more}


def tool(name, arguments="{}", **more):
    told = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name, "gen_ai.tool.call.arguments": arguments}
    return {**told, **more}


def chat(**more):
    return {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4.1", **more}


def as_json(*spans):
    return [("application/json", json.dumps(otlp.spans(*spans)).encode())]


def test_what_an_instrumented_program_searched_called_and_asked_is_seen():
    with program() as app:
        app.span("retrieval handbook", search(RETURNS, SHIPPING))
        app.span("chat gpt-4.1", chat())
        app.span("execute_tool lookup", tool("lookup", '{"id": "A1"}', **{"gen_ai.tool.call.id": "call_1"}))
        app.span("chat gpt-4.1", chat())
    assert received.seen(app.received, trace=TRACE) == received.Seen(
        documents=(
            Retrieved(id="returns.md#3", text="Within 14 days.", score=0.83),
            Retrieved(id="shipping.md#1", text="In 3 days.", score=0.4),
        ),
        tool_calls=(ToolCallPart(id="call_1", name="lookup", arguments={"id": "A1"}),),
        model_calls=2,
    )


def test_a_program_that_compresses_what_it_sends_is_read():
    with program(compression=Compression.Gzip) as app:
        app.span("retrieval handbook", search(RETURNS))
    assert [each.id for each in received.seen(app.received, trace=TRACE).documents] == ["returns.md#3"]


def test_the_flattened_attributes_of_openinference_are_read():
    with program() as app:
        app.span(
            "search",
            {
                "openinference.span.kind": "RETRIEVER",
                "retrieval.documents.0.document.id": "returns.md#3",
                "retrieval.documents.0.document.content": "Within 14 days.",
                "retrieval.documents.0.document.score": 0.83,
            },
        )
        app.span("lookup", {"openinference.span.kind": "TOOL", "tool.name": "lookup", "input.value": '{"id": "A1"}'})
    seen = received.seen(app.received, trace=TRACE)
    assert seen.documents == (Retrieved(id="returns.md#3", text="Within 14 days.", score=0.83),)
    assert seen.tool_calls == (ToolCallPart(name="lookup", arguments={"id": "A1"}),)


@pytest.mark.parametrize("name", ["genai-spans.jsonl", "openinference.jsonl", "traceloop.jsonl", "ai-sdk-6.jsonl"])
def test_every_convention_of_real_programs_is_read_as_json(name):
    lines = (otlp.EXPORTS / name).read_bytes().splitlines()
    seen = received.seen([("application/json; charset=utf-8", line) for line in lines], trace=None)
    assert seen.model_calls
    assert seen.tool_calls


def test_documents_stand_in_the_order_of_time_whatever_arrives_first():
    with program() as app:
        app.span("later", search(SHIPPING), start=1_790_000_009_000_000_000)
        app.span("earlier", search(RETURNS), start=1_790_000_001_000_000_000)
    assert [each.id for each in received.seen(app.received, trace=TRACE).documents] == ["returns.md#3", "shipping.md#1"]


def test_a_document_that_was_found_twice_is_one():
    with program() as app:
        app.span("first", search(RETURNS, SHIPPING))
        app.span("second", search(RETURNS))
    assert [each.id for each in received.seen(app.received, trace=TRACE).documents] == ["returns.md#3", "shipping.md#1"]


def test_two_passages_of_one_id_are_both_kept():
    with program() as app:
        app.span("search", search(RETURNS, {**RETURNS, "content": "In the EU."}))
    assert [each.text for each in received.seen(app.received, trace=TRACE).documents] == [
        "Within 14 days.",
        "In the EU.",
    ]


def test_a_ranking_stands_in_the_place_of_what_was_found_before_it():
    ranked = [{"document.id": "shipping.md#1"}, {"document.id": "returns.md#3"}]
    flat = {
        f"reranker.output_documents.{place}.{name}": value
        for place, entry in enumerate(ranked)
        for name, value in entry.items()
    }
    with program() as app:
        app.span("search", search(RETURNS, SHIPPING, {"id": "terms.md#1", "content": "Terms."}))
        app.span("rank", {"openinference.span.kind": "RERANKER", **flat})
        app.span("search again", search({"id": "late.md#1", "content": "Late."}))
    found = received.seen(app.received, trace=TRACE).documents
    assert [each.id for each in found] == ["shipping.md#1", "returns.md#3", "late.md#1"]
    assert found[0].text == "In 3 days."


def test_a_document_without_its_text_is_seen_and_noted():
    with program() as app:
        app.span("search", search({"id": "returns.md#3", "score": 0.8}))
    seen = received.seen(app.received, trace=TRACE)
    assert seen.documents == (Retrieved(id="returns.md#3", text="", score=0.8),)
    assert seen.notes == ("document text: returns.md#3",)


def test_spans_of_other_traces_do_not_count_and_are_noted():
    with program(traceparent="") as app:
        app.span("search", search(RETURNS))
        app.span("search", search(SHIPPING))
    seen = received.seen(app.received, trace=TRACE)
    assert seen.documents == ()
    assert "2 spans of other traces" in seen.notes[0]
    assert "traceparent" in seen.notes[0]


def test_without_a_trace_all_spans_count():
    with program(traceparent="") as app:
        app.span("search", search(RETURNS))
    assert len(received.seen(app.received, trace=None).documents) == 1


def test_a_payload_that_was_sent_again_counts_once():
    with program() as app:
        app.span("chat", chat())
        app.span("lookup", tool("lookup"))
    seen = received.seen([*app.received, *app.received], trace=TRACE)
    assert (seen.model_calls, len(seen.tool_calls)) == (1, 1)


def test_a_tool_that_two_instrumentations_tell_of_is_called_once():
    with program() as app:
        outer = app.span("lookup", tool("lookup", '{"id": 1}'))
        app.span("lookup", tool("lookup", '{"id":1}'), within=outer)
        app.span("lookup", tool("lookup", '{"id": 2}'), within=outer)
    seen = received.seen(app.received, trace=TRACE)
    assert [call.arguments for call in seen.tool_calls] == [{"id": 1}, {"id": 2}]


def test_one_id_of_a_call_is_one_call():
    with program() as app:
        app.span("lookup", tool("lookup", '{"id": 1}', **{"gen_ai.tool.call.id": "call_1"}))
        app.span("lookup", tool("lookup", '{"id": 1}', **{"gen_ai.tool.call.id": "call_1"}))
    assert len(received.seen(app.received, trace=TRACE).tool_calls) == 1


def test_the_same_tool_called_twice_without_ids_is_two_calls():
    with program() as app:
        app.span("lookup", tool("lookup", '{"id": 1}'))
        app.span("lookup", tool("lookup", '{"id": 1}'))
    assert len(received.seen(app.received, trace=TRACE).tool_calls) == 2


def test_a_frameworks_span_around_that_of_a_client_is_one_call_of_a_model():
    with program() as app:
        framework = app.span("ChatOpenAI", {"openinference.span.kind": "LLM", "llm.model_name": "gpt-4.1"})
        app.span("chat gpt-4.1", chat(), within=framework)
        app.span("chat gpt-4.1", chat())
    assert received.seen(app.received, trace=TRACE).model_calls == 2


def test_a_payload_that_is_none_is_noted_and_the_others_are_read():
    with program() as app:
        app.span("search", search(RETURNS))
    seen = received.seen([("application/x-protobuf", b"\xff\xff"), ("text/html", b"<p>"), *app.received], trace=TRACE)
    assert len(seen.documents) == 1
    assert seen.notes == (
        "payload 1: it is no export of spans in protobuf",
        "payload 2: its content type is neither application/x-protobuf nor application/json",
    )


def test_spans_that_contradict_each_other_are_noted_and_the_first_is_believed():
    (first,) = as_json(otlp.span(tool("lookup", '{"id": 1}')))
    (second,) = as_json(otlp.span(tool("lookup", '{"id": 2}')))
    seen = received.seen([first, second], trace=None)
    assert [call.arguments for call in seen.tool_calls] == [{"id": 1}]
    assert "contradict" in seen.notes[0]


def test_no_more_spans_are_read_than_a_trial_has():
    spans = [otlp.span(chat(), identity=f"{number:016x}") for number in range(1, collecting.MAX_SPANS + 2)]
    seen = received.seen(as_json(*spans), trace=None)
    assert seen.model_calls == collecting.MAX_SPANS
    assert seen.notes == (f"payload 1 and later ones: more than {collecting.MAX_SPANS:,} spans",)


def test_no_more_bytes_are_read_than_a_trial_has():
    with program() as app:
        app.span("search", search(RETURNS))
    blank = ("application/json", b" " * (collecting.MAX_BYTES + 1))
    seen = received.seen([*app.received, blank, *app.received], trace=TRACE)
    assert len(seen.documents) == 1
    assert seen.notes == (f"payload 2 and later ones: all together are larger than {collecting.MAX_BYTES:,} bytes",)


def test_no_more_documents_are_kept_than_a_trial_has():
    found = [{"id": str(number), "content": "x"} for number in range(sighting.MAX_DOCUMENTS + 1)]
    seen = received.seen(as_json(otlp.span(search(*found))), trace=None)
    assert len(seen.documents) == sighting.MAX_DOCUMENTS
    assert seen.notes == (f"more than {sighting.MAX_DOCUMENTS:,} documents: the others are left out",)


def test_notes_are_few_and_printable():
    found = [{"id": f"\x1b[31m{number}"} for number in range(100)]
    seen = received.seen(as_json(otlp.span(search(*found))), trace=None)
    assert len(seen.notes) == collecting.MAX_NOTES
    assert all(note.isprintable() for note in seen.notes)


def test_nothing_received_is_nothing_seen():
    assert received.seen([], trace=TRACE) == received.Seen()
