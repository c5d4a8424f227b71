"""Requests → Mistral's Chat Completions, and its answers → Completions.

Reference: https://docs.mistral.ai/api/endpoint/chat. It is OpenAI's but for the seed's name, ids of nine letters and
digits, and fields that it refuses where it does not know them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from pydantic import JsonValue

from llmgate.errors import CallRefused
from llmgate.message import Message, Part, ToolCallPart, ToolResponsePart
from llmgate.providers import api, conversation
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.trial import Completion, Request

_CHAT = OpenAIChat()
_NINE = re.compile("[A-Za-z0-9]{9}")

CAPABILITIES = api.Capabilities(seed=True, logprobs=True)


@dataclass(frozen=True, slots=True)
class Mistral:
    """Mistral's Chat Completions."""

    def capabilities(self, _model: str) -> api.Capabilities:
        return CAPABILITIES

    def place(self, model: str) -> api.Place:
        return _CHAT.place(model)

    def headers(self, key: str | None) -> dict[str, str]:
        return _CHAT.headers(key)

    def body(self, request: Request, seed: int | None) -> dict[str, JsonValue]:
        messages = tuple(_as_taken(message) for message in conversation.with_ids(request.messages))
        body = _CHAT.body(replace(request, messages=messages), None)
        body["messages"] = [_turn(turn) for turn in api.sequence(body["messages"], "messages")]
        if seed is not None:
            body["random_seed"] = seed
        return body

    def parse(self, body: JsonValue) -> Completion:
        return _CHAT.parse(body)


def _as_taken(message: Message) -> Message:
    """Write ids and roles as the API takes them, and leave out names, which it does not."""
    role = "system" if message.role == "developer" else message.role
    return message.model_copy(
        update={"role": role, "name": None, "parts": tuple(_part(part) for part in message.parts)}
    )


def _part(part: Part) -> Part:
    return part.model_copy(update={"id": _nine(part.id)}) if isinstance(part, ToolCallPart | ToolResponsePart) else part


def _nine(known: str | None) -> str | None:
    """Write an id in nine letters and digits: the same id, the same nine."""
    if known is None or _NINE.fullmatch(known):
        return known
    return hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()[:9]


def _turn(turn: JsonValue) -> JsonValue:
    """Write a turn's files as Mistral takes them: sound as bare base64, a document by its address only."""
    blocks = turn.get("content") if isinstance(turn, dict) else None
    if not isinstance(turn, dict) or not isinstance(blocks, list):
        return turn
    return {**turn, "content": [_block(block) for block in blocks]}


def _block(block: JsonValue) -> JsonValue:
    match block:
        case {"type": "input_audio", "input_audio": {"data": data}}:
            return {"type": "input_audio", "input_audio": data}
        case {"type": "file"}:
            raise CallRefused(
                "Mistral's Chat takes no PDF",
                id="media-refused",
                remedy="convert it to text or images, or ask another model",
            )
        case _:
            return block
