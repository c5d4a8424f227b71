"""A line that a step prints → the workflow command in it (ActionCommand.cs).

`::name props::data` at the start of a line after white space, else `##[name props]data` anywhere in it.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

ANNOTATIONS = ("error", "warning", "notice")
STOP = "stop-commands"
COMMANDS = frozenset(
    {"set-output", "save-state", "add-mask", "add-matcher", "remove-matcher", "group", "endgroup", "debug", "echo"}
    | {"set-env", "add-path", STOP, *ANNOTATIONS}
)
# char.IsWhiteSpace of .NET
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_LEADING = re.compile(f"^[{_SPACE}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    name: str
    data: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    separator: str
    properties: dict[str, str]
    data: dict[str, str] = field(default_factory=dict)


_SEMICOLON = {"%3B": ";", "%5D": "]"}
_COLONS = _Form(separator=",", properties={"%3A": ":", "%2C": ","})
_BRACKETS = _Form(separator=";", properties=_SEMICOLON, data=_SEMICOLON)


def parsed(line: str, known: AbstractSet[str] = COMMANDS) -> Command | None:
    """The command in a line, where it has the name of a known one."""
    return _second_form(line, known) or _first_form(line, known)


def _second_form(line: str, known: AbstractSet[str]) -> Command | None:
    line = _LEADING.sub("", line)
    if not line.startswith("::") or (end := line.find("::", 2)) < 0:
        return None
    return _command(line[2:end], line[end + 2 :], known, _COLONS)


def _first_form(line: str, known: AbstractSet[str]) -> Command | None:
    start = line.find("##[")
    if start < 0 or (end := line.find("]", start)) < 0:
        return None
    return _command(line[start + 3 : end], line[end + 1 :], known, _BRACKETS)


def _command(info: str, data: str, known: AbstractSet[str], form: _Form) -> Command | None:
    name, _, rest = info.partition(" ")
    if name.lower() not in {word.lower() for word in known}:
        return None
    pairs = [pair.partition("=") for pair in rest.strip().split(form.separator) if pair]
    properties = {key: _unescaped(value, form.properties) for key, _, value in pairs if key and value}
    return Command(name=name, data=_unescaped(data, form.data), properties=properties)


def _unescaped(text: str, escapes: dict[str, str]) -> str:
    for escaped, plain in (escapes | {"%0D": "\r", "%0A": "\n", "%25": "%"}).items():
        text = text.replace(escaped, plain)
    return text
