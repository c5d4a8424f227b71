"""OTLP JSON for a test: spans and log records of one trace, and what is read from them."""

from pathlib import Path

from llmgate.capture import otlp, pieces, records
from llmgate.capture.span import Record, Span

EXPORTS = Path(__file__).parent / "data" / "capture" / "otlp"
TRACE = "5b8efff798038103d269b633813fc60c"
SPAN = "eee19b7ec3c1b174"


def typed(value):
    """Write a value as OTLP types it."""
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case list():
            return {"arrayValue": {"values": [typed(item) for item in value]}}
        case dict():
            return {"kvlistValue": {"values": attributes(value)}}


def attributes(pairs):
    return [{"key": key, "value": typed(value)} for key, value in pairs.items()]


def span(pairs=None, *, identity=SPAN, trace=TRACE, events=None, **fields):
    told = {"traceId": trace, "spanId": identity, "name": "a span", "attributes": attributes(pairs or {}), **fields}
    return {**told, "events": [event(name, of) for name, of in events]} if events else told


def event(name, pairs):
    return {"name": name, "timeUnixNano": "1", "attributes": attributes(pairs)}


def log(name, *, body=None, pairs=None, trace=TRACE, identity=SPAN, at=1):
    told = {"eventName": name, "timeUnixNano": str(at), "attributes": attributes(pairs or {})}
    ids = {key: value for key, value in (("traceId", trace), ("spanId", identity)) if value}
    return {**told, **ids, **({"body": typed(body)} if body is not None else {})}


def spans(*entries):
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": list(entries)}]}]}


def logs(*entries):
    return {"resourceLogs": [{"resource": {}, "scopeLogs": [{"scope": {}, "logRecords": list(entries)}]}]}


def read(*values):
    """Read exports, a record each."""
    return [
        told for line, value in enumerate(values, 1) for told in otlp.read(Record(file="t", line=line, value=value))
    ]


def only(pairs=None, **fields):
    """Read one span."""
    (told,) = read(spans(span(pairs, **fields)))
    return told


def exported(name):
    """Read a file of exports, and what it says of traces and of spans."""
    with (EXPORTS / name).open("rb") as stream:
        source = records.opened(name, stream)
        return [told for place in source.places() for told in otlp.read(source.record(place))]


def whole(name):
    """Read a file's spans, joined, by their ids, in the order in which each is first seen."""
    found = {}
    for told in exported(name):
        if isinstance(told, Span):
            found.setdefault((told.trace, told.id), []).append(told)
    return [pieces.whole(parts) for parts in found.values()]
