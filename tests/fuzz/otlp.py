"""Exports of OTLP, as JSON and as protobuf: they are read, unfit or noted, and no secret of theirs is drafted."""

import atexit
import base64
import dataclasses
import json
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from google.protobuf import json_format
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from llmgate import conventions
from llmgate.capture import messages, received, records
from llmgate.capture import otlp as dialect
from llmgate.capture.span import Record, Unfit
from llmgate.conventions import Shape
from tests import exports, otlp
from tests.fuzz import mutations
from tests.fuzz.surface import Surface

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
PIECES = st.sampled_from([*'{}[]",:0-.e\\\n', "null", "{}", '{"stringValue": "x"}', "\\ud800", "1e999", "[[["])
LOGS = EVENTS.map(lambda event: {**event, **IDS})
RECORDS = [
    records.decode(line) for path in sorted(otlp.EXPORTS.glob("*.jsonl")) for line in path.read_bytes().splitlines()
]


def replaced(value, at, by):
    """Copy a value with another in one place."""
    if not at:
        return by(value)
    key, *rest = at
    if isinstance(value, dict):
        return {**value, key: replaced(value[key], rest, by)}
    return [replaced(item, rest, by) if place == key else item for place, item in enumerate(value)]


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


TYPED = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=10,
)
IDENTITIES = st.integers(0, 3).map(lambda number: number.to_bytes(8, "big")) | st.binary(max_size=17)


def filled(message, value):
    """Write a value into an AnyValue."""
    match value:
        case bool():
            message.bool_value = value
        case int():
            message.int_value = value
        case float():
            message.double_value = value
        case str():
            message.string_value = value
        case bytes():
            message.bytes_value = value
        case list():
            message.array_value.SetInParent()
            for each in value:
                filled(message.array_value.values.add(), each)
        case dict():
            message.kvlist_value.SetInParent()
            attributes(message.kvlist_value.values, value.items())


def attributes(pairs, items):
    for key, value in items:
        filled(pairs.add(key=key).value, value)


@st.composite
def protobuf(draw) -> bytes:
    """An export, of which a few bytes may be others, missing or doubled."""
    export = ExportTraceServiceRequest()
    pairs = st.lists(st.tuples(KEYS, JSON.map(json.dumps) | TYPED), max_size=5)
    for _ in range(draw(st.integers(1, 3))):
        span = export.resource_spans.add().scope_spans.add().spans.add(trace_id=bytes.fromhex(otlp.TRACE), name="x")
        span.span_id, span.parent_span_id = draw(IDENTITIES), draw(IDENTITIES)
        span.start_time_unix_nano = draw(st.integers(0, 2**64 - 1))
        attributes(span.attributes, [draw(KINDS), *draw(pairs)])
        if draw(st.booleans()):
            event = span.events.add(name=draw(st.sampled_from(sorted(conventions.EVENTS))))
            attributes(event.attributes, draw(pairs))
    return draw(mutations.data(st.just(export.SerializeToString())))


@st.composite
def deep(draw) -> bytes:
    """An export whose one value is nested in itself."""
    export = ExportTraceServiceRequest()
    span = (
        export.resource_spans.add().scope_spans.add().spans.add(trace_id=bytes.fromhex(otlp.TRACE), span_id=b"12345678")
    )
    value = span.attributes.add(key=draw(KEYS)).value
    for _ in range(draw(st.integers(1, 45))):
        value = value.array_value.values.add() if draw(st.booleans()) else value.kvlist_value.values.add(key="a").value
    return export.SerializeToString()


SECRET = "sk-canary-0123456789abcdefghij"
EXPORTED = st.builds(
    lambda spans, logs: {**otlp.spans(*spans), **otlp.logs(*logs)},
    st.lists(SPANS, max_size=2),
    st.lists(LOGS, max_size=2),
)
WITH_SECRET = mutations.JSON | st.just(SECRET) | st.text(max_size=5).map(lambda text: f"{text} {SECRET}")


@st.composite
def altered(draw):
    """A real export with something else, perhaps a secret, in the place of some parts, also of JSON within texts."""
    value = draw(st.sampled_from(RECORDS))
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.sampled_from(list(mutations.places(value))))
        value = replaced(value, way, lambda found: _within(draw, found))
    return value


def _within(draw, found):
    inner = messages.parse(found)
    if inner is found:
        return draw(WITH_SECRET)
    way = draw(st.sampled_from(list(mutations.places(inner))))
    return json.dumps(replaced(inner, way, lambda _: draw(WITH_SECRET)))


def encoded(value):
    """Write an export as protobuf, as far as it is one of spans; ids are hexadecimal in OTLP's JSON alone."""
    try:
        export = json_format.ParseDict(_with_ids(value), ExportTraceServiceRequest(), ignore_unknown_fields=True)
    except (json_format.ParseError, AttributeError, TypeError, ValueError):
        return b""
    return export.SerializeToString()


def _with_ids(value):
    if isinstance(value, list):
        return [_with_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    ids = ("traceId", "spanId", "parentSpanId")
    return {key: _base64(item) if key in ids else _with_ids(item) for key, item in value.items()}


def _base64(text):
    return base64.b64encode(bytes.fromhex(text)).decode()


PROTOBUF = st.one_of(
    protobuf(),
    deep(),
    st.binary(max_size=60),
    st.sampled_from(RECORDS).map(encoded),
    (altered() | EXPORTED).map(encoded),
    mutations.data((altered() | EXPORTED).map(encoded)),
)
CASES = st.one_of(
    st.tuples(st.just("json"), EXPORTED | altered() | JSON),
    st.tuples(
        st.just("application/json"),
        (EXPORTED | altered() | altered() | JSON).map(lambda value: json.dumps(value).encode()),
    ),
    st.tuples(st.just("application/x-protobuf"), PROTOBUF),
    st.tuples(st.just("drafts"), altered().map(lambda value: json.dumps(value).encode())),
    st.tuples(st.just("drafts"), mutations.text(altered().map(json.dumps), PIECES).map(str.encode)),
)


def check(case):
    """An export is read or unfit, what an application sends is seen or noted, and drafts hold no secret."""
    match case:
        case "json", value:
            consistent(value)
        case "drafts", data:
            told = _drafted(data)
            assert SECRET not in told, told
        case kind, data:
            seen = received.seen([(kind, data)], trace=None)
            assert all(note.isprintable() for note in seen.notes)
            json.dumps([(each.id, each.text, each.score) for each in seen.documents], allow_nan=False).encode()
            json.dumps([call.model_dump() for call in seen.tool_calls], allow_nan=False).encode()


def _drafted(data):
    """Write all that goes to disk, and all that is told of what did not."""
    found = exports.capture("otlp", side(), data)
    assert all(fault.message and str(fault).isprintable() for fault in found.faults)
    drafts = [f"{each.draft.fixture.id}{each.draft.text}{each.draft.note}" for each in found.made]
    files = [f"{path}{content!r}" for each in found.made for path, content in each.files.items()]
    return "".join([*drafts, *files, *map(str, found.faults)])


@cache
def side():
    """Make one repository for all drafts; it is gone when the process ends."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(exports.side(Path(stack.enter_context(TemporaryDirectory()))))


SURFACE = Surface(
    name="otlp", about="exports of OTLP in JSON and protobuf, and drafts of them", cases=CASES, check=check
)
