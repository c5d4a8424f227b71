"""Anthropic's Messages → the two sides of a call.

Reference: https://platform.claude.com/docs/en/api/messages/create.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from llmgate.capture import messages
from llmgate.capture.exchange import documents
from llmgate.capture.exchange.sides import Answered, Asked, name, union, without_reasoning
from llmgate.capture.span import Json

AMID = "the place of a system message amid the conversation"

_STATES = {
    "container": "a container that the provider stores",
    "mcp_servers": "the provider's own tool (mcp_servers)",
    "context_management": "a conversation that the provider shortens (context_management)",
}


def asked(request: Json) -> Asked:
    """Read a request: each block of `system` is a message, so that it is written again as it was."""
    taken = documents.Taken()
    listed = taken.without(messages.parse(request.get("messages")))
    system = messages.read(list(_system(request.get("system"))))
    said = messages.read(listed)
    tools = messages.definitions(request.get("tools"))
    return Asked(
        messages=(*system.messages, *said.messages),
        tools=tools.messages,
        documents=documents.distinct(taken.found),
        missing=union(
            system.missing, said.missing, tools.missing, taken.missing, [AMID] if _is_amid(said.messages) else []
        ),
        depends_on=union(system.depends_on, said.depends_on, tools.depends_on, states(request)),
    )


def answered(answer: Json) -> Answered:
    """Read an answer: its blocks, of which those of thinking and of the provider's own tools are no part."""
    told = messages.answer([{"role": "assistant", "content": answer.get("content")}])
    return Answered(
        output=told.messages,
        finish_reason=name(answer.get("stop_reason")),
        served=name(answer.get("model")),
        missing=without_reasoning(told.missing),
        depends_on=union(told.depends_on, states(answer)),
    )


def states(side: Mapping[str, JsonValue]) -> Iterator[str]:
    for field, state in _STATES.items():
        if side.get(field):
            yield state


def _system(system: JsonValue) -> Iterator[JsonValue]:
    system = [system] if isinstance(system, str | dict) else system
    for block in system if isinstance(system, list) else []:
        text = block.get("text") if isinstance(block, dict) else block
        if isinstance(text, str) and text:
            yield {"role": "system", "content": text}


def _is_amid(said: tuple[Json, ...]) -> bool:
    return any(message["role"] == "system" for message in said)
