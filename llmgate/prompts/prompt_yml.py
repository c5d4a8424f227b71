"""GitHub Models' `.prompt.yml` → messages with roles, and the model, parameters and schema that stand in the file.

Names, descriptions, test data and evaluators say nothing to a model and are left out, as are comments and key order.
https://docs.github.com/en/github-models/use-github-models/storing-prompts-in-github-repositories
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

from llmgate.errors import ConfigurationError, Fault
from llmgate.prompts import placeholders
from llmgate.prompts.prompt import Facet, Format, Load, Prompt, Role, Turn, broken, digest_of

if TYPE_CHECKING:
    from llmgate.documents import Document

FORMAT = Format.PROMPT_YML

_ENDINGS = (".prompt.yml", ".prompt.yaml")
_MESSAGES = re.compile(r"^messages:[ \t]*(#.*)?$", re.MULTILINE)
_SILENT = frozenset({"name", "description", "testData", "evaluators"})
_SHOWN = frozenset({"messages", "model", "modelParameters", "tools", "responseFormat", "jsonSchema"})
_ROLES: dict[str, Role] = {"system": "system", "developer": "developer", "user": "user", "assistant": "assistant"}


def recognise(path: str, head: str) -> bool:
    name = path.lower()
    return name.endswith(_ENDINGS) or (name.endswith((".yml", ".yaml")) and bool(_MESSAGES.search(head)))


def parse(path: str, source: str, load: Load) -> Prompt:  # noqa: ARG001 - the format has no includes
    from llmgate import documents  # noqa: PLC0415 - the rendering process imports this module and has no YAML to read

    try:
        document = documents.read(path, source.encode())
        return _prompt(path, document.value, _turns(document))
    except ConfigurationError as error:
        return broken(path, FORMAT, source.encode(), error.faults[0])


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
    if not isinstance(role, str) or role not in _ROLES:
        raise _fault(document, where, f"the role must be one of {', '.join(_ROLES)}")
    return Turn(_ROLES[role], message["content"])


def _fault(document: Document, pointer: tuple[str | int, ...], message: str) -> ConfigurationError:
    fault: Fault = document.fault(pointer, message, "see the format's documentation")
    return ConfigurationError([fault])


def _prompt(path: str, value: dict[str, Any], turns: tuple[Turn, ...]) -> Prompt:
    names = tuple(sorted(frozenset().union(*(placeholders.names(turn.text) for turn in turns))))
    params = value.get("modelParameters")
    schema = _schema(path, value)
    rest = {key: item for key, item in value.items() if key not in _SILENT | _SHOWN}
    extras = [{key: item for key, item in message.items() if key != "content"} for message in value["messages"]]
    digests = {
        Facet.TEXT: digest_of([turn.text for turn in turns]),
        Facet.VARIABLES: digest_of(names),
        Facet.STRUCTURE: digest_of([extras, rest]),
        Facet.MODEL: digest_of(value.get("model")),
        Facet.PARAMS: digest_of(params or {}),
        Facet.TOOLS: digest_of(value.get("tools")),
        Facet.SCHEMA: digest_of(schema),
    }
    return Prompt(
        path=path,
        format=FORMAT,
        digests=digests,
        turns=turns,
        variables=names,
        model=value["model"] if isinstance(value.get("model"), str) else None,
        params=params if isinstance(params, dict) else {},
        tools=value.get("tools"),
        schema=schema,
    )


def _schema(path: str, value: dict[str, Any]) -> Any:
    """Return the response format and the schema; the schema is JSON inside a YAML string and is compared as JSON."""
    from llmgate import documents  # noqa: PLC0415 - as above

    schema = value.get("jsonSchema")
    if isinstance(schema, str):
        with contextlib.suppress(ConfigurationError):
            schema = documents.read(f"{path}.json", schema.encode()).value
    if schema is None and value.get("responseFormat") in (None, "text"):
        return None
    return {"responseFormat": value.get("responseFormat"), "jsonSchema": schema}
