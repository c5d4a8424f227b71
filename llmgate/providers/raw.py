"""A request as an application wrote it → where its provider takes it, and what its answer says, in no dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from pydantic import JsonValue

from llmgate.errors import CallLost
from llmgate.message import Message, TextPart
from llmgate.providers import api, assembling
from llmgate.providers.anthropic_messages import AnthropicMessages
from llmgate.providers.api import Api, Place
from llmgate.providers.assembling import Json, Whole
from llmgate.providers.azure_openai import AzureOpenAI
from llmgate.providers.gemini import Gemini
from llmgate.providers.mistral import Mistral
from llmgate.providers.ollama import Ollama
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.providers.openai_responses import OpenAIResponses
from llmgate.providers.vertex import Vertex
from llmgate.trial import Completion, FinishReason, Usage


class Wire(StrEnum):
    """What an application may speak, and is answered in."""

    CHAT = "openai-chat"
    RESPONSES = "openai-responses"
    EMBEDDINGS = "openai-embeddings"
    MESSAGES = "anthropic-messages"
    GEMINI = "gemini"
    GEMINI_EMBEDDING = "gemini-embedding"
    GEMINI_EMBEDDINGS = "gemini-embeddings"

    @property
    def embeds(self) -> bool:
        return self in (Wire.EMBEDDINGS, Wire.GEMINI_EMBEDDING, Wire.GEMINI_EMBEDDINGS)

    @property
    def is_gemini(self) -> bool:
        return self in (Wire.GEMINI, Wire.GEMINI_EMBEDDING, Wire.GEMINI_EMBEDDINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A request as it was written: `body` travels unchanged; `headers` and `query` are those that may go along."""

    wire: Wire
    model: str
    streams: bool
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


class Sink(Protocol):
    """Who takes an answer as it comes."""

    @property
    def content_type(self) -> str: ...

    @property
    def has_begun(self) -> bool: ...

    def begin(self, content_type: str) -> None:
        """Take the answer that will be the only one: no attempt follows."""

    def add(self, piece: bytes) -> None: ...

    def finish(self) -> None:
        """Learn that the answer is whole."""

    def taken(self) -> bytes:
        """Return all that was added."""

    def decline(self, status: int, content_type: str, body: bytes) -> None:
        """Take what an attempt was answered that failed; another attempt may follow."""


_OPENAI = {
    Wire.CHAT: "/v1/chat/completions",
    Wire.RESPONSES: "/v1/responses",
    Wire.EMBEDDINGS: "/v1/embeddings",
}
_ACTIONS = {Wire.GEMINI_EMBEDDING: "embedContent", Wire.GEMINI_EMBEDDINGS: "batchEmbedContents"}


def place(spoken: Api, wire: Wire, model: str, *, streams: bool = False) -> Place | None:
    """Return where a provider's API takes a request; None where it speaks another dialect.

    The three of OpenAI count as one: whoever speaks Chat Completions may have the others, and says so if not.
    """
    match spoken:
        case OpenAIChat() | OpenAIResponses() | Mistral() | Ollama() if wire in _OPENAI:
            return Place(path=_OPENAI[wire])
        case AzureOpenAI() if wire in _OPENAI:
            return _azure(spoken, wire, model)
        case AnthropicMessages() if wire is Wire.MESSAGES:
            return spoken.place(model)
        case Gemini() if wire.is_gemini:
            return _gemini(spoken.place(model), wire, streams=streams)
        case Vertex() if wire is Wire.GEMINI and spoken.speaks_gemini(model):
            return _gemini(spoken.place(model), wire, streams=streams)
        case _:
            return None


def _azure(spoken: AzureOpenAI, wire: Wire, model: str) -> Place:
    name = _OPENAI[wire].removeprefix("/v1")
    if spoken.version is None:
        return Place(path=f"/openai/v1{name}")
    of_deployment = "" if wire is Wire.RESPONSES else f"/deployments/{api.segment(model)}"
    return Place(path=f"/openai{of_deployment}{name}", query={"api-version": spoken.version})


def _gemini(whole: Place, wire: Wire, *, streams: bool) -> Place:
    action = "streamGenerateContent" if streams else _ACTIONS.get(wire, "generateContent")
    return Place(path=whole.path.rpartition(":")[0] + f":{action}")


_PARSERS: Mapping[Wire, Api] = {
    Wire.CHAT: OpenAIChat(),
    Wire.RESPONSES: OpenAIResponses(),
    Wire.MESSAGES: AnthropicMessages(),
    Wire.GEMINI: Gemini(),
}
_ASSEMBLERS: Mapping[Wire, Callable[[Iterable[Json]], Whole]] = {
    Wire.CHAT: assembling.chat,
    Wire.RESPONSES: assembling.responses,
    Wire.MESSAGES: assembling.anthropic,
    Wire.GEMINI: assembling.gemini,
}


def completion(wire: Wire, body: bytes, *, streams: bool) -> Completion:
    """Read what was answered, put together where it came in pieces.

    An answer of another shape, which its application may know, has ended with an `error` and says nothing.

    Raises:
        CallLost: it holds the provider's error, or ended before its end.
    """
    answer = _whole(wire, body) if streams and wire in _ASSEMBLERS else _read(body)
    if error := answer.get("error"):
        raise CallLost(f"the provider answered with an error{_said(error)}", status=200, id="provider-error")
    try:
        return _embedded(answer) if wire.embeds else _PARSERS[wire].parse(dict(answer))
    except CallLost:
        return _completion(FinishReason.ERROR, Usage(), None)


def _whole(wire: Wire, body: bytes) -> Json:
    found = list(assembling.events(body))
    if not found:  # a server that knows no streams has answered at once
        return _read(body)
    whole = _ASSEMBLERS[wire](found)
    if whole.is_cut and not whole.answer.get("error"):
        raise CallLost("the provider's answer ended in the middle of its stream", status=200, id="answer-broken-off")
    return whole.answer


def _read(body: bytes) -> Json:
    try:
        answer = api.decode(body)
    except api.UnreadableError as error:
        raise CallLost(f"the provider's answer is unreadable: {error}", status=200, id="answer-unreadable") from None
    return answer if isinstance(answer, dict) else {}


def _said(error: JsonValue) -> str:
    message = error.get("message") if isinstance(error, dict) else error
    return f": {message[: api.MAX_NAME_CHARS]}" if isinstance(message, str) else ""


def _embedded(answer: Json) -> Completion:
    told = answer.get("usage", answer.get("usageMetadata"))
    usage = told if isinstance(told, dict) else {}
    tokens = usage.get("prompt_tokens", usage.get("total_tokens", usage.get("promptTokenCount")))
    counted = Usage(input_tokens=api.count(tokens, "the tokens"))
    return _completion(FinishReason.STOP, counted, api.short_name(answer.get("model"), "model"))


def _completion(reason: FinishReason, usage: Usage, served: str | None) -> Completion:
    message = Message(role="assistant", parts=(TextPart(content=""),))
    return Completion(message=message, finish_reason=reason, usage=usage, served_model=served)
