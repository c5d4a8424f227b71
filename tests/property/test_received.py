"""Whatever an application sends, it is read or noted."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.capture import received
from tests import otlp
from tests.fuzz.otlp import protobuf

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
