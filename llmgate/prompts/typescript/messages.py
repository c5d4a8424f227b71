"""The messages of a call → templates with their roles, and what of them is no text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from llmgate.prompts.prompt import Role
from llmgate.prompts.typescript import branches, folding, program, source, tree
from llmgate.prompts.typescript.definitions import Definition
from llmgate.prompts.typescript.folding import Folder, Text
from llmgate.prompts.typescript.tree import Place

if TYPE_CHECKING:
    from tree_sitter import Node

ROLES: dict[str, Role] = {
    "ai": "assistant",
    "assistant": "assistant",
    "developer": "developer",
    "human": "user",
    "model": "assistant",
    "system": "system",
    "user": "user",
}
_CONTENT = ("content", "parts", "text")
_PAIR = 2
MAX_LEVELS = 20
_MESSAGE = re.compile(r"(System|Human|AI)Message(?:PromptTemplate\.fromTemplate)?")
_TEXT_PART = ("type", '"text"')


class Said(NamedTuple):
    """One message as folded; `template` says that its braces are placeholders already."""

    role: Role | None
    text: Text
    template: bool = False


@dataclass(slots=True)
class Messages:
    """`rest` is all that stands in the list and is no text: images, messages of another time, unknown keys.

    `template` says that the texts are templates of the library that is called, as LangChain's are.
    """

    template: bool = False
    level: int = 0
    said: list[Said] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    def add(self, folder: Folder, role: Role, node: Node, place: Place, *, listed: bool = False) -> None:
        """Add a text that has the role, or a list of messages; `listed` says that nothing but a list can stand here."""
        found = folder.program.resolve(node, place)
        if found.node.type != "array":
            self._text(folder, role, node, place, known=listed)
            return
        folder.used.add(found.node.id)
        self.items(folder, role, found)

    def items(self, folder: Folder, role: Role, found: Definition) -> None:
        """Add the messages of a list; of a list that is in itself, or in too many, a mark is left."""
        folder.lists -= 1
        if folder.lists < 0 or self.level > MAX_LEVELS:
            self.rest.append("…")
            return
        for child in found.node.named_children:
            if child.type == "spread_element":
                self._spread(folder, role, child, found.place)
            elif child.type != "comment":
                self.message(folder, role, child, found.place)

    def _spread(self, folder: Folder, role: Role, node: Node, place: Place) -> None:
        """Add the messages of `...shots`, and of `...(wanted ? shots : [])` with the condition beside them."""
        told = tree.unwrapped(node.named_children[0]) if node.named_child_count else node
        fields = {"ternary_expression": ("consequence", "alternative"), "binary_expression": ("left", "right")}
        names = fields.get(told.type, ())
        options = [each for name in names if (each := told.child_by_field_name(name))] or [told]
        found = [folder.program.resolve(each, place) for each in options]
        lists = [each for each in found if each.node.type == "array"]
        if not lists:
            self.rest.append(source.normal(node))
            return
        if told.type == "ternary_expression" and (condition := told.child_by_field_name("condition")):
            self.rest.append(f"if {source.normal(condition)}")
        elif told.type == "binary_expression" and len(lists) < len(options):
            self.rest.append(f"if {source.normal(options[0])}")
        self.level += 1
        for held in lists:
            folder.used.add(held.node.id)
            self.items(folder, role, held)
        self.level -= 1

    def message(self, folder: Folder, role: Role, node: Node, place: Place) -> None:
        found = folder.program.resolve(node, place)
        if found.node.type != "object":
            self._made(folder, role, found.node, found.place)
            return
        values = program.entries(found.node)
        written = self._role(folder, values.pop("role", None), found.place, role)
        if written is None:
            self.rest.append(source.normal(node))
            return
        inner = next((values.pop(key) for key in _CONTENT if key in values), None)
        if inner is not None:
            self.parts(folder, written, inner, found.place)
        kept = {key: source.normal(value) for key, value in values.items()}
        self.rest += [f"{key}: {value}" for key, value in sorted(kept.items()) if (key, value) != _TEXT_PART]
        self.rest += [source.normal(each) for each in program.spreads(found.node)]

    def _made(self, folder: Folder, role: Role, node: Node, place: Place) -> None:
        """Add LangChain's `["system", "…"]`, `new SystemMessage("…")` or `….fromTemplate("…")`."""
        items = [child for child in node.named_children if child.type != "comment"]
        if node.type == "array" and len(items) == _PAIR:
            named = folding.plain(folder.text(items[0], place))
            if named in ROLES:
                self.parts(folder, ROLES[named], items[1], place)
                return
        callee = tree.text_of(node.child_by_field_name("constructor") or node.child_by_field_name("function"))
        given = node.child_by_field_name("arguments")
        match = _MESSAGE.fullmatch(callee)
        if match and given and given.named_child_count:
            first = given.named_children[0]
            inner = Messages(template=self.template and "Template" in callee, level=self.level + 1)
            add = inner.message if first.type == "object" else inner.parts
            add(folder, ROLES[match[1].lower()], first, place)
            self.said += inner.said
            self.rest += inner.rest
            return
        self._text(folder, role, node, place, known=True)

    def _role(self, folder: Folder, node: Node | None, place: Place, otherwise: Role) -> Role | None:
        return otherwise if node is None else ROLES.get(folding.plain(folder.text(node, place)) or "")

    def parts(self, folder: Folder, role: Role, node: Node, place: Place) -> None:
        """Add the content of one message: a text, or a list of parts of which some are."""
        found = folder.program.resolve(node, place)
        if found.node.type != "array":
            self._text(folder, role, node, place, known=False)
            return
        inner = Messages(template=self.template, level=self.level + 1)
        inner.add(folder, role, node, place)
        self.rest += inner.rest
        if inner.said:
            joined = folding.merged(piece for each in inner.said for piece in each.text)
            self.said.append(Said(role, joined, self.template))

    def _text(self, folder: Folder, role: Role, node: Node, place: Place, *, known: bool) -> None:
        """Add a text. What is none in this file is a slot, unless only a `known` text can stand here."""
        text = branches.text(folder, node, place)
        if text is not None or not known:
            said = (folding.slot(source.normal(node)),) if text is None else text
            self.said.append(Said(role, said, self.template))
        else:
            self.rest.append(source.normal(node))
