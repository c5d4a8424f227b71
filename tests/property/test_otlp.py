"""Whatever an export says, it is read or it is unfit."""

import dataclasses
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate import conventions
from llmgate.capture import messages, records
from llmgate.capture import otlp as dialect
from llmgate.capture.span import Record, Unfit
from llmgate.conventions import Shape
from tests import otlp

WORDS = st.one_of(
    st.sampled_from(["role", "parts", "content", "type", "text", "name", "arguments", "id", "messages", "message"]),
    st.sampled_from(["tool_calls", "function", "contents", "image", "url", "document", "metadata", "score", "index"]),
    st.sampled_from(["choices", "output", "args", "kwargs", "relevanceScore", "finish_reason", "values", "key"]),
    st.sampled_from(["value", "stringValue", "system", "user", "assistant", "tool"]),
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10)
    | WORDS
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
NAMES = [name for names in conventions.ROWS.values() for name in names]
KEYS = st.sampled_from(NAMES).flatmap(
    lambda name: (
        st.just(name.text)
        if name.shape not in (Shape.LIST, Shape.MAP)
        else st.lists(WORDS | st.sampled_from(["0", "1", "99"]), min_size=1, max_size=5).map(
            lambda path: ".".join([name.text, *path])
        )
    )
)
TYPES = st.sampled_from(
    ["stringValue", "intValue", "doubleValue", "boolValue", "arrayValue", "kvlistValue", "bytesValue"]
)
VALUES = (
    JSON.map(lambda value: {"stringValue": json.dumps(value)})
    | st.builds(lambda kind, value: {kind: value}, TYPES, JSON)
    | st.builds(lambda kind, value: {kind: {"values": [value]}}, TYPES, JSON)
    | JSON
)
KINDS = st.sampled_from([(name, value) for name, kinds in conventions.KINDS.items() for value in kinds])
ATTRIBUTES = st.builds(
    lambda kind, pairs: [{"key": kind[0], "value": {"stringValue": kind[1]}}, *pairs],
    KINDS,
    st.lists(st.builds(lambda key, value: {"key": key, "value": value}, KEYS, VALUES), max_size=6),
)
EVENTS = st.builds(
    lambda name, attributes, body: {"name": name, "eventName": name, "attributes": attributes, "body": body},
    st.sampled_from(sorted(conventions.EVENTS)),
    ATTRIBUTES,
    VALUES,
)
MORE = st.dictionaries(
    st.sampled_from(["name", "parentSpanId", "startTimeUnixNano", "droppedAttributesCount"]), JSON, max_size=3
)
IDS = {"traceId": otlp.TRACE, "spanId": otlp.SPAN}
SPANS = st.builds(
    lambda attributes, events, status, more: {
        **more,
        **IDS,
        "attributes": attributes,
        "events": events,
        "status": status,
    },
    ATTRIBUTES,
    st.lists(EVENTS, max_size=3),
    JSON,
    MORE,
)
LOGS = EVENTS.map(lambda event: {**event, **IDS})


def consistent(value):
    """Read a value; what is named and what is read are of the same traces, and can be written as JSON."""
    try:
        named = set(dialect.traces(value))
        told = list(dialect.read(Record(file="t", line=1, value=value)))
    except Unfit:
        return
    assert {one.trace for one in told} <= named
    for one in told:
        json.dumps(dataclasses.asdict(one), allow_nan=False)


@given(JSON)
def test_any_json(value):
    """Any JSON is read or unfit."""
    consistent(value)


@given(st.sampled_from(["resourceSpans", "resourceLogs"]), JSON)
def test_any_json_in_an_envelope(name, value):
    """Any JSON in the envelope is read or unfit."""
    inner = name.replace("resource", "scope")
    item = "spans" if name == "resourceSpans" else "logRecords"
    for wrapped in (
        value,
        [value],
        [{inner: value}],
        [{inner: [value]}],
        [{inner: [{item: value}]}],
        [{inner: [{item: [value]}]}],
    ):
        consistent({name: wrapped})


@settings(max_examples=100, deadline=None)
@given(st.lists(SPANS, max_size=2), st.lists(LOGS, max_size=3))
def test_any_attributes(spans, logs):
    """Attributes and events of any names and types are read or unfit."""
    consistent({**otlp.spans(*spans), **otlp.logs(*logs)})


RECORDS = [
    records.decode(line) for path in sorted(otlp.EXPORTS.glob("*.jsonl")) for line in path.read_bytes().splitlines()
]


def pointers(value, at=()):
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from pointers(item, (*at, key))


def replaced(value, at, by):
    """Copy a value with another in one place."""
    if not at:
        return by(value)
    key, *rest = at
    if isinstance(value, dict):
        return {**value, key: replaced(value[key], rest, by)}
    return [replaced(item, rest, by) if place == key else item for place, item in enumerate(value)]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(RECORDS), JSON, st.data())
def test_any_part_of_a_real_export_replaced(value, other, data):
    """A real export with anything in the place of any part of it, JSON within texts included, is read or unfit."""

    def by(found):
        inner = messages.parse(found)
        if inner is found:
            return other
        return json.dumps(replaced(inner, data.draw(st.sampled_from(list(pointers(inner)))), by))

    consistent(replaced(value, data.draw(st.sampled_from(list(pointers(value)))), by))
