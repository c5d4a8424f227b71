"""An ARM template → the Azure deployments that it declares, nested resources included.

https://learn.microsoft.com/azure/templates/microsoft.cognitiveservices/accounts/deployments?pivots=deployment-language-arm-template
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llmgate import documents
from llmgate.errors import ConfigurationError
from llmgate.pins.deployments import declared
from llmgate.pins.deployments.deployment import Deployment
from llmgate.pins.deployments.scan import Entry, Object, Value

LANGUAGE = "ARM"

_SCHEMA = re.compile(r'"\$schema"\s*:\s*"[^"\n]{0,200}deploymentTemplate\.json', re.IGNORECASE)
MAX_NAME_CHARS = 300
_LAST = re.compile(r"\[(?:concat|format)\(.*'[^']*/([A-Za-z0-9_.-]+)'\)\]")


def recognise(path: str, head: str) -> bool:
    return path.endswith(".json") and _SCHEMA.search(head) is not None


def read(path: str, source: str) -> tuple[Deployment, ...]:
    """Read a template; one that is not JSON of a bounded size declares nothing, as its own tools will say."""
    try:
        document = documents.read(path, source.encode())
    except ConfigurationError:
        return ()
    if not isinstance(document.value, dict):
        return ()
    objects: list[Object] = []
    _object(document, document.value, (), objects)
    return tuple(declared.find(objects, _constants(document.value), path))


def _object(
    document: documents.Document, value: dict[str, Any], pointer: documents.Pointer, found: list[Object]
) -> Object:
    """Collect an object and those inside it; a document's depth is bounded."""
    made = Object(line=document.line(pointer))
    found.append(made)
    for key, item in value.items():
        where = (*pointer, key)
        inner = tuple(_object(document, each, at, found) for each, at in _inside(item, where))
        entry = Entry(words=(key,), line=document.line(where), value=_value(item, inner))
        made.entries.append(entry)
    return made


def _inside(item: Any, where: documents.Pointer) -> Iterator[tuple[dict[str, Any], documents.Pointer]]:
    if isinstance(item, dict):
        yield item, where
    elif isinstance(item, list):
        yield from ((each, (*where, at)) for at, each in enumerate(item) if isinstance(each, dict))


def _value(item: Any, inner: tuple[Object, ...]) -> Value:
    if not isinstance(item, str):
        text = "null" if item is None else str(item) if isinstance(item, (int, float)) else ""
        return Value(text=text, literal=text if isinstance(item, int) else None, objects=inner)
    if len(item) <= MAX_NAME_CHARS and (last := _LAST.fullmatch(item)):
        return Value(text=item, literal=last[1])
    expression = item.startswith("[") and not item.startswith("[[")
    return Value(text=item, literal=None if expression else item)


def _constants(template: dict[str, Any]) -> declared.Constants:
    variables, parameters = template.get("variables"), template.get("parameters")
    fixed = {
        f"[variables('{name}')]": value
        for name, value in (variables if isinstance(variables, dict) else {}).items()
        if isinstance(value, str) and not value.startswith("[")
    }
    defaults = {
        f"[parameters('{name}')]": value["defaultValue"]
        for name, value in (parameters if isinstance(parameters, dict) else {}).items()
        if isinstance(value, dict) and isinstance(value.get("defaultValue"), str)
    }
    return declared.Constants(fixed=fixed, defaults=defaults)
