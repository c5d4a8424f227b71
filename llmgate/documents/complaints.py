"""A model's complaints about a document → faults, each at the line of the key that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from llmgate.catalogue import Id
from llmgate.documents import spelling
from llmgate.documents.document import Document, Pointer, fault, quoted
from llmgate.errors import Fault

MAX_FAULTS = 100
"""Faults told of one file; a hostile one could have a million."""

_ABOUT_ABSENCE = "missing"


def faults(
    document: Document, error: ValidationError, *, prefix: Pointer = (), model: type[BaseModel] | None = None
) -> Iterator[Fault]:
    """Turn a model's complaints into faults with lines; names of union branches in the location are left out.

    With `model`, whose complaints they are, an unknown key is told with the one that was likely meant.
    """
    details = error.errors(include_url=False, include_input=False)
    # A list whose items are all wrong is also told to be too short: that is no second fault.
    around = {item["loc"][:end] for item in details for end in range(len(item["loc"]))}
    own = (item for item in details if item["type"] != "too_short" or item["loc"] not in around)
    yield from bounded(document, (_fault(document, item, prefix, model) for item in own))


def bounded(document: Document, found: Iterable[Fault]) -> Iterator[Fault]:
    """Pass on the first MAX_FAULTS of a file, and say that there are more."""
    rest = iter(found)
    yield from islice(rest, MAX_FAULTS)
    if (last := next(rest, None)) is not None:
        more = 1 + sum(1 for _ in rest)
        yield fault(
            document.path,
            last.line,
            f"and {more} more faults in this file",
            "correct the others first",
            id="more-faults",
        )


def _fault(document: Document, item: ErrorDetails, prefix: Pointer, model: type[BaseModel] | None) -> Fault:
    location, kind = (*prefix, *item["loc"]), item["type"]
    pointer = _real(document.value, location, kind)
    pieces = pointer[len(prefix) :]
    if kind in (_ABOUT_ABSENCE, "extra_forbidden") and pointer[-1:] != location[-1:]:
        pieces = (*pieces, location[-1])  # the key is not where the model looks for it, as in a provider's own form
    name = quoted(".".join(str(piece) for piece in pieces)) if pieces else "the document"
    id, message, remedy = _words(kind, item["msg"], name)
    if kind == "extra_forbidden" and model is not None and (close := spelling.meant(model, pieces)):
        remedy = f"did you mean {quoted(close)}? else remove it"
    return document.fault(pointer, message, remedy, id=id)


def _words(kind: str, message: str, name: str) -> tuple[Id, str, str]:
    match kind:
        case "extra_forbidden":
            return "unknown-key", f"unknown key {name}", "remove it, or correct its spelling"
        case "missing":
            return "missing-key", f"{name} is missing", "add it"
        case "finite_number":
            return "out-of-range", f"{name} must be a finite number", "write a number"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "wrong-type", f"{name}: expected a mapping", "write keys with values"
        case "union_tag_invalid" | "literal_error" | "enum":
            return "unknown-value", f"{name}: {_choices(message)}", "write one of these"
        case _:
            return _id(kind), f"{name}: {message.removeprefix('Value error, ')}", "correct it"


def _id(kind: str) -> Id:
    """Sort pydantic's kinds of complaint, https://docs.pydantic.dev/latest/errors/validation_errors/."""
    if kind.endswith(("_type", "_parsing")):
        return "wrong-type"
    bounds = ("greater_than", "less_than", "too_long", "too_short", "multiple_of", "decimal_")
    return "out-of-range" if any(bound in kind for bound in bounds) else "wrong-value"


def _choices(message: str) -> str:
    """Put pydantic's sentence about the tag of a union into words for people who know no tags."""
    said = message.replace("Input tag", "the value").replace(" found using ", " of ")
    return said.replace("does not match any of the expected tags:", "is none of")


def _real(value: Any, location: Pointer, kind: str) -> Pointer:
    """Drop the pieces of a pydantic location that name a union branch instead of a key of the file.

    A branch can be called like a key, as in `{type: text, text: …}`: a way through the document to the last piece
    is better than one that ends before it.
    """
    exact = _way(value, location, absent=kind == _ABOUT_ABSENCE, exact=True)
    return exact if exact is not None else _way(value, location, absent=False, exact=False) or ()


def _way(value: Any, location: Pointer, *, absent: bool, exact: bool) -> Pointer | None:
    if not location:
        return None if exact else ()
    piece, rest = location[0], location[1:]
    if _has(value, piece):
        if not rest and not absent:
            return (piece,)
        below = _way(value[piece], rest, absent=absent, exact=exact) if rest else None
        if below is not None:
            return (piece, *below)
    elif absent and not rest and isinstance(value, dict):
        return (piece,)
    return _way(value, rest, absent=absent, exact=exact)


def _has(value: Any, piece: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(piece, int) and 0 <= piece < len(value)
    return isinstance(value, dict) and piece in value
