"""An object of Langfuse's → its keys as the API writes them, and what it is."""

from __future__ import annotations

from enum import StrEnum

from pydantic import JsonValue

from llmgate.capture import values

# The export to a storage bucket and the Python SDK write the same names with underscores.
_NAMES = {
    "".join([first, *(word.capitalize() for word in rest)]): name
    for name in (
        *("completion_start_time", "data_type", "dataset_id", "end_time", "expected_output", "model_parameters"),
        *("observation_id", "parent_observation_id", "prompt_name", "prompt_version", "provided_model_name"),
        *("session_id", "source_observation_id", "source_trace_id", "start_time", "status_message", "string_value"),
        *("trace_id", "trace_name", "user_id"),
    )
    for first, *rest in [name.split("_")]
}
_VALUE = frozenset({"value", "stringValue"})
_TRACE = frozenset({"observations", "public", "htmlPath"})


class Shape(StrEnum):
    TRACE = "trace"
    OBSERVATION = "observation"
    SCORE = "score"
    ITEM = "dataset item"


def plain(entry: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Write the keys as the API does."""
    if not any("_" in key for key in entry):
        return entry
    return {
        **entry,
        **{ours: entry[theirs] for ours, theirs in _NAMES.items() if theirs in entry and ours not in entry},
    }


def shape(entry: dict[str, JsonValue]) -> Shape | None:
    """Tell what an object is by the fields that it alone must have."""
    if "expectedOutput" in entry and ("datasetId" in entry or "sourceTraceId" in entry):
        return Shape.ITEM
    if isinstance(entry.get("type"), str) and "startTime" in entry and values.name(entry.get("id")):
        return Shape.OBSERVATION
    if "name" in entry and _VALUE & entry.keys() and ("subject" in entry or "traceId" in entry or "sessionId" in entry):
        return Shape.SCORE
    return Shape.TRACE if "timestamp" in entry and _TRACE & entry.keys() and values.name(entry.get("id")) else None
