"""An unknown key or name → the one that was likely meant: a key of the model that refused it, or a fixture."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

MAX_KEY_CHARS = 60
"""Keys that are longer than any of ours are not compared: a file may hold one of a megabyte."""
MAX_NAME_CHARS = 200


def meant(model: type[BaseModel], pointer: Sequence[int | str]) -> str | None:
    """Name the key that `pointer`, the keys of the document down to an unknown one, was likely to end in."""
    *path, key = pointer
    if not isinstance(key, str) or len(key) > MAX_KEY_CHARS:
        return None
    places: list[Any] = [model]
    for piece in path:
        places = [below for place in places for below in _below(place, piece)]
    known = {name for place in places if _is_model(place) for name in _fields(place)}
    return next(iter(difflib.get_close_matches(key, sorted(known), n=1)), None)


def fixture(name: str, known: Iterable[str]) -> str:
    """Say which fixture was likely meant."""
    close = difflib.get_close_matches(name[:MAX_NAME_CHARS], sorted(known), n=3, cutoff=0.5)
    return f"did you mean {', '.join(close)}?" if close else "name fixtures by id; their files have them under `id`"


def _below(place: Any, piece: int | str) -> Iterator[Any]:
    """Yield what may stand under a key or a place of a list."""
    arguments = get_args(place)
    if _is_model(place):
        inner = [each for name, each in _fields(place).items() if name == piece]
    else:
        inner = list(arguments[-1:] if _is_mapping(place) else arguments[:1] if _is_list(place) else ())
    for annotation in inner:
        yield from _members(annotation)


def _members(annotation: Any) -> Iterator[Any]:
    """Yield the types that an annotation allows: those of a union, without what is said about them."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _members(arguments[0])
    elif arguments and not _is_mapping(annotation) and not _is_list(annotation):
        for argument in arguments:
            yield from _members(argument)
    else:
        yield annotation


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {each.alias or name: each.annotation for name, each in model.model_fields.items()}


def _is_model(place: Any) -> bool:
    return isinstance(place, type) and issubclass(place, BaseModel)


def _is_mapping(place: Any) -> bool:
    origin = get_origin(place)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _is_list(place: Any) -> bool:
    return get_origin(place) in (list, tuple, frozenset, set)
