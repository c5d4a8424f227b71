"""Semantic Kernel's `skprompt.txt` with its `config.json`, and its YAML form → one prompt, with its settings.

The unit is at `skprompt.txt`; a `config.json` is read as that unit, so that an edit of either file is seen.
https://learn.microsoft.com/en-us/semantic-kernel/concepts/prompts/yaml-schema
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import Any

from pydantic import JsonValue

from llmgate import documents
from llmgate.documents import Document
from llmgate.errors import ConfigurationError, LlmgateError
from llmgate.prompts import chat_tags, roles
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import MAX_BYTES, File, Format, Prompt, Rule, Syntax, Turn, broken, decode

FORMAT = Format.SEMANTIC_KERNEL
TEXT, SETTINGS = "skprompt.txt", "config.json"

_TEXT = Rule("semantic-kernel.skprompt", "the file is called skprompt.txt")
_SETTINGS = Rule("semantic-kernel.config", "a config.json with settings of a prompt, beside skprompt.txt")
_YAML = Rule("semantic-kernel.yaml", "YAML with a template and its execution settings")
_KEYS = re.compile(r'"(?:execution_settings|completion|input_variables|template_format|default_services|input)"\s*:')
_TEMPLATE = re.compile(r"^template:[ \t]*\S", re.MULTILINE)
_KIND = re.compile(
    r"^(?:execution_settings:|template_format:[ \t]*[\"']?(?:semantic-kernel|handlebars|liquid)[\"']?[ \t]*(?:#.*)?$)",
    re.MULTILINE,
)
_LANGCHAIN = re.compile(r"^_type:", re.MULTILINE)
_SILENT = frozenset({"name", "description", "schema", "type", "is_sensitive", "template", "template_format"})
_SHOWN = frozenset({"execution_settings", "completion", "input_variables", "input"})
_UNSENT = frozenset(
    {"service_id", "model_id", "response_format", "ai_model_id", *(_TOOLS := ("tools", "function_choice_behavior"))}
)
_SYNTAXES = {"semantic-kernel": Syntax.SEMANTIC_KERNEL, "handlebars": Syntax.HANDLEBARS, "jinja2": Syntax.JINJA}


def recognise(path: str, head: str) -> Rule | None:
    name = posixpath.basename(path).lower()
    if name == TEXT:
        return _TEXT
    if name == SETTINGS:
        return _SETTINGS if _KEYS.search(head) else None
    if name.endswith((".yaml", ".yml")) and _TEMPLATE.search(head) and _KIND.search(head):
        return None if _LANGCHAIN.search(head) else _YAML
    return None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    if posixpath.basename(file.path).lower() not in (TEXT, SETTINGS):
        return _document(file, rule)
    text, settings = (_beside(file, name) for name in (TEXT, SETTINGS))
    if text is None:
        return ()
    if isinstance(text, Prompt):
        return (text,)
    return (_pair(text, settings),)


def _beside(file: File, name: str) -> File | Prompt | None:
    """Return one of the two files of a folder, or the prompt that stands for one that is no text."""
    path = posixpath.join(posixpath.dirname(file.path), name)
    if path == file.path:
        return file
    data: bytes | None = b""
    try:
        data = file.load(path)
        if data is None:
            return None
        if len(data) <= MAX_BYTES:
            return replace(file, path=path, source=decode(data))
        message = f"it has {len(data):,} bytes; at most {MAX_BYTES:,} are read"
    except UnicodeDecodeError:
        message = "it is not UTF-8"
    except LlmgateError as error:
        message = error.message
    fault = documents.fault(
        path=path, line=1, message=message, id="missing-file", remedy="it must be a text of the repository"
    )
    return broken(path, FORMAT, data or message.encode(), fault)


def _pair(text: File, settings: File | Prompt | None) -> Prompt:
    if isinstance(settings, Prompt):
        both = f"{text.source}\0{settings.digest}".encode()
        return replace(
            broken(
                text.path,
                FORMAT,
                both,
                documents.fault(path=text.path, line=1, message="", remedy="", id="missing-file"),
            ),
            fault=settings.fault,
        )
    try:
        document = _mapping(settings) if settings else Document(path=text.path, value={})
    except ConfigurationError as error:
        both = f"{text.source}\0{settings.source if settings else ''}".encode()
        return broken(text.path, FORMAT, both, error.faults[0])
    return _prompt(text, _TEXT, text.source, document)


def _document(file: File, rule: Rule) -> tuple[Prompt, ...]:
    try:
        document = _mapping(file)
        return (_prompt(file, rule, _template(document), document),)
    except ConfigurationError as error:
        return (broken(file.path, FORMAT, file.source.encode(), error.faults[0]),)


def _template(document: Document) -> str:
    template = document.value.get("template")
    if not isinstance(template, str):
        fault = document.fault(
            ("template",), "`template` must be text", "see the format's documentation", id="prompt-malformed"
        )
        raise ConfigurationError([fault])
    return template


def _mapping(file: File) -> Document:
    document = documents.read(file.path, file.source.encode())
    if not isinstance(document.value, dict):
        raise ConfigurationError(
            [document.fault((), "the settings must be a mapping", "write keys with values", id="prompt-malformed")]
        )
    return document


def _prompt(file: File, rule: Rule, template: str, document: Document) -> Prompt:
    values = document.value
    form = str(values.get("template_format") or "semantic-kernel")
    chat = chat_tags.marked(template, roles.marker(file.path, template))
    service, others = _service(values)
    response = service.get("response_format")
    tools = {key: service[key] for key in _TOOLS if key in service}
    model = service.get("model_id") or service.get("ai_model_id")
    rest = {key: item for key, item in values.items() if key not in _SILENT | _SHOWN}
    beside: list[JsonValue] = [rest, others, list(_inputs(values)), {} if form in _SYNTAXES else {"format": form}]
    found = Found(
        format=FORMAT,
        syntax=_SYNTAXES.get(form, Syntax.VERBATIM),
        turns=(Turn("system" if chat.marker else None, chat.text),),
        line=document.line(("template",)) if document.path == file.path and "template" in values else 1,
        rule=rule,
        marker=chat.marker,
        model=model if isinstance(model, str) else None,
        params={key: item for key, item in service.items() if key not in _UNSENT},
        tools=tools or None,
        schema=_schema(response),
        beside=beside if any(beside) else None,
        unrendered="" if form in _SYNTAXES else f"the template format is {form!r}",
        defaults=_defaults(values),
    )
    return compose(file, replace(found, unrendered=found.unrendered or chat.reason))


def _service(values: dict[str, Any]) -> tuple[dict[str, Any], JsonValue]:
    """Return the settings that are used, and all others: those of `default`, else the first; older files have one."""
    settings = values.get("execution_settings")
    if isinstance(settings, list):
        named = {
            str(item.get("service_id") or place): item for place, item in enumerate(settings) if isinstance(item, dict)
        }
    elif isinstance(settings, dict) and all(isinstance(item, dict) for item in settings.values()):
        named = dict(settings)
    else:
        only = settings if isinstance(settings, dict) else values.get("completion")
        return (only, None) if isinstance(only, dict) else ({}, [settings, only] if settings or only else None)
    chosen = "default" if "default" in named else next(iter(named), "")
    others: JsonValue = {name: item for name, item in named.items() if name != chosen}
    return named.get(chosen, {}), others or None


def _variables(values: dict[str, Any]) -> list[dict[str, Any]]:
    """List the inputs: `input_variables`, or `input.parameters` of older files."""
    older = values.get("input")
    listed = values.get("input_variables") or (older.get("parameters") if isinstance(older, dict) else None)
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _inputs(values: dict[str, Any]) -> list[JsonValue]:
    left = [
        {key: item for key, item in each.items() if key not in ("description", "default", "defaultValue")}
        for each in _variables(values)
    ]
    return [each for each in left if each]


def _defaults(values: dict[str, Any]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for each in _variables(values):
        default = each.get("default", each.get("defaultValue"))
        if isinstance(each.get("name"), str) and default is not None:
            found[each["name"]] = default
    return found


def _schema(response: Any) -> JsonValue:
    match response:
        case None | "text":
            return None
        case str(kind):
            return {"responseFormat": kind}
        case {"type": str(kind)}:
            return {"responseFormat": kind, "jsonSchema": response.get("json_schema")}
        case _:
            return {"response_format": response}
