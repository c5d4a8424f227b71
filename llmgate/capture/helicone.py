"""Helicone's exports (`npx @helicone/export`, or its request query) → spans.

A row holds the bodies of OpenAI's or Anthropic's API, or what was logged of a tool or a vector database by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import JsonValue

from llmgate.capture import exchange, messages, retrieved
from llmgate.capture.exchange import apis, beside, lines, reading
from llmgate.capture.exchange.apis import Api
from llmgate.capture.exchange.sides import Asked, name
from llmgate.capture.span import Json, Record, Span, ToolRun, Unfit
from llmgate.conventions import Kind

WITHOUT_BODY = "messages: the export has no body of the request; run it with --include-body"
WITHOUT_TEMPLATE = "the messages that a prompt of Helicone's put before those of the request"

_INPUT = "Helicone-Prompt-Input-"
_OTHER_APIS = ("embeddings", "moderations", "images", "audio", "rerank", "models")
_GATEWAY = frozenset({"prompt_id", "version_id", "environment", "inputs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: Json
    request: Json
    properties: Json

    @property
    def trace(self) -> str:
        return exchange.first(self.properties, ("Helicone-Session-Id",)) or self.id

    @property
    def id(self) -> str:
        known = exchange.first(self.line, ("request_id", "response_id"))
        return known or exchange.of(self.line, self.request, self.line.get("response_body")).id


def traces(value: JsonValue) -> Iterator[str]:
    """Name the trace of each row: its session, else the row itself; see `Dialect`."""
    for row in _rows(value):
        yield row.trace


def read(record: Record) -> Iterator[Span]:
    """Read each row; see `Dialect`."""
    for row in _rows(record.value):
        match row.request.get("_type"):
            case "tool":
                yield _tool(record, row)
            case "vector_db":
                yield _search(record, row)
            case "data":
                pass
            case _:
                yield _call(record, row)


def _rows(value: JsonValue) -> Iterator[_Row]:
    if isinstance(value, dict) and isinstance(value.get("data"), list):
        value = value["data"]
    for line in value if isinstance(value, list) else [value]:
        if not isinstance(line, dict) or not ("request_id" in line or "request_body" in line):
            raise Unfit("neither `request_id` nor `request_body`: this is no row of an export of Helicone's")
        if not _is_of_another_api(line):
            yield _row(line)


def _is_of_another_api(line: Json) -> bool:
    path = line.get("request_path")
    return isinstance(path, str) and any(part in _OTHER_APIS for part in path.partition("?")[0].split("/"))


def _row(line: dict[str, JsonValue]) -> _Row:
    body = messages.parse(line.get("request_body"))
    found = (line.get(key) for key in ("request_properties", "properties"))
    properties = next((each for each in found if isinstance(each, dict) and each), {})
    return _Row(line=line, request=lines.inner(body) if isinstance(body, dict) else {}, properties=properties)


def _call(record: Record, row: _Row) -> Span:
    request = {key: value for key, value in row.request.items() if key not in _GATEWAY}
    call = exchange.of(_labelled(row), request, row.line.get("response_body"))
    provider = name(row.line.get("provider")) or "openai"
    return reading.span(record, call, _asked(row, call), provider)


def _asked(row: _Row, call: exchange.Exchange) -> Asked:
    """Read the request; a gateway takes OpenAI's for all providers, so the answer does not tell of which API it is."""
    if not lines.begins(call.request):
        return Asked(missing=(WITHOUT_BODY,))
    api = apis.of_request(call.request)
    path = row.line.get("request_path")
    if api is Api.CHAT and isinstance(path, str) and "/messages" in path:
        api = Api.ANTHROPIC
    asked = reading.asked(call, api)
    if "prompt_id" not in row.request:
        return asked
    return replace(asked, missing=(*asked.missing, WITHOUT_TEMPLATE))


def _labelled(row: _Row) -> Json:
    """Write what a row says of its call under the names that logs of other origins have."""
    line, properties = row.line, row.properties
    own = {key.removeprefix(_INPUT): value for key, value in properties.items() if key.startswith(_INPUT)}
    prompt: dict[str, JsonValue] = {
        "name": row.request.get("prompt_id") or line.get("prompt_id") or properties.get("Helicone-Prompt-Id"),
        "version": row.request.get("version_id")
        or line.get("prompt_version")
        or properties.get("Helicone-Prompt-Version"),
        "variables": row.request.get("inputs") or own or None,
    }
    return {
        "trace_id": row.trace,
        "id": row.id,
        "started_at": line.get("request_created_at"),
        "ended_at": line.get("response_created_at"),
        "response_status": line.get("response_status"),
        "model": line.get("request_model"),
        "provider": line.get("provider"),
        "metadata": dict(properties),
        "prompt": prompt,
        "feedback": list(_judged(line)),
    }


def _judged(line: Json) -> Iterator[JsonValue]:
    """Yield the judgements of a row: its rating, which is yes or no, and its scores."""
    if isinstance(rating := line.get("feedback_rating"), bool):
        yield {"name": "rating", "score": rating}
    scores = line.get("scores")
    for key, score in scores.items() if isinstance(scores, dict) else ():
        yield {"name": key, "score": score.get("value") if isinstance(score, dict) else score}


def _tool(record: Record, row: _Row) -> Span:
    """Read a tool's run that was logged by hand."""
    run = ToolRun(
        name=name(row.request.get("toolName")) or "",
        arguments=row.request.get("input"),
        result=messages.parse(row.line.get("response_body")),
    )
    return replace(_step(record, row, Kind.TOOL), tool=run, name=run.name)


def _search(record: Record, row: _Row) -> Span:
    """Read a search of a vector database that was logged by hand."""
    found = retrieved.of(row.line.get("response_body"))
    missing = found.missing if found.documents else ("documents of a search",)
    return replace(_step(record, row, Kind.RETRIEVAL), documents=found.documents, missing=missing)


def _step(record: Record, row: _Row, kind: Kind) -> Span:
    line = _labelled(row)
    return Span(
        file=record.file,
        line=record.line,
        trace=row.trace,
        id=row.id,
        kind=kind,
        started_ns=beside.started(line, None),
        ended_ns=beside.ended(line),
        metadata=row.properties,
    )
