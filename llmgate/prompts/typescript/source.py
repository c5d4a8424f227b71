"""A node → its source in one normal form: without comments, white space, quoting style and trailing marks.

What is code in a request (a zod schema, a tool's definition) is compared in this form.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmgate.prompts.typescript import strings, tree

if TYPE_CHECKING:
    from tree_sitter import Node

_CLOSING = (")", "]", "}")
_UNSENT = frozenset({"execute"})


def normal(node: Node, *, sent: bool = False) -> str:
    """Write a node's source. With `sent`, what a tool does when it is called is left out: no model sees it."""
    tokens: list[str] = []
    for token in _tokens(node, sent=sent):
        if token in _CLOSING and tokens and tokens[-1] == ",":
            tokens.pop()
        tokens.append(token)
    return _spaced(tokens)


def names(node: Node) -> Iterator[str]:
    """Yield the identifiers in a node, in their order."""
    for leaf in _leaves(node, sent=True):
        if leaf.type in ("identifier", "shorthand_property_identifier"):
            yield tree.text_of(leaf)


def _tokens(node: Node, *, sent: bool) -> Iterator[str]:
    for leaf in _leaves(node, sent=sent):
        if leaf.type == "string":
            yield json.dumps(strings.literal(leaf), ensure_ascii=False)
        elif leaf.type != ";":
            yield tree.text_of(leaf)


def _leaves(node: Node, *, sent: bool) -> Iterator[Node]:
    pending = [node]
    while pending:
        each = pending.pop()
        if each.type == "comment" or (sent and _unsent(each)):
            continue
        if not each.child_count or each.type in ("string", "template_string", "regex"):
            yield each
        else:
            pending.extend(reversed(each.children))


def _unsent(node: Node) -> bool:
    if node.type == "method_definition":
        return tree.key_of(node.child_by_field_name("name")) in _UNSENT
    value = node.child_by_field_name("value") if node.type == "pair" else None
    return (
        value is not None and value.type in tree.FUNCTIONS and tree.key_of(node.child_by_field_name("key")) in _UNSENT
    )


def _spaced(tokens: list[str]) -> str:
    """Put a space where two words would run together, and round operators as people write them."""
    text = ""
    parts: list[str] = []
    for token in tokens:
        wordy = text[-1:].isalnum() and token[:1].isalnum()
        parts.append(f" {token}" if wordy or (text and _loose(text, token)) else token)
        text = token
    return "".join(parts)


def _loose(before: str, token: str) -> bool:
    tight = {"(", ")", "[", "]", "{", "}", ".", "?.", ",", ":", "!", "...", "`", "${"}
    return before in (",", ":") or (before not in tight and token not in tight and not token.startswith("`"))
