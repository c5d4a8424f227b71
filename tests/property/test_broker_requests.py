"""What holds for requests through the broker, and for answers to them, whatever they hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate.broker import content, dialects
from llmgate.broker.dialects.dialect import Asking
from llmgate.broker.refused import Refused
from llmgate.errors import CallLost
from llmgate.providers import Wire, raw, raw_prices
from llmgate.trial import Completion

PATHS = (
    "/openai/v1/chat/completions",
    "/openai/responses",
    "/openai/v1/embeddings",
    "/anthropic/v1/messages",
    "/gemini/v1beta/models/m:generateContent",
    "/gemini/v1beta/models/m:batchEmbedContents",
)
KEYS = sorted(
    {"model", "Model", "models", "stream", "messages", "requests", "generationConfig", "routingConfig", "n"}
    | {"max_tokens", "fallbacks", "choices", "message", "delta", "content", "finish_reason", "usage", "error"}
    | {"candidates", "parts", "text", "functionCall", "args", "finishReason", "usageMetadata", "prompt_tokens"}
    | {"type", "index", "content_block", "partial_json", "response", "output", "status", "tool_calls", "function"}
    | {"name", "arguments", "stop_reason", "promptTokenCount", "data", "embedding", "promptFeedback", "model_config"}
)
WORDS = ("m", "models/m", "stop", "message_start", "response.completed", "completed", "data:image/png;base64,AA", "{}")
texts = st.sampled_from(WORDS) | st.text(max_size=5)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | texts, inner, max_size=4),
    max_leaves=20,
)
objects = st.dictionaries(st.sampled_from(KEYS) | texts, values, max_size=6)


@given(st.binary(max_size=60) | values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_request_or_refused(data):
    """Whatever is posted is an object without a way past the pin, or is refused."""
    try:
        read = content.read(data)
    except Refused:
        return
    assert not any(read.get(name) for name in content.ELSEWHERE)


@pytest.mark.parametrize("path", PATHS)
@given(objects)
def test_any_object_asks_for_one_model_or_is_refused(path, body):
    """Whatever a request holds, one model is asked for, and it is the one that the body or the path names."""
    try:
        asking = dialects.of(path).asking(path, body)
    except Refused:
        return
    assert isinstance(asking, Asking)
    assert asking.model == ("m" if path.startswith("/gemini") else body["model"])


@given(objects)
def test_any_request_has_a_size(body):
    """Tokens are counted in whatever is sent, and are never fewer than none."""
    assert raw_prices.input_tokens(body) >= 0
    assert raw_prices.ceiling("openai", Wire.CHAT, "gpt-4.1-2025-04-14", body) >= 0


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize("wire", list(Wire))
@given(st.binary(max_size=40) | values.map(lambda value: json.dumps(value).encode()) | st.lists(objects, max_size=3))
def test_any_answer_is_read_or_lost(wire, streams, sent):
    """Whatever a provider sends is a completion, or lost; events may be anything as well."""
    if isinstance(sent, list):
        sent = b"".join(b"data: %b\n\n" % json.dumps(event).encode() for event in sent)
    try:
        assert isinstance(raw.completion(wire, sent, streams=streams), Completion)
    except CallLost:
        return
