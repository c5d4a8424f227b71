"""The envelope of OTLP JSON, as SDKs, the Collector and trace stores write it; and what is not OTLP JSON."""

import base64
import time

import pytest

from llmgate.capture import otlp as dialect
from llmgate.capture import records
from llmgate.capture.span import Record, Span, Unfit, by_response
from llmgate.conventions import Kind
from tests import otlp

MODEL = {"gen_ai.operation.name": "chat", "gen_ai.input.messages": '[{"role": "user", "content": "Hi"}]'}
SNAKES = {"traceId": "trace_id", "spanId": "span_id", "parentSpanId": "parent_span_id"}
PARENT = "aaaaaaaaaaaaaaaa"


def ids(value):
    return [(told.trace, told.id) for told in otlp.read(value) if isinstance(told, Span)]


def based(text):
    return base64.b64encode(bytes.fromhex(text)).decode()


@pytest.mark.parametrize(
    "value",
    [
        otlp.spans(otlp.span(MODEL)),
        {"batches": otlp.spans(otlp.span(MODEL))["resourceSpans"]},
        {"trace": otlp.spans(otlp.span(MODEL))},
        {"result": otlp.spans(otlp.span(MODEL))},
        otlp.spans(otlp.span(MODEL))["resourceSpans"][0],
        {"resource_spans": [{"scope_spans": [{"spans": [otlp.span(MODEL)]}]}]},
        {"resourceSpans": [{"instrumentationLibrarySpans": [{"spans": [otlp.span(MODEL)]}]}]},
    ],
    ids=["otlp", "tempo", "tempo-v2", "jaeger", "one-resource", "snake", "before-1.0"],
)
def test_spans_are_found_in_each_envelope(value):
    assert ids(value) == [(otlp.TRACE, otlp.SPAN)]
    assert list(dialect.traces(value)) == [otlp.TRACE]


@pytest.mark.parametrize(
    ("trace", "identity", "parent"),
    [
        (otlp.TRACE, otlp.SPAN, PARENT),
        (otlp.TRACE.upper(), otlp.SPAN.upper(), PARENT.upper()),
        (based(otlp.TRACE), based(otlp.SPAN), based(PARENT)),
    ],
)
def test_ids_are_read_in_hex_and_in_base64(trace, identity, parent):
    (told,) = otlp.read(otlp.spans(otlp.span(MODEL, trace=trace, identity=identity, parentSpanId=parent)))
    assert (told.trace, told.id, told.parent) == (otlp.TRACE, otlp.SPAN, PARENT)


def test_fields_are_read_by_the_names_of_the_protocol_too():
    entry = {SNAKES.get(key, key): value for key, value in otlp.span(MODEL, parentSpanId=PARENT).items()}
    (told,) = otlp.read({"resource_spans": [{"scope_spans": [{"spans": [{**entry, "start_time_unix_nano": "5"}]}]}]})
    assert (told.trace, told.parent, told.started_ns) == (otlp.TRACE, PARENT, 5)


@pytest.mark.parametrize("at", ["1790000000000000001", 1790000000000000001])
def test_times_are_read_to_the_nanosecond(at):
    (told,) = otlp.read(otlp.spans(otlp.span(MODEL, startTimeUnixNano=at, endTimeUnixNano=at)))
    assert (told.started_ns, told.ended_ns) == (1790000000000000001, 1790000000000000001)


def test_messages_are_read_as_structured_values_too():
    said = [{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}]
    assert list(otlp.only(MODEL | {"gen_ai.input.messages": said}).messages) == said


def test_the_resource_says_what_is_selected_by():
    value = otlp.spans(otlp.span(MODEL | {"user.id": "u1"}))
    value["resourceSpans"][0]["resource"] = {"attributes": otlp.attributes({"service.name": "shop", "user.id": "no"})}
    (told,) = otlp.read(value)
    assert told.metadata == {"service.name": "shop", "user.id": "u1"}


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"id": "run", "inputs": {}}, {"data": []}, {"trace": {}}])
def test_what_is_not_otlp_json_is_said_to_be_none(value):
    with pytest.raises(Unfit, match="no resourceSpans and no resourceLogs: this is not OTLP JSON"):
        list(dialect.traces(value))


def test_metrics_are_said_to_be_of_no_use():
    with pytest.raises(Unfit, match="metrics say nothing of a request"):
        list(dialect.traces({"resourceMetrics": []}))


@pytest.mark.parametrize(
    "value",
    [
        {"resourceSpans": {}},
        {"resourceSpans": ["x"]},
        {"resourceSpans": [{"scopeSpans": "x"}]},
        {"resourceSpans": [{"scopeSpans": [{"spans": 1}]}]},
        {"resourceLogs": [{"scopeLogs": [{"logRecords": [1]}]}]},
        otlp.spans(otlp.span(attributes={"a": "b"})),
        otlp.spans(otlp.span(trace=None)),
        otlp.spans(otlp.span(trace="00000000000000000000000000000000")),
        otlp.spans(otlp.span(trace="xyz")),
        otlp.spans(otlp.span(identity=7)),
    ],
)
def test_a_broken_export_is_unfit_and_its_content_is_not_told(value):
    with pytest.raises(Unfit) as raised:
        otlp.read(value)
    assert str(raised.value).endswith(("this is not OTLP JSON", "in hex or base64"))


def test_log_records_that_are_no_events_of_a_model_are_passed_over():
    value = otlp.logs(otlp.log("app.started"), {"body": {"stringValue": "hello"}, "traceId": ""})
    assert otlp.read(value) == []
    assert list(dialect.traces(value)) == []


def test_the_name_of_an_event_may_be_an_attribute():
    entry = otlp.log("", body={"content": "Hi"}, pairs={"event.name": "gen_ai.user.message"})
    (told,) = otlp.read(otlp.logs({key: value for key, value in entry.items() if key != "eventName"}))
    assert told.messages[0]["role"] == "user"


def test_a_call_in_a_log_record_without_a_trace_is_known_by_its_answer():
    pairs = MODEL | {"gen_ai.response.id": "resp_1"}
    value = otlp.logs(otlp.log("gen_ai.client.inference.operation.details", pairs=pairs, trace=None, identity=None))
    (told,) = otlp.read(value)
    assert list(dialect.traces(value)) == [told.trace] == [by_response("resp_1")]
    assert (told.id, told.kind) == ("resp_1", Kind.MODEL)


def test_two_spans_of_one_id_are_both_read():
    assert ids(otlp.spans(otlp.span(MODEL), otlp.span(MODEL))) == [(otlp.TRACE, otlp.SPAN)] * 2


@pytest.mark.parametrize(
    "pairs",
    [
        {f"llm.input_messages.{10**at}.message.content": "x" for at in range(6)},
        {f"llm.input_messages.{'9' * 5_000}.message.content": "x"},
        {f"llm.input_messages.0.{'a.' * 5_000}b": "x"},
        {f"llm.input_messages.{at}.message.content": "x" for at in range(20_000)},
        {f"llm.input_messages.0{'.0' * at}": "x" for at in range(200)},
        {"gen_ai.input.messages": "[" * 100_000},
        {"gen_ai.input.messages": '[{"role":"user","parts":[' + '{"type":"text","content":"x"},' * 20_000},
        {"gen_ai.tool.definitions": '{"a":' * 90 + "1" + "}" * 90},
    ],
    ids=["sparse", "digits", "deep", "many", "nested", "open", "cut", "object"],
)
def test_attributes_without_end_take_bounded_time(pairs):
    value = otlp.spans(otlp.span({"gen_ai.operation.name": "chat"} | pairs))
    began = time.process_time()
    list(dialect.read(Record(file="t", line=1, value=value)))
    assert time.process_time() - began < 5


def test_ten_thousand_spans_are_read_in_less_than_twenty_seconds():
    values = [records.decode(line) for line in (otlp.EXPORTS / "openinference.jsonl").read_bytes().splitlines()]
    began = time.process_time()
    for _ in range(91):  # of eleven spans
        for value in values:
            list(dialect.traces(value))
            list(dialect.read(Record(file="t", line=1, value=value)))
    assert (time.process_time() - began) * 10 < 20
