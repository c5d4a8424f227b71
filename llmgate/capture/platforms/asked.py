"""What a model was asked, as SDKs log it → messages, tools and parameters.

SDKs log the arguments of a call of the API, a bare list of messages, or a text; programs also log a template's values.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from llmgate.capture import messages, values
from llmgate.capture.exchange import anthropic, apis, chat, responses
from llmgate.capture.exchange import parameters as sent
from llmgate.capture.exchange.apis import Api
from llmgate.capture.exchange.sides import Asked, union
from llmgate.capture.messages import Conversation
from llmgate.capture.pieces import UNRECORDED
from llmgate.capture.span import Json, Unfit

UNREAD = "messages that could not be read"

_BODIES = frozenset({"messages", "input", "prompt", "prompts", "instructions", "system"})
_CONTENT = _BODIES | {"model", "tools", "functions", "seed", "metadata"}
_STATES = frozenset(
    {"conversation", "previous_response_id", "container", "mcp_servers", "web_search_options", "context_management"}
)
_PARAMETERS = (sent.PARAMETERS - _CONTENT - _STATES) | {"min_p", "repetition_penalty"}
_REQUEST = sent.PARAMETERS | _BODIES | {"stream", "stream_options", "store", "user"}
_ENDLESS = (None, "Infinity", "inf")  # what Langfuse's SDK writes for a limit that is not set


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked, and the parameters that were sent with it, where they were logged together."""

    asked: Asked
    params: Json = field(default_factory=dict)
    seed: int | None = None
    model: str | None = None


def of(value: JsonValue) -> Request:
    """Read a request of any shape; what cannot be read is noted, not raised."""
    value = messages.parse(value)
    if value in (None, "", [], {}):
        return nothing("messages")
    if isinstance(value, list):
        return Request(asked=_listed(value))
    if not isinstance(value, dict) or "role" in value or "parts" in value or {"kwargs", "lc"} <= value.keys():
        return Request(asked=_spoken(value))
    kwargs = value.get("kwargs")
    return _keyed(kwargs if isinstance(kwargs, dict) and _BODIES & kwargs.keys() else value)


def nothing(why: str) -> Request:
    """Say that the source has no messages, and why."""
    return Request(asked=Asked(missing=(why,), depends_on=(UNRECORDED,)))


def conversation(value: JsonValue, *, role: str = "user") -> Conversation:
    """Read messages as `messages.read`, and note it where one is none."""
    try:
        return messages.read(value, role=role)
    except Unfit as unfit:
        return Conversation(missing=(f"messages: {unfit}",), depends_on=(UNREAD,))


def definitions(value: JsonValue) -> Conversation:
    return messages.definitions(value) if isinstance(messages.parse(value), list | dict) else Conversation()


def parameters(value: JsonValue) -> tuple[Json, int | None]:
    """Return the parameters among a request's keys, as the API names them, and the seed."""
    given = values.mapping(value)
    return {key: item for key, item in given.items() if key in _PARAMETERS and item not in _ENDLESS}, sent.seed(given)


def with_tools(asked: Asked, tools: Conversation) -> Asked:
    """Offer the tools that stand elsewhere, where the request has none of its own."""
    if asked.tools:
        return asked
    return replace(
        asked,
        tools=tools.messages,
        missing=union(asked.missing, tools.missing),
        depends_on=union(asked.depends_on, tools.depends_on),
    )


def _spoken(value: JsonValue) -> Asked:
    said = conversation(value)
    return Asked(messages=said.messages, missing=said.missing, depends_on=said.depends_on)


def _listed(entries: list[JsonValue]) -> Asked:
    """Read messages; Langfuse's handler for LangChain lists the tools after them, as if tools had spoken."""
    offered = [entry["content"] for entry in entries if isinstance(entry, dict) and _is_offer(entry)]
    spoken: list[JsonValue] = [entry for entry in entries if not (isinstance(entry, dict) and _is_offer(entry))]
    return with_tools(_spoken(spoken), definitions(offered))


def _is_offer(entry: dict[str, JsonValue]) -> bool:
    content = entry.get("content")
    return entry.get("role") == "tool" and isinstance(content, dict) and isinstance(content.get("function"), dict)


def _keyed(request: dict[str, JsonValue]) -> Request:
    """Read the arguments of a call, or else the variables of a template."""
    if "messages" not in request and not (_BODIES & request.keys() and request.keys() <= _REQUEST):
        missing = ("messages: the input is an object without messages",)
        return Request(asked=Asked(variables=request, missing=missing))
    params, seed = parameters(request)
    asked = _called(request)
    if not asked.messages and not asked.depends_on:
        asked = replace(asked, missing=union(asked.missing, ["messages"]), depends_on=(UNRECORDED,))
    return Request(asked=asked, params=params, seed=seed, model=sent.model(request))


def _called(request: dict[str, JsonValue]) -> Asked:
    if (prompts := request.get("prompts", request.get("prompt"))) is not None and not isinstance(prompts, dict):
        return _completed(prompts)
    try:
        match apis.of_request(request):
            case Api.CHAT:
                return chat.asked(request)
            case Api.RESPONSES:
                return responses.asked(request)
            case Api.ANTHROPIC:
                return anthropic.asked(request)
    except Unfit as unfit:
        return Asked(missing=(f"messages: {unfit}",), depends_on=(UNREAD,))


def _completed(prompts: JsonValue) -> Asked:
    """Read the prompt of a model that is no chat; LangChain logs all those of a batch."""
    listed: list[JsonValue] = prompts if isinstance(prompts, list) else [prompts]
    asked = _spoken(listed[:1])
    others = ["prompts: all but the first of one call"] if len(listed) > 1 else []
    return replace(asked, missing=union(asked.missing, others))
