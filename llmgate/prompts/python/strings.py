"""The methods and operators of Python's strings, on texts of which some pieces are not known.

Each returns None where its result cannot be told; the whole expression is then one placeholder.
"""

from __future__ import annotations

import inspect
import itertools
import string
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from llmgate.prompts.python.parts import Folded, Part, Slot, Text, literal

MAX_REPLACED = 1000

CLEANERS: dict[str, Callable[[str], str]] = {
    "textwrap.dedent": textwrap.dedent,
    "dedent": textwrap.dedent,
    "inspect.cleandoc": inspect.cleandoc,
    "cleandoc": inspect.cleandoc,
}
_STAND_IN = "\ue000{}\ue001"
_PERCENT = "\ue002"


class Given(NamedTuple):
    """An argument: its source, and the text that it is."""

    source: str
    parts: Folded


def cleaned(clean: Callable[[str], str], parts: Folded) -> Iterator[Part]:
    """Clean a text as Python would: what is put in stands for itself, on one line."""
    stand_ins = {_STAND_IN.format(place): part for place, part in enumerate(parts) if not isinstance(part, Text)}
    pieces = (part.text if isinstance(part, Text) else _STAND_IN.format(place) for place, part in enumerate(parts))
    text = clean("".join(pieces))
    for stand_in, part in stand_ins.items():
        before, _, text = text.partition(stand_in)
        yield Text(before)
        yield part
    yield Text(text)


def plain(method: str, parts: Folded, given: Sequence[Folded]) -> Folded | None:
    """Apply a method of one argument or none to a constant; `strip` also where something is put in between its ends."""
    known = [text for text in map(literal, given) if text is not None]
    whole = literal(parts)
    if len(known) < len(given) or len(given) > 1:
        return None
    if whole is None:
        return _trimmed(parts, method) if method in ("strip", "lstrip", "rstrip") and not known else None
    try:
        return (Text(getattr(whole, method)(*known)),)
    except TypeError:  # arguments that the program could not give either
        return None


def _trimmed(parts: Folded, method: str) -> Folded:
    changed = list(parts)
    first, last = changed[0], changed[-1]
    if method != "rstrip" and isinstance(first, Text):
        changed[0] = Text(first.text.lstrip())
    if method != "lstrip" and isinstance(last, Text):
        changed[-1] = Text(last.text.rstrip())
    return tuple(changed)


def replaced(parts: Folded, old: Folded, new: Folded) -> Folded | None:
    """`PROMPT.replace("{name}", value)`, which fills a template in as well."""
    text, known = literal(parts), literal(old)
    if text is None or not known or text.count(known) > MAX_REPLACED:
        return None
    made: list[Part] = []
    for place, piece in enumerate(text.split(known)):
        made += [*(new if place else ()), Text(piece)]
    return tuple(made)


def percent(template: Folded, given: Sequence[Folded]) -> Folded | None:
    """`"…%s…" % value`, of a constant with `%s` and `%d` alone."""
    text = literal(template)
    if text is None or text.count("%") > MAX_REPLACED:
        return None
    pieces = text.replace("%%", _PERCENT).replace("%d", "%s").split("%s")
    if len(pieces) != len(given) + 1 or any("%" in piece for piece in pieces):
        return None
    made: list[Part] = [Text(pieces[0].replace(_PERCENT, "%"))]
    for value, piece in zip(given, pieces[1:], strict=True):
        made += [*value, Text(piece.replace(_PERCENT, "%"))]
    return tuple(made)


def formatted(template: Folded, given: Mapping[str, Given]) -> Folded | None:
    """`"…{name}…".format(name=value)`, of a constant; a field that nothing is given for stays one."""
    text = literal(template)
    if text is None:  # the arguments may belong to what is not known
        return None
    try:
        return tuple(_fields(text, given))
    except ValueError:
        return None


def _fields(text: str, given: Mapping[str, Given]) -> Iterator[Part]:
    numbers = itertools.count()
    for before, name, spec, conversion in string.Formatter().parse(text):
        yield Text(before)
        if name is None:
            continue
        asked = name or str(next(numbers))
        root = asked.split(".", 1)[0].split("[", 1)[0]
        shape = (f"!{conversion}" if conversion and conversion != "s" else "") + (f":{spec}" if spec else "")
        value, rest = given.get(root), asked[len(root) :]
        if value is None:
            yield Slot(asked, shape)
        elif shape or rest:
            yield Slot(value.source + rest, shape)
        else:
            yield from value.parts
