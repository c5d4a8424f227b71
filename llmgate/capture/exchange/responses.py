"""OpenAI's Responses → the two sides of a call.

Reference: https://platform.openai.com/docs/api-reference/responses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from llmgate.capture import messages
from llmgate.capture.exchange import documents
from llmgate.capture.exchange.sides import Answered, Asked, name, said, union, without_reasoning
from llmgate.capture.span import Json

TRUNCATED = "whether the provider left out earlier turns (`truncation: auto`)"

_STATES = {
    "previous_response_id": "a conversation that the provider stores (previous_response_id)",
    "conversation": "a conversation that the provider stores (conversation)",
    "context_management": "a conversation that the provider shortens (context_management)",
}


def asked(request: Json) -> Asked:
    """Read a request; `instructions` are the system's message."""
    instructions = messages.read(said(request.get("instructions"), "system"), role="system")
    turns = messages.read(said(request.get("input"), "user"))
    tools = messages.definitions(request.get("tools"))
    prompt, variables = _prompt(request.get("prompt"))
    return Asked(
        messages=(*instructions.messages, *turns.messages),
        tools=tools.messages,
        prompt=prompt,
        variables=variables,
        documents=documents.searched(request.get("input")),
        missing=union(
            instructions.missing,
            turns.missing,
            tools.missing,
            [TRUNCATED] if request.get("truncation") == "auto" else [],
        ),
        depends_on=union(instructions.depends_on, turns.depends_on, tools.depends_on, _states(request)),
    )


def answered(answer: Json) -> Answered:
    """Read an answer: its items, of which those of reasoning and of the provider's own tools are no part."""
    output = answer.get("output")
    told = messages.answer(output if isinstance(output, list) else None)
    details = answer.get("incomplete_details")
    reason = name(details.get("reason")) if isinstance(details, dict) else None
    return Answered(
        output=told.messages,
        finish_reason=reason or name(answer.get("status")),
        served=name(answer.get("model")),
        documents=documents.searched(output),
        missing=without_reasoning(told.missing),
        depends_on=told.depends_on,
    )


def _states(request: Mapping[str, JsonValue]) -> Iterator[str]:
    for field, state in _STATES.items():
        if request.get(field):
            yield state
    if isinstance(prompt := request.get("prompt"), dict) and "id" in prompt:
        yield "a prompt that the provider stores (prompt)"


def _prompt(prompt: JsonValue) -> tuple[Json, Json | None]:
    """Read which stored prompt was used, and the variables that are texts."""
    if not isinstance(prompt, dict):
        return {}, None
    told = {"name": prompt.get("id"), "version": prompt.get("version")}
    given = prompt.get("variables")
    variables = {key: _text(value) for key, value in given.items()} if isinstance(given, dict) else None
    return {key: value for key, value in told.items() if isinstance(value, str)}, variables


def _text(value: JsonValue) -> JsonValue:
    return value["text"] if isinstance(value, dict) and isinstance(value.get("text"), str) else value
