"""What of a span's content is not in the record, in words."""

from __future__ import annotations

NO_CONTENT = (
    "messages: the instrumentation recorded no content; OpenTelemetry's does with "
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY (older ones: true), OpenInference's without "
    "OPENINFERENCE_HIDE_*, Traceloop's with TRACELOOP_TRACE_CONTENT=true, the AI SDK's with recordInputs"
)
DROPPED = "attributes: the SDK dropped some of them, over its limit (OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT)"
MASKED = "__REDACTED__"  # OpenInference's


def cut(name: str) -> str:
    return f"{name}: cut short, as by a limit of the length or the number of attributes"


def masked(name: str) -> str:
    return f"{name}: masked by the instrumentation"


def elsewhere(name: str) -> str:
    return f"{name}: at a reference, which is not followed"


def unread(name: str) -> str:
    return f"{name}: of a shape that is not read"


def hollow(name: str) -> str:
    return f"{name}: a message without its content"
