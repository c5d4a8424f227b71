"""One span of Datadog's LLM Observability → a span, from the flat form of the API or the `meta` of the SDKs."""

from __future__ import annotations

from dataclasses import replace

from pydantic import JsonValue

from llmgate.capture import retrieved, values
from llmgate.capture.datadog import evaluations, messages
from llmgate.capture.exchange.sides import Answered, Asked, without_reasoning
from llmgate.capture.platforms import answered, asked, calls, tool_runs
from llmgate.capture.platforms.asked import Request
from llmgate.capture.span import Json, Record, Span
from llmgate.conventions import Kind

_KINDS = {"llm": Kind.MODEL, "retrieval": Kind.RETRIEVAL, "tool": Kind.TOOL}
_DROPPED = "[This value has been dropped because this span's size exceeds the 5MB size limit.]"
_NO_CONTENT = "messages: the span has no input; its size exceeded Datadog's limit, or it was not recorded"
_UNKNOWN = ("unknown", "custom", "unnamed_ml_app")


def of(entry: dict[str, JsonValue], record: Record) -> Span:
    meta = _meta(entry)
    told = Span(
        file=record.file,
        line=record.line,
        trace=str(values.name(entry["trace_id"])),
        id=str(values.name(entry["span_id"])),
        parent=_parent(entry),
        name=values.text(entry.get("name")) or "",
        kind=_kind(entry, meta),
        started_ns=values.nanoseconds(entry.get("start_ns")),
        ended_ns=_end(entry),
        feedback=evaluations.of_span(entry, meta),
        expected=_expected(meta),
        error=_error(entry, meta),
        tags=values.texts(entry.get("tags")),
        metadata={**values.mapping(meta.get("metadata")), **_selected_by(entry)},
    )
    return _filled(told, meta)


def _filled(told: Span, meta: Json) -> Span:
    given, said = values.mapping(meta.get("input")), values.mapping(meta.get("output"))
    match told.kind:
        case Kind.MODEL:
            return _model(told, meta, given, said)
        case Kind.RETRIEVAL | Kind.RERANK:
            found = retrieved.of(said.get("documents") or said.get("value"))
            return replace(told, documents=found.documents, missing=found.missing)
        case Kind.TOOL:
            known = values.text(values.mapping(meta.get("metadata")).get("tool_id"))
            failed = told.error is not None
            run = tool_runs.of(told.name, given.get("value"), said.get("value"), known=known, failed=failed)
            return replace(told, tool=run)
        case Kind.OTHER:
            return told


def _meta(entry: Json) -> Json:
    """Return what the span says of the call: the API writes it flat, the SDKs under `meta`."""
    meta = entry.get("meta")
    return meta if isinstance(meta, dict) else entry


def _kind(entry: Json, meta: Json) -> Kind:
    inner = values.mapping(meta.get("span"))
    told = entry.get("span_kind") or meta.get("kind") or meta.get("span.kind") or inner.get("kind")
    kind = _KINDS.get(str(told), Kind.OTHER)
    is_rerank = kind is Kind.RETRIEVAL and "rerank" in str(entry.get("name")).lower()
    return Kind.RERANK if is_rerank else kind


def _parent(entry: Json) -> str | None:
    parent = values.name(entry.get("parent_id"))
    return None if parent in ("undefined", "0") else parent


def _end(entry: Json) -> int:
    started, duration = values.nanoseconds(entry.get("start_ns")), values.number(entry.get("duration"))
    return started + int(duration) if started and duration and duration > 0 else 0


def _error(entry: Json, meta: Json) -> str | None:
    told = values.mapping(meta.get("error"))
    stated = values.first(told, "message", "type") or values.first(meta, "error.message", "error.type")
    is_error = entry.get("status") == "error" or entry.get("error") == 1
    return stated or ("error" if is_error else None)


def _expected(meta: Json) -> str | None:
    told = meta.get("expected_output")
    inner = values.mapping(told)
    return answered.text(inner.get("value") or inner.get("messages") or told)


def _selected_by(entry: Json) -> Json:
    told = {key: entry[key] for key in ("ml_app", "session_id", "status", "service") if entry.get(key) is not None}
    tags = (tag.partition(":") for tag in values.texts(entry.get("tags")))
    return {**{key: value for key, separator, value in tags if separator}, **told}


def _model(told: Span, meta: Json, given: Json, said: Json) -> Span:
    request, parameters = _asked(given), values.mapping(meta.get("metadata"))
    params, seed = asked.parameters(parameters)
    request = replace(
        request,
        asked=asked.with_tools(request.asked, asked.definitions(meta.get("tool_definitions"))),
        params={**params, **request.params},
        seed=seed if seed is not None else request.seed,
        model=request.model or _known(meta.get("model_name")),
    )
    told = calls.filled(replace(told, prompt=_prompt(given)), request, _answered(said))
    return replace(
        told,
        provider=_known(meta.get("model_provider")),
        finish_reason=told.finish_reason or _finish_reason(parameters),
        variables=values.mapping(values.mapping(given.get("prompt")).get("variables")) or told.variables,
    )


def _finish_reason(parameters: Json) -> str | None:
    listed = values.texts(parameters.get("finish_reasons"))
    return values.first(parameters, "finish_reason", "stop_reason") or (listed[0] if listed else None)


def _known(value: JsonValue) -> str | None:
    told = values.text(value)
    return None if told in _UNKNOWN else told


def _asked(given: Json) -> Request:
    if entries := values.items(given.get("messages")):
        said = asked.conversation(messages.plain(entries, "user"))
        return Request(asked=Asked(messages=said.messages, missing=said.missing, depends_on=said.depends_on))
    if given.get("value") in (None, "", _DROPPED):
        return asked.nothing(_NO_CONTENT)
    return asked.of(given.get("value"))


def _answered(said: Json) -> Answered:
    if entries := values.items(said.get("messages")):
        told = asked.conversation(messages.plain(entries, "assistant"), role="assistant")
        missing = without_reasoning(told.missing)
        return Answered(output=told.messages, missing=missing, depends_on=told.depends_on)
    return Answered(missing=("output",)) if said.get("value") == _DROPPED else answered.of(said.get("value"))


def _prompt(given: Json) -> Json:
    """Read the tracked prompt: its name, its version, and its text, or the messages of its text as JSON."""
    told = values.mapping(given.get("prompt"))
    template = told.get("template") or told.get("chat_template")
    if isinstance(template, list):
        template = "\n\n".join(text for each in template if (text := values.text(values.mapping(each).get("content"))))
    found = {
        "name": values.text(told.get("id")),
        "version": values.name(told.get("version")),
        "template": values.text(template),
    }
    return {key: item for key, item in found.items() if item is not None}
