"""What a program asks of models, searches and tools → spans that `llmgate capture otlp` makes fixtures of.

For production code. It needs OpenTelemetry's API alone: without an SDK that is set up, nothing is done. Content is
recorded where `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says so, or the call.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from llmgate import __version__
from llmgate.conventions import attributes as names
from llmgate.conventions import spelling
from llmgate.conventions.settling import settled
from llmgate.conventions.spelling import Attributes
from llmgate.tracing import parts

__all__ = ["Call", "Prompt", "Search", "Tool", "feedback", "llm_call", "retrieval", "tool_call"]

SWITCH = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_ON = ("true", "1", "span_only", "span_and_event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """The template that a request was made from: its name, by best its path in the repository, and what filled it."""

    name: str = ""
    version: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


class _Step:
    """A span under way."""

    def __init__(self, span: Span, *, content: bool) -> None:
        self.span, self.content = span, content

    def _set(self, told: Attributes) -> None:
        if self.span.is_recording():
            self.span.set_attributes({name: settled(value) for name, value in told.items()})


class Call(_Step):
    """A call of a model."""

    def answered(  # noqa: PLR0913 - each is one thing that an answer says, by its name
        self,
        *,
        text: str | None = None,
        tool_calls: Iterable[Any] = (),
        model: str | None = None,
        finish_reason: str | None = None,
        response_id: str | None = None,
        fingerprint: str | None = None,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        cached_tokens: int | None = None,
        logprobs: Sequence[float] | None = None,
    ) -> None:
        """Say what the model answered; `tool_calls` as OpenAI has them, or as `{name, arguments, id}`."""
        told = spelling.answered(
            model=model,
            finish_reason=finish_reason,
            response=response_id,
            fingerprint=fingerprint,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cached_tokens=cached_tokens,
        )
        told |= spelling.confidence(logprobs)
        if self.content:
            spoken = [{"type": "text", "content": text}] if text else []
            told |= spelling.said([*spoken, *parts.tool_calls(tool_calls)], finish_reason)
        self._set(told)


class Search(_Step):
    """A search of an index."""

    def found(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """Say what was found, best first, as `{id, content, score?, metadata?}`."""
        self._set(spelling.found(documents, content=self.content))


class Tool(_Step):
    """A tool under way."""

    def returned(self, result: Any, *, failed: bool = False) -> None:
        """Say what the tool answered: text as it is, anything else as JSON."""
        told: Attributes = spelling.ran(result=result) if self.content else {}
        self._set({**told, names.ERROR: "tool_error"} if failed else told)


@contextmanager
def llm_call(
    *,
    provider: str,
    model: str,
    messages: Iterable[Any],
    tools: Sequence[Any] = (),
    params: Mapping[str, Any] | None = None,
    seed: int | None = None,
    prompt: Prompt | None = None,
    content: bool | None = None,
) -> Iterator[Call]:
    """Trace a call of a model: `messages` and `tools` as they are sent, `params` without the seed.

    Say what came back with `answered`. What the block raises is noted and raised on.
    """
    recorded = _content(content)
    told = spelling.asked(provider=provider, model=model, params=params or {}, seed=seed)
    used = prompt or Prompt()
    told |= spelling.prompt(used.name, used.version)
    if recorded:
        told |= spelling.given(parts.messages(messages), tools=parts.tools(tools), variables=used.variables)
    with _span(f"chat {model}", told, SpanKind.CLIENT) as span:
        yield Call(span, content=recorded)


@contextmanager
def retrieval(source: str, *, query: str | None = None, content: bool | None = None) -> Iterator[Search]:
    """Trace a search of the index `source`; say what came of it with `found`."""
    recorded = _content(content)
    told: Attributes = {names.OPERATION: "retrieval", names.SOURCE: source}
    if recorded and query is not None:
        told[names.QUERY] = query
    with _span(f"retrieval {source}", told, SpanKind.CLIENT) as span:
        yield Search(span, content=recorded)


@contextmanager
def tool_call(
    name: str, *, arguments: Any = None, call_id: str | None = None, content: bool | None = None
) -> Iterator[Tool]:
    """Trace a tool that runs because the model's call `call_id` wants it; say what it answers with `returned`."""
    recorded = _content(content)
    told = spelling.tool(name, call_id)
    if recorded:
        told |= spelling.ran(arguments=arguments)
    with _span(f"execute_tool {name}", told, SpanKind.INTERNAL) as span:
        yield Tool(span, content=recorded)


def feedback(
    name: str,
    *,
    score: float | None = None,
    label: str | None = None,
    comment: str | None = None,
    response_id: str | None = None,
    content: bool | None = None,
) -> None:
    """Note on the current span what was thought of its answer, or of the answer that has the API's `response_id`."""
    told = spelling.judged(name, score=score, label=label, explanation=comment if _content(content) else None)
    if response_id:
        told[names.RESPONSE] = response_id
    span = trace.get_current_span()
    span.add_event(names.EVALUATION_EVENT, {key: settled(value) for key, value in told.items()})


@contextmanager
def _span(name: str, told: Attributes, kind: SpanKind) -> Iterator[Span]:
    """Begin a span. An error is told by its kind: its message may hold what was said."""
    tracer = trace.get_tracer("llmgate.tracing", __version__)
    with tracer.start_as_current_span(name, kind=kind, record_exception=False, set_status_on_exception=False) as span:
        if span.is_recording():
            span.set_attributes({key: settled(value) for key, value in told.items()})
        try:
            yield span
        except BaseException as error:
            span.set_attribute(names.ERROR, type(error).__qualname__)
            span.set_status(Status(StatusCode.ERROR))
            raise


def _content(wished: bool | None) -> bool:  # noqa: FBT001 - what the caller's own argument says, if anything
    return os.environ.get(SWITCH, "").strip().lower() in _ON if wished is None else wished
