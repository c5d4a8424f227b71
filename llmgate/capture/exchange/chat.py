"""OpenAI's Chat Completions, as OpenAI and most other servers speak it → the two sides of a call.

Reference: https://platform.openai.com/docs/api-reference/chat.
"""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.capture import messages
from llmgate.capture.exchange.sides import Answered, Asked, name, said, union, without_reasoning
from llmgate.capture.span import Json

SPOKEN = "an earlier answer in sound, which the provider stores"
SEVERAL = "the answers after the first, of `n`"


def asked(request: Json) -> Asked:
    """Read a request; `functions` are the tools of its first form."""
    listed = messages.parse(request.get("messages"))
    if isinstance(listed, dict) and isinstance(listed.get("data"), list):
        listed = listed["data"]  # the page of a stored completion's messages
    turns = messages.read([_whole(entry) for entry in listed] if isinstance(listed, list) else listed)
    tools = messages.definitions(request.get("tools"))
    functions = messages.definitions(request.get("functions"))
    state = [SPOKEN] if _is_spoken(listed) else []
    if request.get("web_search_options") is not None:
        state.append("the provider's own tool (web_search_options)")
    return Asked(
        messages=turns.messages,
        tools=(*tools.messages, *functions.messages),
        missing=union(turns.missing, tools.missing, functions.missing),
        depends_on=union(turns.depends_on, tools.depends_on, functions.depends_on, state),
    )


def answered(answer: Json) -> Answered:
    """Read an answer, or what a stream was put together to; of several choices the first."""
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return Answered(served=name(answer.get("model")))
    message = next((choice[key] for key in ("message", "delta", "text") if key in choice), None)
    told = messages.answer([_heard(message)] if isinstance(message, dict) else said(message, "assistant"))
    several = [SEVERAL] if isinstance(choices, list) and len(choices) > 1 else []
    fingerprint = name(answer.get("system_fingerprint"))
    return Answered(
        output=told.messages,
        finish_reason=name(choice.get("finish_reason")),
        served=name(answer.get("model")),
        metadata={} if fingerprint is None else {"system_fingerprint": fingerprint},
        missing=union(without_reasoning(told.missing), several),
        depends_on=told.depends_on,
    )


def _whole(entry: JsonValue) -> JsonValue:
    """Put the parts of a stored message, which stand beside its content, into their place."""
    if isinstance(entry, dict) and not entry.get("content") and isinstance(entry.get("content_parts"), list):
        return {**entry, "content": entry["content_parts"]}
    return entry


def _is_spoken(listed: JsonValue) -> bool:
    return isinstance(listed, list) and any(
        isinstance(turn, dict) and isinstance(turn.get("audio"), dict) for turn in listed
    )


def _heard(message: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Take the words of an answer in sound for its text."""
    audio = message.get("audio")
    if isinstance(audio, dict) and not message.get("content") and isinstance(audio.get("transcript"), str):
        message = {**message, "content": audio["transcript"]}
    return message if isinstance(message.get("role"), str) and message["role"] else {**message, "role": "assistant"}
