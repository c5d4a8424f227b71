"""A call that fetches a prompt from a registry → which prompt, and how firmly it is named.

| call                                                     | documentation                            |
|----------------------------------------------------------|------------------------------------------|
| `langfuse.getPrompt(name, version, {label})`             | langfuse.com/docs/prompt-management      |
| `langfuse.prompt.get(name, {version, label})`            | the same, from version 4 of the SDK      |
| `hub.pull("owner/name:commit")`, `client.pullPrompt(…)`  | docs.smith.langchain.com                 |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from llmgate.prompts.prompt import Rule
from llmgate.prompts.typescript import calls, literals
from llmgate.prompts.typescript.folding import Folder, Piece
from llmgate.prompts.typescript.messages import Said
from llmgate.prompts.typescript.tree import Spot
from llmgate.prompts.typescript.units import Unit

if TYPE_CHECKING:
    from pydantic import JsonValue

REFERENCE = Rule("typescript.reference", "the call fetches a prompt from a registry")

_LANGFUSE = re.compile(r"(?:[\w$.]{1,200}\.)?(?:getPrompt|prompt\.get)")
_HUB = re.compile(r"(?:[\w$.]{1,200}\.)?(?:hub\.pull|pullPrompt|pullPromptCommit)")
_CONTEXT = re.compile(r"langfuse", re.IGNORECASE)


class Reference(NamedTuple):
    """One prompt of a registry as the code names it; without a version or a commit it is whatever the label means."""

    registry: str
    name: str
    version: str = ""
    label: str = ""

    @property
    def text(self) -> str:
        version = f":{self.version}" if self.version else ""
        return f"{self.registry}:{self.name}{version}{f'@{self.label}' if self.label else ''}"


def references(folder: Folder, spots: tuple[Spot, ...]) -> Iterator[tuple[Spot, Reference]]:
    """Yield every call that names a prompt of a registry by a text that stands in the file."""
    for spot in spots:
        if spot.node.type != "call_expression":
            continue
        callee = calls.callee_of(spot.node)
        if _HUB.fullmatch(callee) and (values := _given(folder, spot)) and isinstance(values[0], str):
            name, _, commit = values[0].partition(":")
            yield spot, Reference("langsmith", name, commit)
        elif (
            _LANGFUSE.fullmatch(callee)
            and _is_langfuse(folder, callee)
            and (values := _given(folder, spot))
            and (reference := _langfuse(values))
        ):
            yield spot, reference


def unit(spot: Spot, reference: Reference) -> Unit:
    """Return the unit whose text is the reference itself."""
    made = calls.unit_at(spot, "getPrompt", kept=True)
    made.rule, made.elsewhere = REFERENCE, reference.registry
    made.said = [Said(None, (Piece(reference.text),))]
    return made


def _is_langfuse(folder: Folder, callee: str) -> bool:
    modules = " ".join(folder.program.imports.values())
    return bool(_CONTEXT.search(callee) or _CONTEXT.search(modules))


def _langfuse(values: list[JsonValue]) -> Reference | None:
    if not isinstance(values[0], str):
        return None
    options = next((value for value in values[1:] if isinstance(value, dict)), {})
    version = next((value for value in values[1:] if isinstance(value, int)), options.get("version"))
    label = options.get("label")
    return Reference("langfuse", values[0], str(version or ""), label if isinstance(label, str) else "")


def _given(folder: Folder, spot: Spot) -> list[JsonValue]:
    """Return the arguments as JSON; one that only the running program knows is None."""
    given = spot.node.child_by_field_name("arguments")
    items = [child for child in given.named_children if child.type != "comment"] if given else []
    values: list[JsonValue] = []
    for item in items:
        try:
            values.append(literals.value(folder, item, spot.place))
        except literals.NotLiteral:
            values.append(None)
    return values
