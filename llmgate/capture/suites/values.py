"""Texts with `{{ name }}` and a case's variables → the texts as the tool would fill them, and lists in one text.

Of Nunjucks this is what names a value: `{{ name }}`, `{{ name.key }}`, `{{ name[0] }}`. All else is refused by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from llmgate import documents

MAX_FILLED_CHARS = 1024 * 1024
MAX_ROUNDS = 5

_NAME = r"[A-Za-z_]\w{0,99}"
_STEP = r"""(?:\.[A-Za-z_]\w{0,99}|\[\d{1,6}\]|\[['"][\w .-]{1,100}['"]\])"""
_PLACEHOLDER = re.compile(rf"\{{\{{-?[ \t\n]{{0,20}}({_NAME}{_STEP}{{0,10}})[ \t\n]{{0,20}}-?\}}\}}")
_STEPS = re.compile(r"""\.(\w+)|\[(\d+)\]|\[['"]([\w .-]+)['"]\]""")
_TAG = re.compile(r"\{\{|\{%|\{#")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.|"")*+)"\s*+(?:,|$)', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])|""')


class Unfilled(Exception):
    """Why a text is not filled."""


def is_template(text: str) -> bool:
    return _TAG.search(text) is not None


def filled(text: str, variables: Mapping[str, JsonValue]) -> str:
    """Fill a text as Nunjucks would: what has no value is empty.

    Raises:
        Unfilled: where the text has more than names in braces.
    """
    if not is_template(text):
        return text
    parts, end, size = [], 0, len(text)
    for match in _PLACEHOLDER.finditer(text):
        value = _written(_found(match[1], variables))
        size += len(value)
        if size > MAX_FILLED_CHARS:
            raise Unfilled(f"with its variables it has more than {MAX_FILLED_CHARS} characters")
        parts += [_plain(text[end : match.start()]), value]
        end = match.end()
    return "".join([*parts, _plain(text[end:])])


def missing(text: str, variables: Mapping[str, JsonValue]) -> list[str]:
    """List the variables that a text names and a case does not have."""
    heads = (re.match(_NAME, match[1]) for match in _PLACEHOLDER.finditer(text))
    return list(dict.fromkeys(head[0] for head in heads if head and head[0] not in variables))


def resolved(variables: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Fill the variables whose texts name other variables; a last line end goes, as promptfoo takes it away.

    Raises:
        Unfilled: with the name of the variable.
    """
    made = {name: value.removesuffix("\n") if isinstance(value, str) else value for name, value in variables.items()}
    for name, value in made.items():
        made[name] = _filled(name, value, made)
    return made


def _filled(name: str, value: JsonValue, variables: Mapping[str, JsonValue]) -> JsonValue:
    for _ in range(MAX_ROUNDS):
        if not isinstance(value, str) or not is_template(value):
            return value
        try:
            value = filled(value, variables)
        except Unfilled as error:
            raise Unfilled(f"the variable {documents.quoted(name)}: {error}") from error
    raise Unfilled(f"the variable {documents.quoted(name)} names itself")


def _plain(text: str) -> str:
    if tag := _TAG.search(text):
        shown = documents.quoted(text[tag.start() : tag.start() + 60])
        raise Unfilled(f"the template {shown} has more than names in braces")
    return text


def _found(path: str, variables: Mapping[str, JsonValue]) -> JsonValue:
    head = re.match(_NAME, path)
    name = head[0] if head else path
    if name == "env" and name not in variables:
        raise Unfilled("it reads the environment")
    value: Any = variables.get(name)
    for key, index, quoted in _STEPS.findall(path[len(name) :]):
        value = _step(value, key or quoted, index)
    return value  # type: ignore[no-any-return]  # parsed JSON


def _step(value: Any, key: str, index: str) -> Any:
    if index and isinstance(value, list):
        return value[int(index)] if int(index) < len(value) else None
    return value.get(key or index) if isinstance(value, dict) else None


def _written(value: JsonValue) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else number(value) if not isinstance(value, str) else value


def number(value: float) -> str:
    """Write a number, or a truth value, as JavaScript does: 1.0 is 1."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e21 else str(value)


def parted(text: str) -> list[str]:
    """Part a text at its commas; a field in double quotes may have commas, and a quote with a backslash or doubled.

    Raises:
        Unfilled: where a quote has no end.
    """
    fields, at = [], 0
    while at < len(text):
        if text[at] in ", \t\n\r":
            at += 1
        elif text[at] == '"':
            match = _QUOTED.match(text, at)
            if match is None:
                raise Unfilled("a field of the list in quotes has no end, or no comma behind it")
            fields.append(_ESCAPED.sub(lambda found: found[1] or '"', match[1]))
            at = match.end()
        else:
            end = text.find(",", at)
            end = len(text) if end < 0 else end
            fields.append(text[at:end].strip())
            at = end
    return fields
