"""GitHub Models' `.prompt.yml` → messages with roles, and the model, parameters and schema that stand in the file.

Names, descriptions, test data and evaluators say nothing to a model and are left out, as are comments and key order.
https://docs.github.com/en/github-models/use-github-models/storing-prompts-in-github-repositories
"""

from __future__ import annotations

import contextlib
import re
from typing import Any

from pydantic import JsonValue

from llmgate import documents
from llmgate.documents import Document
from llmgate.errors import ConfigurationError, Fault
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn, broken
from llmgate.prompts.roles import ROLES

FORMAT = Format.PROMPT_YML

_ENDINGS = (".prompt.yml", ".prompt.yaml")
_MESSAGES = re.compile(r"^messages:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*[ \t]*- +(?:role|content):", re.MULTILINE)
_SILENT = frozenset({"name", "description", "testData", "evaluators"})
_SHOWN = frozenset({"messages", "model", "modelParameters", "tools", "responseFormat", "jsonSchema"})
_ENDING = Rule("prompt-yml.ending", "the file's name ends in .prompt.yml")
_LIST = Rule("prompt-yml.messages", "the YAML has a list of `messages`")


def recognise(path: str, head: str) -> Rule | None:
    name = path.lower()
    if name.endswith(_ENDINGS):
        return _ENDING
    return _LIST if name.endswith((".yml", ".yaml")) and _MESSAGES.search(head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    try:
        document = documents.read(file.path, file.source.encode())
        return (_prompt(file, rule, document.value, _turns(document)),)
    except ConfigurationError as error:
        return (broken(file.path, FORMAT, file.source.encode(), error.faults[0]),)


def _turns(document: Document) -> tuple[Turn, ...]:
    value = document.value
    messages = value.get("messages") if isinstance(value, dict) else None
    if not isinstance(messages, list) or not messages:
        raise _fault(document, (), "`messages` must be a list of messages")
    return tuple(_turn(document, position, message) for position, message in enumerate(messages))


def _turn(document: Document, position: int, message: Any) -> Turn:
    where = ("messages", position)
    if not isinstance(message, dict) or not isinstance(message.get("content"), str):
        raise _fault(document, where, "a message needs a `role` and a `content` that is text")
    role = message.get("role")
    if not isinstance(role, str) or role not in ROLES:
        raise _fault(document, where, f"the role must be one of {', '.join(ROLES)}")
    return Turn(ROLES[role], message["content"])


def _fault(document: Document, pointer: tuple[str | int, ...], message: str) -> ConfigurationError:
    fault: Fault = document.fault(pointer, message, "see the format's documentation", id="prompt-malformed")
    return ConfigurationError([fault])


def _prompt(file: File, rule: Rule, value: dict[str, Any], turns: tuple[Turn, ...]) -> Prompt:
    params, model = value.get("modelParameters"), value.get("model")
    rest = {key: item for key, item in value.items() if key not in _SILENT | _SHOWN}
    extras: JsonValue = [
        {key: item for key, item in message.items() if key not in ("role", "content")} for message in value["messages"]
    ]
    found = Found(
        format=FORMAT,
        syntax=Syntax.DOUBLE_BRACES,
        turns=turns,
        rule=rule,
        model=model if isinstance(model, str) else None,
        params=params if isinstance(params, dict) else {},
        tools=value.get("tools"),
        schema=_schema(file.path, value),
        beside=[extras, rest, None if isinstance(params, dict) else params, None if isinstance(model, str) else model],
    )
    return compose(file, found)


def _schema(path: str, value: dict[str, Any]) -> Any:
    """Return the response format and the schema; the schema is JSON inside a YAML string and is compared as JSON."""
    schema = value.get("jsonSchema")
    if isinstance(schema, str):
        with contextlib.suppress(ConfigurationError):
            schema = documents.read(f"{path}.json", schema.encode()).value
    if schema is None and value.get("responseFormat") in (None, "text"):
        return None
    return {"responseFormat": value.get("responseFormat"), "jsonSchema": schema}
