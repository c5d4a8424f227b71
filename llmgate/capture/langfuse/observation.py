"""One of Langfuse's observations → a span; the kind that Langfuse gives it tells what happened."""

from __future__ import annotations

from dataclasses import replace

from pydantic import JsonValue

from llmgate.capture import retrieved, values
from llmgate.capture.platforms import answered, asked, calls, tool_runs
from llmgate.capture.span import Json, Record, Span
from llmgate.conventions import Kind

_NO_CONTENT = (
    "messages: the export has no input; ask the API for fields=core,basic,io,metadata,model,prompt,trace_context"
)
_MASKED = "<fully masked due to failed mask function>"
_KINDS = {"GENERATION": Kind.MODEL, "RETRIEVER": Kind.RETRIEVAL, "TOOL": Kind.TOOL}
_SELECTED_BY = ("environment", "level", "release", "sessionId", "traceName", "type", "userId", "version")


def trace(entry: Json) -> str:
    """Name its trace; an observation without one is a trace of its own."""
    return str(values.name(entry.get("traceId")) or values.name(entry["id"]))


def span(entry: dict[str, JsonValue], record: Record) -> Span:
    told = Span(
        file=record.file,
        line=record.line,
        trace=trace(entry),
        id=str(values.name(entry["id"])),
        parent=values.name(entry.get("parentObservationId")),
        name=values.text(entry.get("name")) or "",
        kind=_kind(entry),
        started_ns=values.nanoseconds(entry.get("startTime")),
        ended_ns=values.nanoseconds(entry.get("endTime")),
        error=_error(entry),
        tags=values.texts(entry.get("tags")),
        metadata=metadata(entry),
        prompt=_prompt(entry),
    )
    match told.kind:
        case Kind.MODEL:
            return _model(told, entry)
        case Kind.RETRIEVAL | Kind.RERANK:
            found = retrieved.of(entry.get("output"))
            return replace(told, documents=found.documents, missing=found.missing)
        case Kind.TOOL:
            failed = entry.get("level") == "ERROR"
            return replace(told, tool=tool_runs.of(told.name, entry.get("input"), entry.get("output"), failed=failed))
        case Kind.OTHER:
            return told


def metadata(entry: Json) -> Json:
    """Gather what may be selected by."""
    own = {key: entry[key] for key in _SELECTED_BY if entry.get(key) is not None}
    return {**values.mapping(entry.get("metadata")), **own}


def _kind(entry: Json) -> Kind:
    """Name the kind; older SDKs write all but model calls as spans, and none has a kind for reranking."""
    told = _KINDS.get(str(entry["type"]).upper(), Kind.OTHER)
    output = entry.get("output")
    if told is Kind.OTHER and entry["type"] == "SPAN" and (not isinstance(output, str) or "page_content" in output):
        told = Kind.RETRIEVAL if retrieved.are_documents(output) else told
    is_rerank = told is Kind.RETRIEVAL and "rerank" in str(entry.get("name")).lower()
    return Kind.RERANK if is_rerank else told


def _error(entry: Json) -> str | None:
    return (values.text(entry.get("statusMessage")) or "ERROR") if entry.get("level") == "ERROR" else None


def _prompt(entry: Json) -> Json:
    told = {"name": values.text(entry.get("promptName")), "version": values.name(entry.get("promptVersion"))}
    return {key: item for key, item in told.items() if item is not None}


def _model(told: Span, entry: dict[str, JsonValue]) -> Span:
    is_told = entry.get("input") not in (None, _MASKED)
    request = asked.of(entry["input"]) if is_told else asked.nothing(_NO_CONTENT)
    attributes = values.mapping(values.mapping(entry.get("metadata")).get("attributes"))
    tools = asked.definitions(attributes.get("gen_ai.tool.definitions"))
    params, seed = asked.parameters(entry.get("modelParameters"))
    request = replace(
        request,
        asked=asked.with_tools(request.asked, tools),
        params={**params, **request.params},
        seed=seed if seed is not None else request.seed,
        model=request.model or values.first(entry, "model", "providedModelName"),
    )
    told = calls.filled(told, request, answered.of(entry.get("output")))
    return replace(told, provider=_provider(entry, attributes))


def _provider(entry: Json, attributes: Json) -> str | None:
    """Find who was asked in what instrumentations leave in the metadata; Langfuse has no field for it."""
    given = values.first(attributes, "gen_ai.provider.name", "gen_ai.system")
    return given or values.first(values.mapping(entry.get("metadata")), "ls_provider")
