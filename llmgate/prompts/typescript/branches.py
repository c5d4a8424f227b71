"""An expression that is sent → the texts that it may be: on a branch, in a constant, by default, out of a function.

Literals on any branch are text, conditions are marks between them, which are compared and which nothing renders.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from llmgate.prompts.typescript import folding, lookups, program, prose, source, tree
from llmgate.prompts.typescript.definitions import Definition
from llmgate.prompts.typescript.folding import Folder, Found, Piece, Text
from llmgate.prompts.typescript.tree import Place

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_LEVELS = 30
MIN_WORDS = 4

_NOTHING: Found = (None, frozenset())
_EITHER = ("??", "||")
_OTHERWISE = folding.mark("or")
_END = folding.mark("end")


def text(folder: Folder, node: Node, place: Place) -> Text | None:
    """Do as `Folder.text`, on every branch."""
    made, used = _branch(folder, node, place, 0)
    folder.used |= used
    return made


def peek(folder: Folder, node: Node, place: Place) -> Text | None:
    return _branch(folder, node, place, 0)[0]


def _branch(folder: Folder, node: Node, place: Place, level: int) -> Found:
    """Follow an expression once for all who ask; what is made of itself is no text."""
    node = tree.unwrapped(node)
    if node.id not in folder.branched:
        folder.branched[node.id] = _NOTHING
        found = folder.made(node, place)
        if found[0] is None and level <= MAX_LEVELS and folder.left >= 0:
            found = _followed(folder, node, place, level + 1)
            folder.left -= sum(len(piece.text) for piece in found[0] or ())
        folder.branched[node.id] = found
    return folder.branched[node.id]


def _followed(folder: Folder, node: Node, place: Place, level: int) -> Found:
    match node.type:
        case "ternary_expression":
            return _ternary(folder, node, place, level)
        case "binary_expression":
            return _binary(folder, node, place, level)
        case "identifier" | "shorthand_property_identifier":
            return _named(folder, node, place, level)
        case "member_expression" | "subscript_expression":
            return _looked_up(folder, node, place, level)
        case "call_expression":
            return _returned(folder, node, place, level)
        case _:
            return _NOTHING


def _ternary(folder: Folder, node: Node, place: Place, level: int) -> Found:
    condition, first, second = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
    if condition is None or first is None or second is None:
        return _NOTHING
    options = [_option(folder, Definition(each, place), level) for each in (first, second)]
    return _among(f"if {source.normal(condition)}", options)


def _binary(folder: Folder, node: Node, place: Place, level: int) -> Found:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = tree.text_of(node.child_by_field_name("operator"))
    if left is None or right is None:
        return _NOTHING
    if operator in _EITHER:
        return _among("either", [_option(folder, Definition(each, place), level) for each in (left, right)])
    if operator == "&&":
        return _among(f"if {source.normal(left)}", [_option(folder, Definition(right, place), level)])
    return _NOTHING


def _named(folder: Folder, node: Node, place: Place, level: int) -> Found:
    """Follow a name to a constant whose value has branches, to a text that grows, or to a parameter's default."""
    name, code = tree.text_of(node), folder.program
    if known := code.constant(name, place):
        made, used = _branch(folder, known.node, known.place, level)
        return made, used | {tree.unwrapped(known.node).id}
    if grown := program.innermost(code.grown, name, place):
        return _summed(folder, grown.base, grown.added, level)
    if default := program.innermost(code.defaults, name, place):
        given: Found = (folding.slot(name),), frozenset()
        return _among("either", [given, _option(folder, default, level)])
    return _NOTHING


def _summed(folder: Folder, base: Definition, added: Iterable[Definition], level: int) -> Found:
    made, used = _branch(folder, base.node, base.place, level)
    pieces = list(made or (folding.slot(source.normal(base.node)),))
    for each in added:
        more, its = _branch(folder, each.node, each.place, level)
        pieces += [folding.mark(words) for words in each.guards]
        pieces += more or (folding.slot(source.normal(each.node)),)
        pieces += [_END for _ in each.guards]
        used |= its
    used |= {tree.unwrapped(each.node).id for each in (base, *added)}
    return (folding.merged(pieces), used) if _says(pieces) else _NOTHING


def _looked_up(folder: Folder, node: Node, place: Place, level: int) -> Found:
    options = [each for each in lookups.options(folder.program, node, place) if each.node != node]
    if len(options) == 1:
        made, used = _branch(folder, options[0].node, options[0].place, level)
        return made, used | {tree.unwrapped(options[0].node).id}
    return _among(f"one of {source.normal(node)}", [_option(folder, each, level) for each in options])


def _returned(folder: Folder, node: Node, place: Place, level: int) -> Found:
    """Follow a function of the file that returns prose, where that is no prompt of its own by its name."""
    called = node.child_by_field_name("function")
    name = tree.text_of(called)
    if called is None or called.type not in ("identifier", "member_expression"):
        return _NOTHING
    function = program.innermost(folder.program.functions, name, place)
    returned = folder.program.returned.get(function, []) if function else []
    if len(returned) == 1:
        made, used = _branch(folder, returned[0].node, returned[0].place, level)
        used |= {tree.unwrapped(returned[0].node).id}
    else:
        options = [_option(folder, each, level) for each in returned]
        made, used = _among(f"one that {name} returns", options)
    words = folding.words(made or ())
    own = prose.is_prompt(words, prose.strength(name.removeprefix("this.")))
    return (made, used) if not own and len(words.split()) >= MIN_WORDS else _NOTHING


def _option(folder: Folder, option: Definition, level: int) -> Found:
    """Return what a branch says. A constant that is a prompt by its name stays one of its own."""
    made, used = _branch(folder, option.node, option.place, level)
    node = tree.unwrapped(option.node)
    told: Text = (folding.slot(source.normal(node)),)
    if made is None:
        return told, frozenset()
    held = folder.program.resolve(node, option.place).node
    label = folder.program.labels.get(held.id, "")
    if label and prose.is_prompt(folding.words(made), prose.strength(label)):
        return ((folding.slot(label),) if held == node else told), frozenset()
    return made, used | {node.id}


def _among(words: str, options: list[Found]) -> Found:
    """Put texts of which one is sent between marks; None where none of them is a text."""
    pieces: list[Piece] = [folding.mark(words)]
    used: frozenset[int] = frozenset()
    for place, (made, its) in enumerate(options):
        pieces += [_OTHERWISE] if place else []
        pieces += made or ()
        used |= its
    return (folding.merged([*pieces, _END]), used) if _says(pieces) else _NOTHING


def _says(pieces: Iterable[Piece]) -> bool:
    return any(piece.expression is None and piece.text.strip() for piece in pieces)
