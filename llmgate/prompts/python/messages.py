"""A list of messages in the source, in the forms that libraries take → what is said, by role."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from llmgate.prompts.prompt import Role
from llmgate.prompts.python import folding, sinks
from llmgate.prompts.python.draft import Said
from llmgate.prompts.python.folding import Item, fold
from llmgate.prompts.python.meanings import Meanings
from llmgate.prompts.python.parts import Folded, Mark, Part, Text, guarded, joined

_PLACEHOLDERS = frozenset({"MessagesPlaceholder"})
_KEYS = ("content", "parts", "text", "template", "prompt", "message")


class Context(NamedTuple):
    """Where messages are read: what names mean, whether texts are templates, and which calls were read with them."""

    names: Meanings
    formatted: bool
    consumed: set[int]


def read(node: ast.expr, context: Context) -> list[Said] | None:
    """Return the messages of a list; None where it is no list that stands in the source."""
    found: list[Said] = []
    known = False
    for term in _terms(node):
        items = _items(term, context.names)
        if items is None:
            found.append(_unknown(term))
            continue
        known = True
        found += [said for item in items for said in _said(item, context)]
    return found if known else None


def looks_like(node: ast.expr) -> bool:
    """Tell whether an expression is a literal list of messages with roles, whatever it is given to."""
    return isinstance(node, ast.List) and any_among(node.elts)


def any_among(items: Iterable[ast.expr]) -> bool:
    """Tell whether there is a message with its role among the items of a list."""
    return any(_role_of_dict(item) and _part(item, *_KEYS[:2]) for item in items)


def _terms(node: ast.expr) -> list[ast.expr]:
    terms: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        terms.append(node.right)
        node = node.left
    return [node, *reversed(terms)]


def _items(node: ast.expr, names: Meanings) -> Sequence[Item] | None:
    return [Item(each) for each in node.elts] if isinstance(node, (ast.List, ast.Tuple)) else names.items(node)


def _said(item: Item, context: Context) -> Iterator[Said]:
    node = item.node if isinstance(item.node, ast.Starred) else context.names.value(item.node)
    for said in _message(node, item.node, context):
        yield said._replace(parts=guarded(said.parts, item.guards))


def _message(node: ast.expr, written: ast.expr, context: Context) -> Sequence[Said]:
    match node:
        case ast.Dict():
            role, content = _role_of_dict(node), _part(node, *_KEYS)
            return [_known(role, content, context)] if role and content else [_unknown(written)]
        case ast.Tuple(elts=[ast.Constant(value=str(role)), content]) if role in sinks.ROLE_OF:
            return [_known(sinks.ROLE_OF[role], content, context)]
        case ast.Call():
            return [_called(node, context)]
        case ast.Constant(value=str()) | ast.JoinedStr() | ast.BinOp():
            return [_known("user", node, context)]
        case _:
            return [_unknown(written)]


def _called(node: ast.Call, context: Context) -> Said:
    """A message that is made by a class: `SystemMessage("…")`, `Content(role="user", parts=[…])`."""
    context.consumed.update(id(inner) for inner in ast.walk(node) if isinstance(inner, ast.Call))
    pieces = folding.dotted(node.func).split(".")
    named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    role = next((sinks.MESSAGE_ROLES[piece] for piece in pieces if piece in sinks.MESSAGE_ROLES), None)
    written = named.get("role")
    if role is None and isinstance(written, ast.Constant) and isinstance(written.value, str):
        role = sinks.ROLE_OF.get(written.value)
    content = next((named[key] for key in _KEYS if key in named), node.args[0] if node.args else None)
    if role is None or content is None or set(pieces) & _PLACEHOLDERS:
        return _unknown(node)
    formatted = context.formatted and any(piece.endswith("PromptTemplate") for piece in pieces)
    return _known(role, content, context._replace(formatted=formatted))


def _known(role: Role, content: ast.expr, context: Context) -> Said:
    return Said(role, content_of(content, context), context.formatted)


def content_of(node: ast.expr, context: Context) -> Folded:
    """Return a message's content: a text, or a list of parts of which the texts are known."""
    items = _items(node, context.names)
    if items is not None and any(_role_of_dict(item.node) for item in items):
        return (folding.slot(node),)  # messages, and not the parts of one
    if items is None:
        inner = _text_part(node)
        return fold(inner if inner is not None else node, context.names)
    parts: list[Part] = []
    for place, item in enumerate(items):
        parts += [Mark("part")] if place else []
        inner = _text_part(item.node)
        known = (
            inner if inner is not None else item.node if isinstance(item.node, (ast.Constant, ast.JoinedStr)) else None
        )
        own = fold(known, context.names) if known is not None else (Mark(f"part {ast.unparse(item.node)}"),)
        parts += guarded(own, item.guards)
    return joined(parts)


def _text_part(node: ast.expr) -> ast.expr | None:
    """Return the text of `{"type": "text", "text": …}`, `Part(text=…)` or `TextPart(…)`."""
    if isinstance(node, ast.Dict):
        return _part(node, "text")
    if isinstance(node, ast.Call) and folding.dotted(node.func).rpartition(".")[2] in ("Part", "TextPart", "from_text"):
        named = [keyword.value for keyword in node.keywords if keyword.arg in ("text", "content")]
        return next(iter([*named, *node.args[:1]]), None)
    return None


def _role_of_dict(node: ast.expr) -> Role | None:
    role = _part(node, "role")
    if isinstance(role, ast.Constant) and isinstance(role.value, str):
        return sinks.ROLE_OF.get(role.value)
    return None


def _part(node: ast.expr, *keys: str) -> ast.expr | None:
    """Return the value at the first of these keys that a literal mapping has."""
    if not isinstance(node, ast.Dict):
        return None
    pairs = zip(node.keys, node.values, strict=True)
    found = {key.value: value for key, value in pairs if isinstance(key, ast.Constant)}
    return next((found[key] for key in keys if key in found), None)


def _unknown(node: ast.expr) -> Said:
    """Messages that only the program knows: their place is kept, and nothing can render them."""
    return Said("user", (Mark(f"messages {ast.unparse(node)}"),))


def texts(said: Sequence[Said]) -> str:
    return "\n".join(part.text for each in said for part in each.parts if isinstance(part, Text))
