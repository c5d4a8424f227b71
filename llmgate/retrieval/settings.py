"""A YAML, JSON or TOML file of any framework → the retrieval settings in it, each with its place and the rule.

Precision comes first: a file about something else yields nothing, and so does a key that could mean something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from llmgate.documents import Document, Pointer
from llmgate.retrieval import shapes, vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One mapping with retrieval settings. `name` is its key path, `value` the part of it that is about retrieval.

    `rule` says what it was known by: `vocabulary`, `section`, or the framework whose form it has.
    """

    name: str
    line: int
    value: Mapping[str, JsonValue]
    rule: str


def find(document: Document) -> tuple[Setting, ...]:
    """List the retrieval settings of a file, in its order."""
    if pinned := shapes.dvc(document.path, document.value):
        return tuple(_setting(document, pointer, value, "dvc") for pointer, value in pinned)
    if _is_schema(document.value):
        return ()
    return tuple(_walk(document, document.value, ()))


def _is_schema(value: Any) -> bool:
    """Tell whether a file describes the form of others: its keys are names of settings, and none is one."""
    return isinstance(value, Mapping) and (("$schema" in value and "properties" in value) or "openapi" in value)


def _walk(document: Document, value: Any, pointer: Pointer) -> Iterator[Setting]:
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _walk(document, item, (*pointer, place))
    if not isinstance(value, dict):
        return
    key = next((piece for piece in reversed(pointer) if isinstance(piece, str)), "")
    if rule := shapes.rule_of(key, value):
        yield _setting(document, pointer, value, rule)
        return
    if rule := _rule(key, value):
        own = {name: item for name, item in value.items() if vocabulary.known(name, item)}
        yield _setting(document, pointer, own, rule)
    for name, item in value.items():
        yield from _walk(document, item, (*pointer, name))


def _rule(key: str, value: Mapping[str, Any]) -> str:
    if any(vocabulary.strong(name, item) for name, item in value.items()):
        return "vocabulary"
    return "section" if vocabulary.in_section(key, value) else ""


def _setting(document: Document, pointer: Pointer, value: Mapping[str, Any], rule: str) -> Setting:
    stem = document.path.rsplit("/", 1)[-1].split(".", 1)[0]
    name = ".".join(map(str, pointer)) or stem
    return Setting(name=name, line=document.line(pointer), value=value, rule=rule)
