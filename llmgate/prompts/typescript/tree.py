"""TypeScript or JavaScript source → its syntax tree by tree-sitter, where that is installed, and every place in it.

tree-sitter is the extra `typescript`; https://tree-sitter.github.io/py-tree-sitter/ documents the nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_DEPTH = 400
MAX_NODES = 600_000

FUNCTIONS = frozenset(
    {
        "arrow_function",
        "function_declaration",
        "function_expression",
        "generator_function",
        "generator_function_declaration",
        "method_definition",
    }
)
_CLASSES = frozenset({"abstract_class_declaration", "class", "class_declaration"})
_WRAPPERS = frozenset(
    {
        "as_expression",
        "await_expression",
        "non_null_expression",
        "parenthesized_expression",
        "satisfies_expression",
    }
)
_PASSING_LABELS = _WRAPPERS | {"arguments", "call_expression", "new_expression", "object"}
_LABELLED = {
    "assignment_expression": ("left", "right"),
    "augmented_assignment_expression": ("left", "right"),
    "pair": ("key", "value"),
    "public_field_definition": ("name", "value"),
    "variable_declarator": ("name", "value"),
}
_PLAIN_TYPESCRIPT = (".ts", ".mts", ".cts")


@dataclass(frozen=True, slots=True)
class Place:
    """What stands around a node, outermost first: the names of functions and classes, and the functions themselves."""

    names: tuple[str, ...] = ()
    scopes: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Spot:
    """A node and its place; `label` is the name that it is given, and `named` says that it is the very value of it.

    What a function returns has the function's name, and `returned` says so.
    """

    node: Node
    place: Place = field(default_factory=Place)
    label: str = ""
    named: bool = False
    depth: int = 0
    returned: bool = False


class TooDeep(Exception):
    """The source is nested, or made of parts, beyond what is read."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def parse(path: str, source: bytes) -> Node | None:
    """Return the root of the tree, or None where tree-sitter is not installed."""
    parser = _parser(plain=path.lower().endswith(_PLAIN_TYPESCRIPT))
    return parser.parse(source).root_node if parser else None


@lru_cache(maxsize=2)
def _parser(*, plain: bool) -> Parser | None:
    """Make a parser. JavaScript is read as TSX, which knows all of its syntax; only `<T>x` is TypeScript's alone."""
    try:
        import tree_sitter  # noqa: PLC0415 - the extra `typescript`, which need not be there
        import tree_sitter_typescript  # noqa: PLC0415 - as above
    except ImportError:
        return None
    grammar = tree_sitter_typescript.language_typescript() if plain else tree_sitter_typescript.language_tsx()
    return tree_sitter.Parser(tree_sitter.Language(grammar))


def walk(root: Node) -> Iterator[Spot]:
    """Yield every named node in the source's order.

    Raises:
        TooDeep: where the source exceeds MAX_DEPTH or MAX_NODES.
    """
    pending, seen = [Spot(root)], 0
    while pending:
        spot = pending.pop()
        seen += 1
        if spot.depth > MAX_DEPTH or seen > MAX_NODES:
            raise TooDeep(line_of(spot.node))
        yield spot
        pending.extend(reversed(list(_inside(spot))))


def line_of(node: Node) -> int:
    return node.start_point[0] + 1


def text_of(node: Node | None) -> str:
    return (node.text or b"").decode(errors="replace") if node else ""


def unwrapped(node: Node) -> Node:
    """Take away parentheses, `as const`, `await` and the like."""
    while node.type in _WRAPPERS and node.named_child_count:
        node = node.named_children[0]
    return node


def key_of(node: Node | None) -> str:
    """Return the name that a key, a property or a variable's pattern has, without quotes."""
    return text_of(node).strip("\"'") if node and node.type != "computed_property_name" else ""


def callee_of(node: Node) -> str:
    """Write what is called as names with dots, whatever calls and indices stand between them."""
    called = node.child_by_field_name("constructor")
    if called is not None:
        return f"new {text_of(called)}"
    names: list[str] = []
    each = node.child_by_field_name("function")
    while each is not None and each.type in ("member_expression", "call_expression", "non_null_expression"):
        names += [text_of(each.child_by_field_name("property"))] if each.type == "member_expression" else []
        inner = each.child_by_field_name("object") or each.child_by_field_name("function")
        each = inner or (each.named_children[0] if each.type == "non_null_expression" else None)
    root = [text_of(each)] if each is not None and each.type in ("identifier", "this") else []
    return ".".join(filter(None, [*root, *reversed(names)]))


def _inside(spot: Spot) -> Iterator[Spot]:
    node, depth = spot.node, spot.depth + 1
    place = _within(spot)
    if node.type in _LABELLED:
        yield from _labelled(spot, place, *_LABELLED[node.type])
    elif node.type == "return_statement":
        yield from (Spot(child, place, "", named=True, depth=depth, returned=True) for child in node.named_children)
    elif node.type in FUNCTIONS:
        body = node.child_by_field_name("body")
        for child in node.named_children:
            returned = child == body and child.type != "statement_block"
            yield Spot(child, place, "", named=returned, depth=depth, returned=returned)
    elif spot.named and (alternatives := _alternatives(node)):
        for child in node.named_children:
            named = child in alternatives
            yield Spot(child, place, spot.label if named else "", named=named, depth=depth)
    else:
        label = spot.label if node.type in _PASSING_LABELS else ""
        for child in node.named_children:
            if child.type != "comment":
                yield Spot(child, place, label, depth=depth)


def _alternatives(node: Node) -> list[Node]:
    """Return the values of which one is that of the node: `a ? b : c`, the default of `a ?? b`, in parentheses too."""
    inner = unwrapped(node)
    match inner.type:
        case "ternary_expression":
            found = [inner.child_by_field_name("consequence"), inner.child_by_field_name("alternative")]
        case "binary_expression" if text_of(inner.child_by_field_name("operator")) in ("??", "||"):
            found = [inner.child_by_field_name("right")]
        case _:
            return []
    return node.named_children[:1] if inner != node else [each for each in found if each]


def _labelled(spot: Spot, place: Place, key_field: str, value_field: str) -> Iterator[Spot]:
    key, value = spot.node.child_by_field_name(key_field), spot.node.child_by_field_name(value_field)
    name = key_of(key) if key and key.type not in ("object_pattern", "array_pattern") else ""
    label = f"{spot.label}.{name}" if spot.label and spot.node.type == "pair" else name
    for child in spot.node.named_children:
        if child == value:
            yield Spot(child, place, label, named=bool(label), depth=spot.depth + 1)
        elif child.type != "comment":
            yield Spot(child, place, "", depth=spot.depth + 1)


def _within(spot: Spot) -> Place:
    """Return the place of what is inside a node."""
    node, place = spot.node, spot.place
    if node.type not in FUNCTIONS | _CLASSES:
        return place
    name = key_of(node.child_by_field_name("name")) or spot.label
    names = (*place.names, name) if name else place.names
    scopes = (*place.scopes, node.id) if node.type in FUNCTIONS else place.scopes
    return Place(names, scopes)
