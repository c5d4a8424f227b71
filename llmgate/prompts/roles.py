"""Marks in a template where a message of another role begins → turns, once the template is rendered.

Formats such as Prompty and dotprompt render a whole file first and split it into messages afterwards. A mark holds a
digest of the file that it stands in, so that no value that is put in begins a message of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from llmgate.prompts.prompt import MARK_END, Place, Role, Turn, digest_of

ROLES: dict[str, Role] = {"system": "system", "developer": "developer", "user": "user", "assistant": "assistant"}
_MARKED: dict[str, Place] = {**ROLES, "history": "history"}


def marker(path: str, source: str) -> str:
    """Return the beginning of the marks of one file."""
    return f"\x02{digest_of([path, source])[-32:]}:"


def mark(of: str, role: Place) -> str:
    """Return the mark that begins a message of a role, or that the earlier turns of the conversation stand at."""
    return f"{of}{role}{MARK_END}"


def split(turns: Iterable[Turn], of: str, *, bare: bool = True) -> tuple[Turn, ...]:
    """Split texts at the marks; what is blank between two of them is no message.

    `bare` says that the program takes away the blank lines around a message.
    """
    if not of:
        return tuple(turns)
    found: list[Turn] = []
    for turn in turns:
        texts, began = cut(turn.text, of, bare=bare)
        found += _told(turn.role, texts, began)
    return tuple(turn for turn in found if turn.text.strip() or turn.role == "history")


def _told(role: Place | None, texts: Sequence[str], began: Sequence[Place]) -> Iterator[Turn]:
    """Give each text its role; what stands behind the earlier turns goes on with the role before them."""
    yield Turn(role, texts[0])
    for place, text in zip(began, texts[1:], strict=True):
        if place == "history":
            yield Turn("history", "")
        else:
            role = place
        yield Turn(role, text)


def cut(text: str, of: str, *, bare: bool = True) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    """Return the texts between the marks, one more than there are marks, and the roles that the marks begin."""
    if not of:
        return (text,), ()
    pieces = re.split(f"{re.escape(of)}({'|'.join(_MARKED)}){MARK_END}", text)
    texts = [piece.strip("\n") if bare and len(pieces) > 1 else piece for piece in pieces[::2]]
    return tuple(texts), tuple(_MARKED[role] for role in pieces[1::2])
