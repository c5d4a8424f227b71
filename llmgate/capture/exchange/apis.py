"""An answer, an event of a stream or a request → the API that it is of, by its look."""

from __future__ import annotations

from enum import StrEnum

from llmgate.capture.span import Json


class Api(StrEnum):
    """An API whose calls are read; the value is what it is called in messages."""

    CHAT = "OpenAI's Chat Completions"
    RESPONSES = "OpenAI's Responses"
    ANTHROPIC = "Anthropic's Messages"


_EVENTS = frozenset(
    {"message_start", "message_delta", "message_stop"}
    | {"content_block_start", "content_block_delta", "content_block_stop"}
)


def of_answer(answer: Json) -> Api | None:
    if isinstance(answer.get("choices"), list):
        return Api.CHAT
    if answer.get("object") == "response" or (isinstance(answer.get("output"), list) and "status" in answer):
        return Api.RESPONSES
    if answer.get("type") == "message" and isinstance(answer.get("content"), list):
        return Api.ANTHROPIC
    return None


def of_event(event: Json) -> Api | None:
    kind = str(event.get("type"))
    if kind.startswith("response."):
        return Api.RESPONSES
    if kind in _EVENTS:
        return Api.ANTHROPIC
    return Api.CHAT if isinstance(event.get("choices"), list) else None


def of_request(request: Json) -> Api:
    if "messages" not in request:
        return Api.RESPONSES
    is_anthropic = any(name in request for name in ("system", "anthropic_version", "stop_sequences", "mcp_servers"))
    return Api.ANTHROPIC if is_anthropic else Api.CHAT
