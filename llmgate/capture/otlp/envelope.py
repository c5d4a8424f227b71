"""The envelope of OTLP JSON → its spans and log records, each with its resource's attributes, and ids in hex."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.capture.span import Unfit

Object = dict[str, JsonValue]

TRACE_BYTES = 16
SPAN_BYTES = 8

# protobuf's JSON has the names in camel case, and reads those of the .proto file too; Grafana Tempo says `batches`.
_SPANS = (("resourceSpans", "resource_spans", "batches"), ("scopeSpans", "scope_spans", "instrumentationLibrarySpans"))
_LOGS = (("resourceLogs", "resource_logs"), ("scopeLogs", "scope_logs"))
_WRAPPERS = ("trace", "result")  # Tempo's API and Jaeger's
_HEX = re.compile(r"[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A span or a log record, as it stands, and the attributes of what wrote it."""

    value: Object
    resource: JsonValue
    is_log: bool


def entries(value: JsonValue) -> Iterator[Entry]:
    """Find the spans and the log records.

    Raises:
        Unfit: where the value is not OTLP JSON, or a part of it is not what it should be.
    """
    batch = _unwrapped(value)
    found = False
    for (outer, inner), item, is_log in ((_SPANS, "spans", False), (_LOGS, "logRecords", True)):
        resources = picked(batch, *outer)
        if resources is None and picked(batch, *inner) is not None:
            resources = [batch]  # a resource by itself
        found = found or resources is not None
        for resource in objects(resources, outer[0]):
            told = picked(resource, "resource")
            attributes = told.get("attributes") if isinstance(told, dict) else None
            for scope in objects(picked(resource, *inner), inner[0]):
                name = _snake(item) if item not in scope else item
                for entry in objects(scope.get(name), item):
                    yield Entry(entry, attributes, is_log)
    if not found:
        told = "metrics say nothing of a request" if "resourceMetrics" in batch else "this is not OTLP JSON"
        raise Unfit(f"no resourceSpans and no resourceLogs: {told}")


def _unwrapped(value: JsonValue) -> Object:
    if not isinstance(value, dict):
        raise Unfit("no resourceSpans and no resourceLogs: this is not OTLP JSON")
    for name in _WRAPPERS:
        inner = value.get(name)
        if isinstance(inner, dict) and picked(inner, *_SPANS[0]) is not None:
            return inner
    return value


def objects(value: JsonValue, name: str) -> Iterator[Object]:
    if value is None:
        return
    if not isinstance(value, list):
        raise Unfit(f"{name} is no list: this is not OTLP JSON")
    for item in value:
        if not isinstance(item, dict):
            raise Unfit(f"{name} has an entry that is no object: this is not OTLP JSON")
        yield item


def picked(value: Object, *names: str) -> JsonValue:
    """Return the first of the names that the object has."""
    return next((value[name] for name in names if name in value), None)


def field(value: Object, name: str) -> JsonValue:
    """Return a field of a span or a log record by its name in camel case, in whichever case it is written."""
    return value[name] if name in value else value.get(_snake(name))


def _snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "_" + match.group().lower(), name)


def identity(value: JsonValue, size: int) -> str | None:
    """Write an id of so many bytes in hex, which OTLP asks for, or in base64, which protobuf's own JSON has."""
    if not isinstance(value, str) or len(value) > 4 * size:
        return None
    found = value.lower() if len(value) == 2 * size and _HEX.fullmatch(value) else _of_base64(value, size)
    return found if found and found.strip("0") else None


def _of_base64(value: str, size: int) -> str | None:
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data.hex() if len(data) == size else None
