"""One of LangSmith's runs → a span."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import JsonValue

from llmgate.capture import feedback, retrieved, values
from llmgate.capture.platforms import answered, asked, calls, tool_runs
from llmgate.capture.span import Json, Record, Span, ToolRun
from llmgate.conventions import Kind

_KINDS = {"llm": Kind.MODEL, "retriever": Kind.RETRIEVAL, "tool": Kind.TOOL}
_STORED = "messages: they are in a store that the run only links to (inputs_s3_urls)"
_UNSELECTED = "messages: the export has no inputs; select INPUTS, OUTPUTS, EXTRA, METADATA and MANIFEST too"


def name(entry: Json) -> str | None:
    return values.name(entry.get("id")) or values.name(entry.get("run_id"))


def trace(entry: Json) -> str:
    """Name the trace: the root's id, which also begins the dotted order (`<time>Z<id>.<time>Z<id>`)."""
    root = (values.text(entry.get("dotted_order")) or "").partition(".")[0].rpartition("Z")[2]
    return values.name(entry.get("trace_id")) or root or str(name(entry))


def span(entry: dict[str, JsonValue], record: Record) -> Span:
    extra = values.mapping(entry.get("extra"))
    metadata = {**values.mapping(extra.get("metadata")), **values.mapping(entry.get("metadata"))}
    told = Span(
        file=record.file,
        line=record.line,
        trace=trace(entry),
        id=str(name(entry)),
        parent=_parent(entry),
        name=values.text(entry.get("name")) or "",
        kind=_kind(entry),
        started_ns=values.nanoseconds(entry.get("start_time")),
        ended_ns=values.nanoseconds(entry.get("end_time")),
        prompt=_prompt(entry, metadata),
        feedback=tuple(_statistics(entry)),
        error=values.text(entry.get("error")),
        tags=values.texts(entry.get("tags")),
        metadata={**metadata, **_selected_by(entry)},
    )
    match told.kind:
        case Kind.MODEL:
            return _model(told, entry, extra, metadata)
        case Kind.RETRIEVAL | Kind.RERANK:
            found = retrieved.of(entry.get("outputs"))
            return replace(told, documents=found.documents, missing=found.missing)
        case Kind.TOOL:
            return replace(told, tool=_tool(told, entry))
        case Kind.OTHER:
            return replace(told, variables=values.mapping(entry.get("inputs")) or None) if _is_prompt(entry) else told


def _parent(entry: Json) -> str | None:
    """Name the parent, which the newer API lists behind its own ancestors."""
    above = values.texts(entry.get("parent_run_ids"))
    return values.name(entry.get("parent_run_id")) or (above[-1] if above else None)


def _is_prompt(entry: Json) -> bool:
    return str(entry["run_type"]).lower() == "prompt"


def _kind(entry: Json) -> Kind:
    told = _KINDS.get(str(entry["run_type"]).lower(), Kind.OTHER)
    is_rerank = told is Kind.RETRIEVAL and "rerank" in str(entry.get("name")).lower()
    return Kind.RERANK if is_rerank else told


def _selected_by(entry: Json) -> Json:
    return {key: entry[key] for key in ("run_type", "session_name", "status") if entry.get(key) is not None}


def _statistics(entry: Json) -> Iterator[Json]:
    """Read what a run says of the feedback on it: the mean of each kind, and the value where there is but one."""
    for key, told in values.mapping(entry.get("feedback_stats")).items():
        if not isinstance(told, dict):
            continue
        given, remarks = list(values.mapping(told.get("values"))), values.texts(told.get("comments"))
        label, comment = (found[0] if len(found) == 1 else None for found in (given, remarks))
        yield feedback.of(key, score=told.get("avg"), label=label, comment=comment)


def _prompt(entry: Json, metadata: Json) -> Json:
    """Read which prompt of the hub was used, and its text, which the run of a prompt has."""
    owner, repository = values.text(metadata.get("lc_hub_owner")), values.text(metadata.get("lc_hub_repo"))
    serialized = values.mapping(entry.get("serialized") or entry.get("manifest"))
    told = {
        "name": f"{owner}/{repository}" if owner and repository and owner != "-" else repository,
        "version": values.name(metadata.get("lc_hub_commit_hash")),
        "template": _template(serialized) if _is_prompt(entry) else None,
    }
    return {key: item for key, item in told.items() if item is not None}


def _template(serialized: dict[str, JsonValue]) -> str | None:
    """Return the text of a template, or the texts of a template of messages, one after the other."""
    kwargs = values.mapping(serialized.get("kwargs"))
    inner = [values.mapping(values.mapping(each).get("kwargs")) for each in values.items(kwargs.get("messages"))]
    prompts = [values.mapping(values.mapping(each.get("prompt")).get("kwargs")) for each in inner]
    texts = [text for each in (kwargs, *prompts) if (text := values.text(each.get("template"))) is not None]
    return "\n\n".join(texts) or None


def _tool(told: Span, entry: Json) -> ToolRun:
    """Read a tool's run; LangChain wraps arguments that are a text, and every result."""
    given, outputs = values.mapping(entry.get("inputs")), values.mapping(entry.get("outputs"))
    return tool_runs.of(
        told.name,
        given["input"] if given.keys() == {"input"} else given,
        outputs["output"] if outputs.keys() == {"output"} else outputs or None,
        failed=told.error is not None,
    )


def _model(told: Span, entry: Json, extra: Json, metadata: Json) -> Span:
    request = _request(entry)
    logged = values.mapping(metadata.get("ls_invocation_params"))
    invocation = {**logged, **values.mapping(extra.get("invocation_params"))}
    tools = asked.definitions(invocation.get("tools") or invocation.get("functions"))
    params, seed = asked.parameters({**_standard(metadata, {*invocation, *request.params}), **invocation})
    named = values.first(invocation, "model", "model_name") or values.text(metadata.get("ls_model_name"))
    request = replace(
        request,
        asked=asked.with_tools(request.asked, tools),
        params={**params, **request.params},
        seed=seed if seed is not None else request.seed,
        model=request.model or named,
    )
    told = calls.filled(told, request, answered.of(entry.get("outputs")))
    return replace(told, provider=values.text(metadata.get("ls_provider")))


def _request(entry: Json) -> asked.Request:
    inputs = values.mapping(entry.get("inputs"))
    if not inputs and (entry.get("inputs_s3_urls") or entry.get("s3_urls")):
        return asked.nothing(_STORED)
    if "inputs" not in entry:
        return asked.nothing(_UNSELECTED)
    request = asked.of(inputs)
    if not entry.get("attachments"):
        return request
    return replace(request, asked=replace(request.asked, missing=(*request.asked.missing, "attachments of the run")))


def _standard(metadata: Json, known: set[str]) -> Json:
    """Read the parameters that LangSmith names for all providers alike, but those that the request has itself."""
    told = {key: metadata.get(f"ls_{key}") for key in ("temperature", "max_tokens", "stop")}
    if known & {"max_completion_tokens", "max_output_tokens"}:
        del told["max_tokens"]
    return {key: item for key, item in told.items() if item is not None}
