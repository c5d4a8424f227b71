"""Marks in a template where a message of another role begins → turns, once the template is rendered.

Formats such as Prompty and dotprompt render a whole file first and split it into messages afterwards. A mark holds a
digest of the file that it stands in, so that no value that is put in begins a message of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from llmgate.prompts.prompt import MARK_END, Role, Turn, digest_of

ROLES: dict[str, Role] = {"system": "system", "developer": "developer", "user": "user", "assistant": "assistant"}


def marker(path: str, source: str) -> str:
    """Return the beginning of the marks of one file."""
    return f"\x02{digest_of([path, source])[-32:]}:"


def mark(of: str, role: Role) -> str:
    """Return the mark that begins a message of a role."""
    return f"{of}{role}{MARK_END}"


def split(turns: Iterable[Turn], of: str) -> tuple[Turn, ...]:
    """Split texts at the marks; what is blank between two of them is no message, and blank lines around one go."""
    if not of:
        return tuple(turns)
    found: list[Turn] = []
    for turn in turns:
        texts, began = cut(turn.text, of)
        found += [Turn(role, text) for role, text in zip((turn.role, *began), texts, strict=True)]
    return tuple(turn for turn in found if turn.text.strip())


def cut(text: str, of: str) -> tuple[tuple[str, ...], tuple[Role, ...]]:
    """Return the texts between the marks, one more than there are marks, and the roles that the marks begin."""
    if not of:
        return (text,), ()
    pieces = re.split(f"{re.escape(of)}({'|'.join(ROLES)}){MARK_END}", text)
    texts = [piece.strip("\n") for piece in pieces[::2]] if len(pieces) > 1 else pieces
    return tuple(texts), tuple(ROLES[role] for role in pieces[1::2])
