"""Google's dotprompt → a Handlebars template that says its own roles, and the model, settings and schema above it.

Names, descriptions, the variant and the version say nothing to a model and are left out.
https://google.github.io/dotprompt/reference/frontmatter/, https://google.github.io/dotprompt/reference/template/
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import JsonValue

from llmgate.errors import ConfigurationError
from llmgate.prompts import front_matter, jinja, picoschema, roles
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn, broken

FORMAT = Format.DOTPROMPT
ENDING = ".prompt"

_FENCE = front_matter.Fence(
    opening=re.compile(r"(?:(?:#[^\n]*|[ \t]*)\n)*+---[ \t]*\n"),
    closing=re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE),
)
_FRONT_MATTER = Rule("dotprompt.front-matter", "a .prompt file that begins with YAML between lines of dashes")
_ENDING = Rule("dotprompt.ending", "the file's name ends in .prompt", certain=False)
_SILENT = frozenset({"name", "description", "variant", "version"})
_SHOWN = frozenset({"model", "config", "input", "output", "tools", "toolDefs"})
_JSON = frozenset({None, "json"})


def recognise(path: str, head: str) -> Rule | None:
    name = path.rsplit("/", 1)[-1].lower()
    if not name.endswith(ENDING) or name == ENDING:
        return None
    if _FENCE.opening.match(head):
        return _FRONT_MATTER
    return None if jinja.recognise(path, head) else _ENDING


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    try:
        return (_prompt(file, rule, front_matter.part(file, _FENCE)),)
    except ConfigurationError as error:
        return (broken(file.path, FORMAT, file.source.encode(), error.faults[0]),)


def _prompt(file: File, rule: Rule, parted: front_matter.Parted) -> Prompt:
    values, body = parted.values, parted.body
    if values or parted.line > 1:
        body = body.strip()
    above = parted.body[: len(parted.body) - len(parted.body.lstrip())] if body != parted.body else ""
    model, config, given = values.get("model"), values.get("config"), values.get("input")
    inputs = given if isinstance(given, dict) else {}
    beside: list[JsonValue] = [
        {key: item for key, item in values.items() if key not in _SILENT | _SHOWN},
        {key: item for key, item in inputs.items() if key != "default"} if inputs else given,
        None if isinstance(model, str) else model,
        None if isinstance(config, dict) else config,
        [_unsent(tool) for tool in _list(values.get("toolDefs"))],
    ]
    found = Found(
        format=FORMAT,
        syntax=Syntax.HANDLEBARS,
        turns=(Turn("user", body),),
        line=parted.line + above.count("\n"),
        rule=rule,
        marker=roles.marker(file.path, file.source),
        model=model if isinstance(model, str) else None,
        params=config if isinstance(config, dict) else {},
        tools=_tools(values),
        schema=_schema(values.get("output")),
        beside=beside if any(beside) else None,
        defaults=_defaults(inputs),
        helpers=frozenset({"history"}),
    )
    return compose(file, found)


def _defaults(inputs: dict[str, Any]) -> dict[str, JsonValue]:
    """What a caller may leave out: it has a default, or is nothing."""
    nothing: dict[str, JsonValue] = dict.fromkeys(picoschema.optional(inputs.get("schema") or {}))
    given = inputs.get("default")
    return {**nothing, **(given if isinstance(given, dict) else {})}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _tools(values: dict[str, Any]) -> JsonValue:
    """The definitions in the file; with names of tools that the program has, what is sent is not known from it."""
    names, definitions = _list(values.get("tools")), [_tool(tool) for tool in _list(values.get("toolDefs"))]
    if names:
        return {"names": names, "definitions": definitions}
    return definitions or None


def _tool(tool: Any) -> Any:
    if not isinstance(tool, dict):
        return tool
    sent = {key: item for key, item in tool.items() if key in ("name", "description")}
    return {**sent, "parameters": _json_schema(tool["inputSchema"])} if "inputSchema" in tool else sent


def _unsent(tool: Any) -> Any:
    if not isinstance(tool, dict):
        return None
    return {key: item for key, item in tool.items() if key not in ("name", "description", "inputSchema")} or None


def _schema(output: Any) -> JsonValue:
    """What the answer must be: a JSON Schema is sent as one, and what the program resolves is only compared."""
    if not isinstance(output, dict):
        return output if output is None else {"output": output}
    if output.get("format") not in _JSON:
        return {"output": output} if output.keys() - {"format"} or output["format"] != "text" else None
    if not output.get("schema"):
        return {"responseFormat": "json_object"} if output.get("format") else None
    try:
        schema = picoschema.converted(output["schema"])
    except picoschema.Unresolved:
        return {"output": output}
    return {"responseFormat": "json_schema", "jsonSchema": {"name": "output", "schema": schema}}


def _json_schema(schema: Any) -> Any:
    try:
        return picoschema.converted(schema)
    except picoschema.Unresolved:
        return schema
