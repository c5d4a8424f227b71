"""Microsoft's Prompty, versions 1 and 2 → messages, and the model, parameters, tools and schema above them.

Names, descriptions, metadata and samples say nothing to a model and are left out.
https://prompty.ai/core-concepts/file-format/, https://prompty.ai/docs/prompty-specification
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pydantic import JsonValue

from llmgate.errors import ConfigurationError
from llmgate.prompts import front_matter, prompty_settings, references, roles
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn, broken

FORMAT = Format.PROMPTY

_FENCE = front_matter.Fence(
    opening=re.compile(r"\s*+(?:---|\+\+\+)[ \t]*\n"),
    closing=re.compile(r"^(?:---|\+\+\+)[ \t]*(?:\n|\Z)", re.MULTILINE),
)
_ENDING = Rule("prompty.ending", "the file's name ends in .prompty")
_SILENT = frozenset(
    {"name", "displayName", "description", "metadata", "authors", "tags", "version", "sample", "$schema"}
)
_SHOWN = frozenset({"model", "inputs", "outputs", "tools", "template"})
_ROLE_LINE = re.compile(
    r"^[ \t]*+#?[ \t]*+(?P<role>system|user|assistant|developer|tool|function)"
    r"[ \t]*+(?P<more>\[[^\]\n]*\])?[ \t]*+:[ \t]*+$",
    re.IGNORECASE | re.MULTILINE,
)
_ENGINES = {"jinja2": Syntax.JINJA, "mustache": Syntax.MUSTACHE}
_CHAT = frozenset({"chat", "responses"})


class _Engine(NamedTuple):
    """How the body is filled; `reason` says why llmgate cannot do it."""

    syntax: Syntax
    reason: str = ""


def recognise(path: str, head: str) -> Rule | None:  # noqa: ARG001 - nothing else has this ending
    return _ENDING if path.lower().endswith(".prompty") else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    try:
        return (_prompt(file, rule, front_matter.part(file, _FENCE)),)
    except ConfigurationError as error:
        return (broken(file.path, FORMAT, file.source.encode(), error.faults[0]),)


def _prompt(file: File, rule: Rule, parted: front_matter.Parted) -> Prompt:
    said = {key: item for key, item in parted.values.items() if key not in _SILENT}
    resolved = references.resolved(file, said, parted.document)
    settings = prompty_settings.read(resolved.values)
    engine = _engine(resolved.values.get("template"))
    marker = roles.marker(file.path, file.source) if settings.api in _CHAT else ""
    rest = {key: item for key, item in resolved.values.items() if key not in _SHOWN}
    reasons = [engine.reason, settings.reason, *_reasons(parted.body, rest, settings.api)]
    body = parted.body.lstrip("\n")
    found = Found(
        format=FORMAT,
        syntax=engine.syntax,
        turns=(_turn(body.rstrip("\n"), marker),),
        line=parted.line + len(parted.body) - len(body),
        rule=rule,
        marker=marker,
        model=settings.model,
        params=settings.params,
        tools=settings.tools,
        schema=settings.schema,
        beside=[rest, settings.beside, engine.reason, settings.api],
        named=resolved.paths,
        unrendered=next(filter(None, reasons), ""),
        defaults=settings.defaults,
        conversations=settings.threads if marker else (),
    )
    return compose(file, found)


def _turn(body: str, marker: str) -> Turn:
    if not marker:
        return Turn(None, body)
    return Turn("system", _ROLE_LINE.sub(lambda match: _marked(match, marker), body))


def _marked(match: re.Match[str], marker: str) -> str:
    role = match["role"].lower()
    return roles.mark(marker, roles.ROLES[role]) + (match["more"] or "") if role in roles.ROLES else match.group()


def _reasons(body: str, rest: dict[str, Any], api: str) -> list[str]:
    lines = list(_ROLE_LINE.finditer(body)) if api in _CHAT else []
    return [
        "it is based on another file" if "base" in rest else "",
        next((f"it has a message of the role {match['role']}" for match in lines if _is_other(match)), ""),
        "a role has attributes" if any(match["more"] for match in lines) else "",
        "" if api in _CHAT or api == "completion" else f"it is for the API {api!r}",
    ]


def _is_other(match: re.Match[str]) -> bool:
    return match["role"].lower() not in roles.ROLES


def _engine(template: JsonValue) -> _Engine:
    """Read `template`: in version 1 the name of an engine or its type, in version 2 a format and a parser."""
    match template:
        case None:
            return _Engine(Syntax.JINJA)
        case str(name):
            return _named(name, None)
        case dict():
            form = template.get("format", template.get("type"))
            return _named(_kind(form, "jinja2"), _kind(template.get("parser"), "prompty"))
        case _:
            return _Engine(Syntax.VERBATIM, "`template` names no engine")


def _named(engine: str, parser: str | None) -> _Engine:
    if parser not in (None, "prompty"):
        return _Engine(_ENGINES.get(engine, Syntax.VERBATIM), f"the parser is {parser!r}")
    if engine not in _ENGINES:
        return _Engine(Syntax.VERBATIM, f"the template engine is {engine!r}")
    return _Engine(_ENGINES[engine])


def _kind(value: JsonValue, default: str) -> str:
    name = value.get("kind", default) if isinstance(value, dict) else value
    return default if name is None else str(name)
