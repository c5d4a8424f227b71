"""The front matter of a Prompty file → the model, its parameters, the tools, the schema and the inputs' defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

_NAMES = ("azure_deployment", "model", "name")
_PROPERTY = frozenset({"kind", "type", "description", "required", "default", "example", "enumValues", "is_required"})
_UNSENT_OF_INPUT = frozenset({"description", "example", "default", "sample"})
_SENT_OF_TOOL = frozenset({"name", "kind", "description", "parameters", "strict"})
_RICH = frozenset({"image", "file", "audio"})
_TYPES = {"float": "number"}
_WIRE = {
    "maxOutputTokens": "max_completion_tokens",
    "topP": "top_p",
    "topK": "top_k",
    "frequencyPenalty": "frequency_penalty",
    "presencePenalty": "presence_penalty",
    "stopSequences": "stop",
    "allowMultipleToolCalls": "parallel_tool_calls",
}
_WIRE_OF = {"anthropic": {**_WIRE, "maxOutputTokens": "max_tokens", "stopSequences": "stop_sequences"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`beside` is what bears on a request and has no other place; `threads` are inputs that are conversations."""

    api: str = "chat"
    model: str | None = None
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    tools: JsonValue = None
    schema: JsonValue = None
    beside: JsonValue = None
    defaults: Mapping[str, JsonValue] = field(default_factory=dict)
    threads: tuple[str, ...] = ()
    reason: str = ""


def read(values: Mapping[str, Any]) -> Settings:
    model = values.get("model")
    inputs = dict(_properties(values.get("inputs")))
    kinds = {name: item.get("kind") for name, item in inputs.items()}
    rich = sorted(name for name, kind in kinds.items() if isinstance(kind, str) and kind in _RICH)
    whole = model if isinstance(model, dict) else {"id": model}
    made = (_first if _is_first(whole) else _second)(whole, values)
    return Settings(
        api=made.api,
        model=made.model,
        params=made.params,
        tools=made.tools,
        schema=made.schema,
        beside=[made.beside, {name: _without(item, _UNSENT_OF_INPUT) for name, item in inputs.items()}],
        defaults={name: item["default"] for name, item in inputs.items() if "default" in item},
        threads=tuple(sorted(name for name, kind in kinds.items() if kind == "thread")),
        reason=f"its input {rich[0]!r} is no text" if rich else "",
    )


def _is_first(model: Mapping[str, Any]) -> bool:
    return bool(model.keys() & {"configuration", "parameters", "api"}) and "id" not in model


def _first(model: Mapping[str, Any], values: Mapping[str, Any]) -> Settings:
    """Version 1: `model.configuration` and `model.parameters`, with the tools among these."""
    configuration, parameters = _mapping(model.get("configuration")), _mapping(model.get("parameters"))
    key = next((name for name in _NAMES if isinstance(configuration.get(name), str)), "")
    form = parameters.get("response_format")
    return Settings(
        api=str(model.get("api") or "chat"),
        model=_named(configuration.get("type"), configuration.get(key)),
        params=_without(parameters, {"tools", "response_format"}),
        tools=parameters.get("tools") or values.get("tools"),
        schema={"responseFormat": form.get("type"), "jsonSchema": form.get("json_schema")}
        if isinstance(form, dict)
        else form,
        beside=[_without(configuration, {key, "type"}), _without(model, _FIRST), values.get("outputs")],
    )


_FIRST = frozenset({"api", "configuration", "parameters"})
_SECOND = frozenset({"id", "provider", "apiType", "options"})


def _second(model: Mapping[str, Any], values: Mapping[str, Any]) -> Settings:
    """Version 2: `model.id`, `provider`, `apiType`, `connection` and `options`."""
    provider, tools = model.get("provider"), values.get("tools")
    listed = tools if isinstance(tools, list) else []
    outputs = dict(_properties(values.get("outputs")))
    whole: JsonValue = {"name": "structured_output", "strict": True, "schema": _object(outputs, strict=True)}
    return Settings(
        api=str(model.get("apiType") or "chat"),
        model=_named(provider, model.get("id")),
        params=_options(str(provider), _mapping(model.get("options"))),
        tools=[_tool(tool) for tool in listed] or tools or None,
        schema={"responseFormat": "json_schema", "jsonSchema": whole} if outputs else None,
        beside=[_without(model, _SECOND), [_without(_mapping(tool), _SENT_OF_TOOL) for tool in listed]],
    )


def _named(provider: Any, model: Any) -> str | None:
    """Return the model, with the provider before it where the file names one."""
    if not isinstance(model, str) or not model:
        return None
    return f"{provider}/{model}" if isinstance(provider, str) and provider else model


def _options(provider: str, options: Mapping[str, Any]) -> dict[str, JsonValue]:
    """Write options as the provider is sent them."""
    names = _WIRE_OF.get(provider, _WIRE)
    more = _mapping(options.get("additionalProperties"))
    written = {names.get(key, key): item for key, item in options.items() if key != "additionalProperties"}
    return {**more, **written}


def _tool(tool: Any) -> Any:
    """Write a function as it is sent, without the parameters that the program binds; other tools as they stand."""
    if not isinstance(tool, dict) or tool.get("kind") != "function":
        return tool
    bound, strict = _mapping(tool.get("bindings")), tool.get("strict") is True
    found = {name: item for name, item in _properties(tool.get("parameters")) if name not in bound}
    sent = {key: tool[key] for key in ("name", "description") if tool.get(key)}
    if not found:
        return sent
    schema = _object(found, strict=strict)
    if not strict:
        schema.pop("additionalProperties")
    return {**sent, "parameters": schema, **({"strict": True} if strict else {})}


def _properties(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield properties of a list of mappings with names, or of a mapping by name; a bare value is a default."""
    if isinstance(value, list):
        yield from ((str(item["name"]), item) for item in value if isinstance(item, dict) and "name" in item)
    elif isinstance(value, dict):
        for name, item in value.items():
            full = isinstance(item, dict) and bool(item.keys() & _PROPERTY)
            yield name, item if full else {"default": item}


def _object(properties: Mapping[str, dict[str, Any]], *, strict: bool) -> dict[str, Any]:
    written = {name: _json_schema(item, strict=strict, nested=False) for name, item in properties.items()}
    required = [name for name, item in properties.items() if strict or item.get("required") is True]
    found: dict[str, Any] = {"type": "object", "properties": written}
    return {**found, **({"required": required} if required else {}), "additionalProperties": False}


def _json_schema(item: Mapping[str, Any], *, strict: bool, nested: bool) -> dict[str, Any]:
    kind = str(item.get("kind") or item.get("type") or "string")
    found: dict[str, Any] = {"type": _TYPES.get(kind, kind)}
    if kind == "array":
        inner = item.get("items")
        found["items"] = (
            _json_schema(inner, strict=strict, nested=True) if isinstance(inner, dict) else {"type": "string"}
        )
    if kind == "object":
        found = _object(dict(_properties(item.get("properties"))), strict=strict)
    found |= {"description": item["description"]} if item.get("description") else {}
    found |= {"enum": item["enumValues"]} if item.get("enumValues") else {}
    if strict and not nested and item.get("required") is not True:
        found["type"] = [found["type"], "null"]
        found |= {"enum": [*found["enum"], None]} if isinstance(found.get("enum"), list) else {}
    return found


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _without(value: Mapping[str, Any], keys: frozenset[str] | set[str]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key not in keys}
