"""What GitHub's runner does with a step's log and files, re-implemented from its rules (actions/runner 2.336).

Log: `::name props::data` at the start of a line after white space, else `##[name props]data` anywhere in it. Files:
`name=value` or `name<<DELIMITER`; whichever sign comes first in the line decides; later values win.
"""

import re
from dataclasses import dataclass, field

ANNOTATIONS = ("error", "warning", "notice")
COMMANDS = frozenset(
    {"set-output", "save-state", "add-mask", "add-matcher", "remove-matcher", "group", "endgroup", "debug", "echo"}
    | {"set-env", "add-path", "stop-commands", *ANNOTATIONS}
)
MOST_ANNOTATIONS = 10
SUMMARY_BYTES = 1024 * 1024
# char.IsWhiteSpace of .NET
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_LEADING = re.compile(f"^[{_SPACE}]+")


class FileCommandError(Exception):
    """The runner fails the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    name: str
    data: str
    properties: dict[str, str] = field(default_factory=dict)


def log_commands(text):
    """The commands that the runner carries out while a step prints `text`."""
    found, token = [], None
    for line in re.split(r"\r\n|\r|\n", text):
        known = COMMANDS | ({token} if token else set())
        command = _second_form(line, known) or _first_form(line, known)
        if command is None:
            continue
        if token is not None:
            token = None if command.name.lower() == token.lower() else token
            continue
        if command.name.lower() == "stop-commands":
            token = command.data
        found.append(command)
    return found


def file_values(text):
    """The names and values in a GITHUB_OUTPUT file, in order of their names' first mention; the last value wins."""
    values, lines = {}, text.split("\n")
    ended = text.endswith("\n")
    lines = lines[:-1] if ended else lines
    at = 0
    while at < len(lines):
        line, at = lines[at], at + 1
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, _, values[name] = line.partition("=")
        elif heredoc >= 0:
            name, _, delimiter = line.partition("<<")
            if not name or not delimiter:
                raise FileCommandError(f"neither the name nor the delimiter may be empty: {line!r}")
            start = at
            while at < len(lines) and lines[at] != delimiter:
                at += 1
            if at == len(lines) or (at == len(lines) - 1 and not ended and lines[at] != delimiter):
                raise FileCommandError(f"no matching delimiter {delimiter!r}")
            values[name], at = "\n".join(lines[start:at]), at + 1
        else:
            raise FileCommandError(f"invalid format {line!r}")
    return values


def summary(data):
    """The step summary that is shown: above 1 MiB, none."""
    return data if len(data) <= SUMMARY_BYTES else b""


def annotations(text):
    """The annotations that are shown for a step: ten of a kind."""
    shown = {kind: [] for kind in ANNOTATIONS}
    for command in log_commands(text):
        if command.name in shown and len(shown[command.name]) < MOST_ANNOTATIONS:
            shown[command.name].append(command)
    return shown


def _second_form(line, known):
    line = _LEADING.sub("", line)
    if not line.startswith("::") or (end := line.find("::", 2)) < 0:
        return None
    return _command(line[2:end], line[end + 2 :], known, _Form(separator=",", properties={"%3A": ":", "%2C": ","}))


def _first_form(line, known):
    start = line.find("##[")
    if start < 0 or (end := line.find("]", start)) < 0:
        return None
    extra = {"%3B": ";", "%5D": "]"}
    return _command(line[start + 3 : end], line[end + 1 :], known, _Form(separator=";", properties=extra, data=extra))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    separator: str
    properties: dict[str, str]
    data: dict[str, str] = field(default_factory=dict)


def _command(info, data, known, form):
    name, _, rest = info.partition(" ")
    if name.lower() not in {word.lower() for word in known}:
        return None
    pairs = [pair.partition("=") for pair in rest.strip().split(form.separator) if pair]
    properties = {key: _unescaped(value, form.properties) for key, _, value in pairs if key and value}
    return Command(name=name, data=_unescaped(data, form.data), properties=properties)


def _unescaped(text, escapes):
    for escaped, plain in (escapes | {"%0D": "\r", "%0A": "\n", "%25": "%"}).items():
        text = text.replace(escaped, plain)
    return text
