"""Gemini's generateContent → what was asked.

Reference: https://ai.google.dev/api/generate-content.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture import messages
from llmgate.capture.exchange.gemini.names import camel, field, listed, snake
from llmgate.capture.exchange.gemini.turns import Turns
from llmgate.capture.exchange.sides import Asked, union
from llmgate.capture.span import Json

Object = dict[str, JsonValue]

CACHED = "a beginning of the conversation that the provider stores (cachedContent)"

_BESIDE = ("labels", "safetySettings", "serviceTier", "toolConfig")
_FORM = ("responseMimeType", "responseSchema", "responseJsonSchema")
_TYPES = frozenset({"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"})


def asked(request: Json) -> Asked:
    """Read a request.

    Raises:
        Unfit: where an entry of `contents` is none.
    """
    turns = Turns()
    system = messages.read(list(_system(field(request, "systemInstruction"))))
    said = messages.read(turns.read(request.get("contents")))
    tools = messages.definitions(list(_tools(field(request, "tools"))))
    stored = [CACHED] if field(request, "cachedContent") else []
    return Asked(
        messages=(*system.messages, *said.messages),
        tools=tools.messages,
        missing=union(system.missing, said.missing, tools.missing, turns.missing),
        depends_on=union(system.depends_on, said.depends_on, tools.depends_on, turns.depends_on, stored),
    )


def parameters(request: Json) -> Json:
    """Return the parameters without the seed, by the names that `llmgate.yaml` has: `max_output_tokens`."""
    found = field(request, "generationConfig")
    config = {camel(name): value for name, value in found.items()} if isinstance(found, dict) else {}
    config |= {name: value for name in _BESIDE if (value := field(request, name)) is not None}
    told = {snake(name): value for name, value in config.items() if name not in ("seed", *_FORM) and value is not None}
    return {**told, **_form(config)}


def _form(config: Object) -> Object:
    """Write which form of answer is asked for as Chat Completions has it."""
    if config.get("responseMimeType") != "application/json":
        return {}
    schema = config.get("responseJsonSchema") or config.get("responseSchema")
    if not isinstance(schema, dict):
        return {"response_format": {"type": "json_object"}}
    return {"response_format": {"type": "json_schema", "json_schema": {"schema": _plain(schema)}}}


def _system(instruction: JsonValue) -> Iterator[JsonValue]:
    """Yield a message for each part, so that it is written again as it was."""
    for part in listed(instruction.get("parts")) if isinstance(instruction, dict) else []:
        if isinstance(part, dict) and isinstance(text := part.get("text"), str) and text:
            yield {"role": "system", "content": text}


def _tools(tools: JsonValue) -> Iterator[JsonValue]:
    for tool in listed(tools):
        for name, value in tool.items() if isinstance(tool, dict) else ():
            if camel(name) == "functionDeclarations":
                yield from (_declared(each) if isinstance(each, dict) else each for each in listed(value))
            else:
                yield {"type": camel(name)}  # a tool of the provider's own, such as googleSearch


def _declared(declared: Object) -> Object:
    schema = field(declared, "parametersJsonSchema") or field(declared, "parameters")
    told = {name: declared[name] for name in ("name", "description") if declared.get(name)}
    return {**told, "parameters": _plain(schema)} if isinstance(schema, dict) else told


def _plain(schema: JsonValue) -> JsonValue:
    """Write the types of Gemini's own schemas as JSON Schema has them: `STRING` is `string`."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: value.lower() if name == "type" and isinstance(value, str) and value in _TYPES else _plain(value)
        for name, value in schema.items()
    }
