"""A request and its answer → the fields of a model call's span, with what both together show to be missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import JsonValue

from llmgate.capture.answered import Answered
from llmgate.capture.asked import Asked
from llmgate.capture.span import Json, Span

TOOL_DEFINITIONS = "tool definitions"


def filled(span: Span, request: Asked, answer: Answered) -> Span:
    """Fill in what was said; a call of a tool that was not offered shows that the definitions were not recorded."""
    missing = {*request.missing, *answer.missing}
    if not request.tools and not request.depends_on and _calls([*request.messages, *answer.messages]):
        missing.add(TOOL_DEFINITIONS)
    return replace(
        span,
        messages=request.messages,
        tools=request.tools,
        params=request.params,
        seed=request.seed,
        variables=request.variables,
        prompt=request.prompt or span.prompt,
        requested=request.model,
        output=answer.messages,
        finish_reason=answer.finish_reason,
        served=answer.served,
        missing=tuple(sorted(missing)),
        depends_on=tuple(sorted({*request.depends_on, *answer.depends_on})),
    )


def _calls(said: Iterable[Json]) -> bool:
    return any(part.get("type") == "tool_call" for message in said for part in _parts(message))


def _parts(message: Json) -> Iterator[dict[str, JsonValue]]:
    told = message.get("parts")
    yield from (part for part in told if isinstance(part, dict)) if isinstance(told, list) else ()
