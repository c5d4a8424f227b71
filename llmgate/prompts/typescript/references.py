"""A call that fetches a prompt from a registry → which prompt, and how firmly it is named.

| call                                                     | documentation                            |
|----------------------------------------------------------|------------------------------------------|
| `langfuse.getPrompt(name, version, {label})`             | langfuse.com/docs/prompt-management      |
| `langfuse.prompt.get(name, {version, label})`            | the same, from version 4 of the SDK      |
| `hub.pull("owner/name:commit")`, `client.pullPrompt(…)`  | docs.langchain.com/langsmith             |
| `responses.create({prompt: {id: "pmpt_…", version}})`    | platform.openai.com/docs/guides/prompting|
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from llmgate.prompts.prompt import Rule
from llmgate.prompts.typescript import literals, program, tree
from llmgate.prompts.typescript.folding import Folder, Piece
from llmgate.prompts.typescript.messages import Said
from llmgate.prompts.typescript.tree import Spot
from llmgate.prompts.typescript.units import Unit

if TYPE_CHECKING:
    from pydantic import JsonValue

REFERENCE = Rule("typescript.reference", "the call fetches a prompt from a registry")

_LANGFUSE = re.compile(r"(?:[\w$.]{1,200}\.)?(?:getPrompt|prompt\.get)")
_HUB = re.compile(r"(?:[\w$.]{1,200}\.)?(?:hub\.pull|pullPrompt|pullPromptCommit)")
_OPENAI_PREFIX = "pmpt_"
_CONTEXT = re.compile(r"langfuse", re.IGNORECASE)


class Reference(NamedTuple):
    """One prompt of a registry as the code names it; without a version or a commit it is whatever the label means."""

    registry: str
    name: str
    version: str = ""
    label: str = ""

    @property
    def text(self) -> str:
        for key, value in (("version", self.version), ("label", self.label)):
            if value:
                return f"{self.name} {key}={value}"
        return self.name


def references(folder: Folder, spots: tuple[Spot, ...]) -> Iterator[tuple[Spot, Reference]]:
    """Yield every reference to a prompt of a registry that stands in the file, each once."""
    seen: set[Reference] = set()
    for spot in spots:
        match spot.node.type:
            case "call_expression":
                found = _called(folder, spot)
            case "object" if spot.label.rpartition(".")[2] == "prompt":
                found = _object(folder, spot)
            case _:
                continue
        if found and found not in seen:
            seen.add(found)
            yield spot, found


def unit(spot: Spot, reference: Reference) -> Unit:
    """Return the unit whose text is the reference itself."""
    return Unit(
        name=f"{reference.registry}:{reference.name.partition(':')[0]}",
        line=tree.line_of(spot.node),
        last=spot.node.end_point[0] + 1,
        start=spot.node.start_byte,
        rule=REFERENCE,
        said=[Said(None, (Piece(reference.text),))],
        elsewhere=reference.registry,
    )


def _called(folder: Folder, spot: Spot) -> Reference | None:
    callee = tree.callee_of(spot.node)
    is_hub, is_langfuse = _HUB.fullmatch(callee), _LANGFUSE.fullmatch(callee) and _is_langfuse(folder, callee)
    values = _given(folder, spot) if is_hub or is_langfuse else []
    if not values or not isinstance(values[0], str):
        return None
    return Reference("langsmith", values[0]) if is_hub else _langfuse(values[0], values[1:])


def _object(folder: Folder, spot: Spot) -> Reference | None:
    """Read `prompt: {id: "pmpt_…", version: "2"}`."""
    try:
        value = literals.value(folder, program.entries(spot.node)["id"], spot.place)
        version = program.entries(spot.node).get("version")
        number = literals.value(folder, version, spot.place) if version else ""
    except (KeyError, literals.NotLiteral):
        return None
    is_ours = isinstance(value, str) and value.startswith(_OPENAI_PREFIX)
    return Reference("openai", str(value), str(number or "")) if is_ours else None


def _is_langfuse(folder: Folder, callee: str) -> bool:
    modules = " ".join(folder.program.imports.values())
    return bool(_CONTEXT.search(callee) or _CONTEXT.search(modules))


def _langfuse(name: str, rest: list[JsonValue]) -> Reference:
    options = next((value for value in rest if isinstance(value, dict)), {})
    version = next((value for value in rest if isinstance(value, int)), options.get("version"))
    label = options.get("label")
    return Reference("langfuse", name, str(version or ""), label if isinstance(label, str) else "")


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
