"""Picoschema → JSON Schema.

https://google.github.io/dotprompt/reference/picoschema/
"""

from __future__ import annotations

from typing import Any

_SCALARS = frozenset({"string", "boolean", "null", "number", "integer", "any"})
_TYPES = _SCALARS | {"object", "array"}
_WILDCARD = "(*)"


class Unresolved(ValueError):
    """It names a schema that the program has, or is no Picoschema."""


def converted(schema: Any) -> Any:
    """Return the JSON Schema of a schema that may be one already.

    Raises:
        Unresolved: where it cannot be known.
    """
    if isinstance(schema, str):
        return _scalar(schema)
    if not isinstance(schema, dict):
        raise Unresolved("a schema is a mapping or the name of a type")
    if isinstance(schema.get("type"), str) and schema["type"] in _TYPES:
        return schema
    if isinstance(schema.get("properties"), dict):
        return {**schema, "type": "object"}
    return _object(schema)


def optional(schema: Any) -> tuple[str, ...]:
    """Return the names of the properties that may be left out."""
    try:
        whole = converted(schema)
    except Unresolved:
        return ()
    properties, required = whole.get("properties"), whole.get("required") or []
    if not isinstance(properties, dict) or not isinstance(required, list):
        return ()
    return tuple(name for name in properties if name not in required)


def _object(schema: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    more: Any = False
    for key, value in schema.items():
        if key == _WILDCARD:
            more = _any(value)
            continue
        written, _, info = key.partition("(")
        name = written.removesuffix("?")
        properties[name] = _property(value, info.removesuffix(")"), may_be_null=written.endswith("?"))
        required += [name] if name == written else []
    found = {"type": "object", "properties": properties, "additionalProperties": more}
    return {**found, "required": required} if required else found


def _property(value: Any, info: str, *, may_be_null: bool) -> dict[str, Any]:
    kind, description = _described(info)
    match kind:
        case "":
            found = _any(value)
        case "array":
            found = {"type": "array", "items": _any(value)}
        case "object":
            found = _any(value)
        case "enum" if isinstance(value, list):
            found = {"enum": [*value, *([None] if may_be_null and None not in value else [])]}
        case _:
            raise Unresolved(f"{kind!r} is no type in parentheses")
    if may_be_null and isinstance(found.get("type"), str):
        found = {**found, "type": [found["type"], "null"]}
    return {**found, "description": description} if description else found


def _any(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, dict):
        return _object(value)
    raise Unresolved("a property is a mapping or the name of a type")


def _scalar(text: str) -> dict[str, Any]:
    kind, description = _described(text)
    if kind not in _SCALARS:
        raise Unresolved(f"{kind!r} is a schema of the program")
    found = {} if kind == "any" else {"type": kind}
    return {**found, "description": description} if description else found


def _described(text: str) -> tuple[str, str]:
    kind, _, description = text.partition(",")
    return kind.strip(), description.strip()
