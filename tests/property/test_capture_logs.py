"""What holds for the dialects of logged calls, whatever a log holds."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmgate.capture import records
from llmgate.capture.catalogue import dialect
from llmgate.capture.span import Record, Span, Unfit
from llmgate.providers.assembling import anthropic, chat, gemini, responses

DIALECTS = ("openai", "anthropic", "helicone")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# The words by which the readers branch, so that arbitrary values get past the first look.
WORDS = sorted(
    {"message", "text", "tool_use", "tool_result", "function_call", "function_call_output", "custom"}
    | {"function", "document", "search_result", "image", "image_url", "input_image", "file_search_call"}
    | {"reasoning", "refusal", "user", "assistant", "system", "tool", "response", "succeeded", "errored"}
    | {"error", "response.completed", "vector_db", "message_start", "content_block_start"}
    | {"content_block_delta", "message_delta", "web_search", "base64", "2026-10-03", "content"}
    | {'data: {"choices": [{"delta": 1}]}', "event: x\ndata: {}", "[1, {}]", '{"a": []}'}
)
KEYS = sorted(
    {"request", "response", "messages", "input", "output", "choices", "message", "delta", "content"}
    | {"role", "type", "tools", "tool_calls", "function", "custom", "name", "arguments", "id", "trace_id"}
    | {"metadata", "error", "body", "feedback", "score", "label", "documents", "source", "data", "url"}
    | {"text", "results", "status", "timestamp", "system", "instructions", "prompt", "variables", "index"}
    | {"content_block", "partial_json", "call_id", "object", "request_body", "response_body", "request_id"}
    | {"request_path", "request_properties", "scores", "_type", "audio", "custom_id", "params", "result"}
    | {"parts", "item", "candidates", "thought", "usage", "event", "stop_reason", "finish_reason", "tags", "expected"}
)
keys = st.sampled_from(KEYS)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys | texts, inner, max_size=5),
    max_leaves=25,
)
DATA = Path(__file__).parents[1] / "data" / "capture"
LOGGED = {
    name: [
        json.loads(line)
        for file in sorted((DATA / name).glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").split("\n")
        if line
    ]
    for name in DIALECTS
}


def pointers(value, at=()):
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from pointers(item, (*at, key))


def replaced(value, at, by):
    """Return a value with another in one of its places."""
    if not at:
        return by
    head, *rest = at
    items = value.items() if isinstance(value, dict) else enumerate(value)
    told = {key: replaced(item, rest, by) if key == head else item for key, item in items}
    return told if isinstance(value, dict) else list(told.values())


@st.composite
def spoilt(draw, name):
    """Draw a line that was logged, in which some values are others."""
    line = draw(st.sampled_from(LOGGED[name]))
    for _ in range(draw(st.integers(1, 4))):
        line = replaced(line, draw(st.sampled_from(list(pointers(line)))), draw(values))
    return line


def check(name, value):
    """See that a record is read or unfit, and that both passes name the same traces."""
    value = records.decode(json.dumps(value))
    try:
        found = list(dialect(name).traces(value))
        spans = list(dialect(name).read(Record(file="f", line=1, value=value)))
    except Unfit:
        return
    assert all(isinstance(span, Span) and span.id for span in spans)
    assert [span.trace for span in spans] == found or (name == "helicone" and {s.trace for s in spans} <= set(found))
    json.dumps([[span.messages, span.output, span.documents, span.feedback, span.params] for span in spans])


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=50, deadline=None)
@given(st.data())
def test_no_record_makes_a_dialect_fail(name, data):
    """Arbitrary JSON is read or unfit."""
    check(name, data.draw(values))


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_value_of_a_wrong_type_makes_a_dialect_fail(name, data):
    """A logged call with other values in some places is read or unfit."""
    check(name, data.draw(spoilt(name)))


@pytest.mark.parametrize("assemble", [chat, responses, anthropic, gemini])
@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(keys, values, max_size=5), max_size=4))
def test_any_events_are_put_together(assemble, events):
    """Events of any shape give an object."""
    assert isinstance(assemble(events).answer, dict)


@given(st.lists(texts.filter(bool), min_size=1, max_size=8))
def test_a_stream_says_what_its_pieces_say(pieces):
    """However a text is parted, it is put together again, from events and from the lines that were sent."""
    chunks = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    sent = "".join(f"data: {json.dumps(chunk, ensure_ascii=False)}\r\n\r\n" for chunk in chunks) + "data: [DONE]\n\n"
    for response in (chunks, sent):
        line = {"request": {"messages": []}, "response": response}
        (span,) = dialect("openai").read(Record(file="f", line=1, value=line))
        assert span.output == ({"role": "assistant", "parts": [{"type": "text", "content": "".join(pieces)}]},)
