"""A JSON object → its schema, the ways in which a model spoils it, and assertions that see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

CODES = {
    "trailing_comma": "unparseable",
    "single_quotes": "unparseable",
    "unclosed": "unparseable",
    "python_literals": "unparseable",
    "comment": "unparseable",
    "table": "unparseable",
    "fenced": "wrapper_noise",
    "preamble": "wrapper_noise",
    "postscript": "wrapper_noise",
    "wrapped": "schema_violation",
    "wrong_type": "schema_violation",
    "missing_key": "schema_violation",
    "renamed_key": "schema_violation",
    "null_value": "schema_violation",
    "truncated": "truncated",
    "empty": "empty",
}
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array"}
_WIDE = 48
_NOTES = (
    "The text was read twice. All fields were found in it at first sight, none of them had to be guessed, and where a "
    "field could be understood in two ways the one that fits the rest of the text was taken, as the rules ask for."
)


def schema(value: Mapping[str, Any]) -> dict[str, Any]:
    properties = {key: {"type": _TYPES[type(item)]} for key, item in value.items()}
    return {"type": "object", "required": list(value), "properties": properties}


def written(fault: str, value: Mapping[str, Any], number: int) -> tuple[str, ...]:
    """Write the value as a model does that has this fault."""
    text, wide = json.dumps(value), json.dumps(value, indent=2)
    last = list(value)[-1]
    found: Mapping[str, tuple[str, ...]] = {
        "trailing_comma": (text[:-1] + ",}", wide[:-2] + ",\n}"),
        "single_quotes": (_python(value), _python(value).replace(": ", ":")),
        "unclosed": (text[:-1], wide[:-2]),
        "python_literals": (_python({**value, "checked": True}), _python({**value, "note": None})),
        "comment": (wide.replace("\n", "  // as read\n", 2), "# extracted\n" + text),
        "table": ("\n".join(f"| {key} | {item} |" for key, item in value.items()),),
        "fenced": (f"```json\n{wide}\n```", f"```\n{text}\n```"),
        "preamble": (f"Here is the JSON you asked for:\n\n{text}", f"Sure! {text}"),
        "postscript": (f"{text}\n\nI left out what was not certain.", f"{text} Let me know if more is needed!"),
        "wrapped": (json.dumps({"result": value}), json.dumps([value])),
        "wrong_type": _wrong_types(value),
        "missing_key": (json.dumps({key: item for key, item in value.items() if key != last}),),
        "renamed_key": (json.dumps({f"{key}_value" if key == last else key: item for key, item in value.items()}),),
        "null_value": (json.dumps({**value, last: None}), json.dumps({**value, last: None}, indent=2)),
        "truncated": _long(value, number),
        "empty": ("", "\n"),
    }
    return found[fault]


def _python(value: Mapping[str, Any]) -> str:
    return repr(dict(value))


def _wrong_types(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Write numbers as text, or with their unit."""
    plain = {key: str(item) if type(item) in (int, float) else item for key, item in value.items()}
    unit = {key: f"{item} in all" if type(item) in (int, float) else item for key, item in value.items()}
    return json.dumps(plain), json.dumps(unit)


def _long(value: Mapping[str, Any], number: int) -> tuple[str, ...]:
    if number % 2:
        return (json.dumps({"notes": _NOTES, **value}), json.dumps({"comment": _NOTES, **value}))
    return (json.dumps(value, indent=_WIDE),)


def checks(fault: str, value: Mapping[str, Any], number: int) -> list[Mapping[str, Any]]:
    """See the fault in a way that suites have: in half of them by an assertion that names no format."""
    last = list(value)[-1]
    named: list[list[Mapping[str, Any]]] = [
        [{"type": "is-json", "value": schema(value)}],
        [{"type": "format:json-schema", "value": schema(value)}],
        [{"type": "is-json", "value": schema(value)}, {"type": "contains", "value": str(next(iter(value)))}],
    ]
    if number % 2:
        return named[number // 2 % len(named)]
    ends = {"type": "regex", "value": r"\}\s*$"}
    begins = {"type": "regex", "value": r"^\s*\{"}
    key = {"type": "contains", "value": f'"{last}"'}
    exact = {"type": "equals", "value": dict(value)}
    neutral: Mapping[str, list[Mapping[str, Any]]] = {
        "fenced": [{"type": "not-contains", "value": "```"}],
        "preamble": [begins],
        "postscript": [ends],
        "unclosed": [ends],
        "truncated": [key, ends],
        "single_quotes": [key],
        "missing_key": [key],
        "renamed_key": [key],
        "table": [key],
        "empty": [key],
        "wrapped": [exact],
    }
    return neutral.get(fault, [exact])
