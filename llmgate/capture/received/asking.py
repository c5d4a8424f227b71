"""The body of a request to a model's API → the request in no API's dialect, and notes on what it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from llmgate.capture import records
from llmgate.capture.exchange import anthropic, chat, documents, gemini, parameters, responses
from llmgate.capture.exchange.sides import Asked
from llmgate.capture.received.collecting import Notes
from llmgate.capture.received.rebuilding import Rebuilding
from llmgate.capture.span import Json, Unfit
from llmgate.trial import Request

MAX_BODY_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A request, or None where it cannot be read. The notes may quote the application."""

    request: Request | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """How the requests of one API are read: its content, and its parameters without the seed."""

    asked: Callable[[Json], Asked]
    parameters: Callable[[Json], Json] = parameters.of


def _anthropic(request: Json) -> Asked:
    """Read documents that stand as blocks as the text that the model saw in their place."""
    return anthropic.asked({**request, "messages": documents.spelled(request.get("messages"))})


_READERS: Mapping[str, _Reader] = {
    "openai-chat": _Reader(asked=chat.asked),
    "openai-responses": _Reader(asked=responses.asked),
    "anthropic-messages": _Reader(asked=_anthropic),
    "gemini": _Reader(asked=gemini.asked, parameters=gemini.parameters),
}


def of(dialect: str, model: str, body: bytes, provider: str) -> Asking:
    reader = _READERS.get(dialect)
    if reader is None:
        return _unread(f"requests of the API {dialect} are not read")
    if len(body) > MAX_BODY_BYTES:
        return _unread(f"a request of more than {MAX_BODY_BYTES:,} bytes is not read")
    try:
        value = records.decode(body)
        if not isinstance(value, dict):
            return _unread("a request that is no JSON object")
        return _read(reader, value, model, provider)
    except records.Unreadable as error:
        return _unread(f"a request: {error.message}")
    except Unfit as error:
        return _unread(f"a request: {error}")


def _read(reader: _Reader, body: Json, model: str, provider: str) -> Asking:
    asked, rebuilding = reader.asked(body), Rebuilding()
    messages = rebuilding.messages(asked.messages)
    request = Request(
        provider=provider,
        model=model,
        messages=messages,
        tools=rebuilding.tools(asked.tools),
        params=reader.parameters(body),
        blobs=rebuilding.blobs,
    )
    notes = Notes()
    notes.add(*asked.missing, *asked.depends_on, *sorted(rebuilding.notes))
    if not messages:
        notes.add("a request without a message")
    return Asking(request=request if messages else None, notes=tuple(notes.told))


def _unread(note: str) -> Asking:
    notes = Notes()
    notes.add(note)
    return Asking(notes=tuple(notes.told))
