"""Model output → XML: whether the whole is well-formed, the elements in it, and whether required ones are there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, TypeAlias
from xml.parsers import expat

from pydantic import BeforeValidator, WithJsonSchema

from llmgate.assertions import fields, markup

Tree: TypeAlias = dict[str, "list[Tree]"]
MAX_INDEX_DIGITS = 6


class _InternalSubset(Exception):
    pass


def flaw(text: str) -> str | None:
    """Tell why the whole text is not one well-formed document, or None; nothing outside the text is ever loaded."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _without_subset
    try:
        parser.Parse(text, True)  # noqa: FBT003 - expat's
    except _InternalSubset:
        return "a document type with declarations of its own is not supported"
    except expat.ExpatError as error:
        return f"not XML: {expat.ErrorString(error.code)} at line {error.lineno}, column {error.offset}"
    except UnicodeEncodeError:
        return "not XML: half of a surrogate pair"
    return None


def outermost(text: str) -> list[Tree]:
    """Return each outermost element with balanced tags, as a tree that has it alone; of unclosed ones, what they hold.

    Elements that were left open when a tag closes another than the innermost are taken for text.
    """
    found: list[Tree] = []
    opened: list[tuple[str, Tree]] = []
    for piece in markup.pieces(text):
        if isinstance(piece, markup.Aside):
            continue
        if not piece.closes:
            opened.append((piece.name, {}))
        elif not opened or opened[-1][0] != piece.name:
            found += _held(opened)
            opened.clear()
            continue
        if piece.closes or piece.is_empty:
            name, tree = opened.pop()
            if opened:
                opened[-1][1].setdefault(name, []).append(tree)
            else:
                found.append({name: [tree]})
    return found + _held(opened)


def together(trees: Iterable[Tree]) -> Tree:
    whole: Tree = {}
    for tree in trees:
        for name, elements in tree.items():
            whole.setdefault(name, []).extend(elements)
    return whole


def missing(tree: Tree, paths: Iterable[str]) -> list[str]:
    return [path for path in paths if not _has(tree, path)]


def _without_subset(_name: str, _system: str | None, _public: str | None, has_internal_subset: int) -> None:
    """Refuse before the first entity is declared, so that there is none to expand."""
    if has_internal_subset:
        raise _InternalSubset


def _held(opened: Iterable[tuple[str, Tree]]) -> list[Tree]:
    return [{name: [element]} for _, tree in opened for name, elements in tree.items() for element in elements]


def _has(tree: Tree, path: str) -> bool:
    here = [tree]
    for part in path.split("."):
        here = here[_index(part) :][:1] if len(here) > 1 else here[0].get(part, [])
        if not here:
            return False
    return True


def _index(part: str) -> int:
    """Return the number that the part is, or one that no list reaches."""
    is_number = part.isascii() and part.isdecimal() and len(part) <= MAX_INDEX_DIGITS
    return int(part) if is_number and str(int(part)) == part else 10**MAX_INDEX_DIGITS


def _as_paths(value: Any) -> Any:
    """Accept promptfoo's forms: `{requiredElements: [...]}`, a list, or one text with commas."""
    if isinstance(value, dict):
        if set(value) != {"requiredElements"}:
            raise ValueError("expected {requiredElements: [...]}, a list, or text with commas")
        value = value["requiredElements"]
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    return value


_LIST = {"type": "array", "minItems": 1, "maxItems": fields.MAX_VALUES, "items": {"type": "string", "minLength": 1}}
Paths = Annotated[
    fields.Texts,
    BeforeValidator(_as_paths),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                _LIST,
                {
                    "type": "object",
                    "properties": {"requiredElements": _LIST},
                    "required": ["requiredElements"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
