"""What a model answered, as SDKs log it → its message, why it stopped, and which model it was.

SDKs log the API's whole response, its message alone, LangChain's generations, or a text; an answer may itself be JSON.
"""

from __future__ import annotations

import json
from dataclasses import replace

from pydantic import JsonValue

from llmgate.capture import messages, values
from llmgate.capture.exchange import anthropic, apis, chat, responses
from llmgate.capture.exchange.apis import Api
from llmgate.capture.exchange.sides import Answered, without_reasoning
from llmgate.capture.messages import parts
from llmgate.capture.platforms import asked
from llmgate.capture.span import Unfit

MAX_WRAPPERS = 4

_WRAPPERS = frozenset({"output", "message", "messages", "content", "answer"})
_MESSAGE = frozenset({"role", "tool_calls", "toolCalls", "function_call", "parts", "additional_kwargs"})
_ITEMS = frozenset({"message", "function_call", "reasoning", "text", "tool_use", "thinking", "output_text"})


def of(value: JsonValue) -> Answered:
    """Read an answer of any shape; JSON that is no message is the answer's own text."""
    value = _unwrapped(value)
    told = messages.parse(value)
    if told in (None, "", [], {}):
        return Answered()
    if isinstance(told, dict):
        return _keyed(told, value)
    if isinstance(told, list):
        if all(isinstance(entry, dict) and (_is_message(entry) or str(entry.get("type")) in _ITEMS) for entry in told):
            return _said(told)
        if len(told) == 1 and isinstance(told[0], str):
            return _text(told[0])
    return _text(value)


def text(value: JsonValue) -> str | None:
    """Return the text of an answer in any shape, such as one that was expected."""
    return parts.texts(of(value).output) or None


def _text(value: JsonValue) -> Answered:
    if value in (None, ""):
        return Answered()
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Answered(output=({"role": "assistant", "parts": [{"type": "text", "content": said}]},))


def _said(value: JsonValue) -> Answered:
    said = asked.conversation(value, role="assistant")
    return Answered(output=said.messages, missing=without_reasoning(said.missing), depends_on=said.depends_on)


def _is_message(told: dict[str, JsonValue]) -> bool:
    return bool(_MESSAGE & told.keys()) or {"kwargs", "lc"} <= told.keys()


def _unwrapped(value: JsonValue) -> JsonValue:
    """Take the answer out of objects that do nothing but hold it."""
    for _ in range(MAX_WRAPPERS):
        told = messages.parse(value)
        if not isinstance(told, dict) or len(told) != 1 or not _WRAPPERS & told.keys():
            break
        value = next(iter(told.values()))
    return value


def _keyed(told: dict[str, JsonValue], value: JsonValue) -> Answered:
    if generations := values.items(told.get("generations")):
        return _generated(generations, told)
    if (api := apis.of_answer(told)) is not None:
        return _called(api, told)
    if _is_message(told) or (told.get("type") in ("ai", "AIMessageChunk") and "content" in told):
        details = [told, _metadata(told)]
        reason = _stated(details, "finish_reason", "stop_reason")
        return replace(_said(_whole(told)), finish_reason=reason, served=_stated(details, "model", "model_name"))
    return _text(value)


def _called(api: Api, told: dict[str, JsonValue]) -> Answered:
    """Read the response of an API."""
    try:
        match api:
            case Api.CHAT:
                return chat.answered(told)
            case Api.RESPONSES:
                return responses.answered(told)
            case Api.ANTHROPIC:
                return anthropic.answered(told)
    except Unfit as unfit:
        return Answered(missing=(f"output: {unfit}",))


def _whole(told: dict[str, JsonValue]) -> JsonValue:
    """Give a message its role, where the source keeps none."""
    return told if "role" in told or "kwargs" in told or "type" in told else {"role": "assistant", **told}


def _generated(generations: list[JsonValue], told: dict[str, JsonValue]) -> Answered:
    """Read LangChain's result: a list of candidates for each prompt."""
    first = generations[0][0] if isinstance(generations[0], list) and generations[0] else generations[0]
    generation = values.mapping(first)
    inner = values.mapping(generation.get("message"))
    said = _said(_whole(inner)) if inner else _text(generation.get("text"))
    details = [
        *(values.mapping(generation.get("generation_info")), _metadata(inner)),
        values.mapping(told.get("llm_output")),
    ]
    return replace(
        said,
        finish_reason=_stated(details, "finish_reason", "stop_reason", "done_reason"),
        served=_stated(details, "model_name", "model"),
    )


def _metadata(message: dict[str, JsonValue]) -> dict[str, JsonValue]:
    kwargs = message.get("kwargs")
    inner = kwargs if isinstance(kwargs, dict) else message
    return values.mapping(inner.get("response_metadata"))


def _stated(details: list[dict[str, JsonValue]], *keys: str) -> str | None:
    return next((found for each in details if (found := values.first(each, *keys)) is not None), None)
