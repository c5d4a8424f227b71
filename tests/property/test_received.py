"""Whatever an application sends, it is read or noted."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from llmgate import conventions
from llmgate.capture import received
from llmgate.conventions import Shape
from tests import otlp

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
NAMES = st.sampled_from(
    [
        *("messages", "role", "content", "parts", "type", "text", "tool_calls", "function", "name", "arguments", "id"),
        *("contents", "functionCall", "functionResponse", "inlineData", "mimeType", "data", "tools", "input", "system"),
        *("functionDeclarations", "parameters", "generationConfig", "args", "response", "source", "image_url", "url"),
    ]
)
WORDS = st.sampled_from(
    ["user", "model", "assistant", "tool", "text", "function", "image", "search_result", "tool_use", "input_image"]
)
JSON = st.recursive(
    LEAVES | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=4), inner, max_size=5),
    max_leaves=25,
)
DIALECTS = st.sampled_from(["openai-chat", "openai-responses", "anthropic-messages", "gemini"])
TYPES = st.sampled_from(["application/json", "application/x-protobuf"])
KEYS = st.sampled_from(
    [
        name.text + (".0.document.id" if name.shape is Shape.LIST else ".key" if name.shape is Shape.MAP else "")
        for names in conventions.ROWS.values()
        for name in names
    ]
)
KINDS = st.sampled_from([(name, value) for name, kinds in conventions.KINDS.items() for value in kinds])


@st.composite
def protobuf(draw) -> bytes:
    """An export, of which a few bytes may be others."""
    export = ExportTraceServiceRequest()
    spans = export.resource_spans.add().scope_spans.add().spans
    for number in range(1, draw(st.integers(1, 3)) + 1):
        span = spans.add(trace_id=bytes.fromhex(otlp.TRACE), span_id=number.to_bytes(8, "big"), name="x")
        span.parent_span_id = draw(st.integers(0, 3)).to_bytes(8, "big")
        for key, value in (draw(KINDS), *draw(st.lists(st.tuples(KEYS, JSON.map(json.dumps)), max_size=5))):
            span.attributes.add(key=key).value.string_value = value
    data = bytearray(export.SerializeToString())
    for place, value in draw(st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), max_size=3)):
        data[place] = value
    return bytes(data)


PAYLOADS = st.one_of(
    protobuf().map(lambda data: ("application/x-protobuf", data)),
    st.tuples(TYPES, st.binary(max_size=60)),
    JSON.map(lambda value: ("application/json", json.dumps(value).encode())),
    JSON.map(lambda value: ("application/json", json.dumps({"resourceSpans": value}).encode())),
)


@settings(max_examples=200)
@given(st.lists(PAYLOADS, max_size=3), st.sampled_from([None, otlp.TRACE]))
def test_payloads_are_seen_or_noted(payloads, trace):
    """Whatever an application exports is seen, or there is a note, and either can be written."""
    seen = received.seen(payloads, trace=trace)
    assert all(note.isprintable() for note in seen.notes)
    json.dumps([(each.id, each.text, each.score) for each in seen.documents], allow_nan=False).encode()
    json.dumps([call.model_dump() for call in seen.tool_calls], allow_nan=False).encode()


@settings(max_examples=200)
@given(DIALECTS, st.dictionaries(NAMES, JSON, max_size=6).map(json.dumps).map(str.encode) | st.binary(max_size=60))
def test_requests_are_read_or_noted(dialect, body):
    """Whatever an application asks a model is read as a request with messages, or there is a note."""
    read = received.asked(dialect, "m", body, provider="p")
    assert read.notes if read.request is None else read.request.messages
    assert all(note.isprintable() for note in read.notes)
