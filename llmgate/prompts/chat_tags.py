"""`<message role="…">` in a template → marks where messages begin, as Semantic Kernel makes a chat of what it renders.

It reads the text as XML, and takes it for one message of the user where it is none; what hangs on that is not imitated.
https://learn.microsoft.com/en-us/semantic-kernel/concepts/prompts/prompt-template-syntax
"""

from __future__ import annotations

import re
from typing import NamedTuple

from llmgate.prompts import roles

_TAG = re.compile(r"<message\b([^<>]{0,200})>|</message\s*>")
_ROLE = re.compile(r"""\s+role\s*=\s*(["'])(system|user|assistant|developer)\1\s*""", re.IGNORECASE)
# What follows an expression that is not closed is text, and is taken at once: looked through again, it is quadratic.
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|(?P<open>\{[{%].*)", re.DOTALL)


class Chat(NamedTuple):
    """The text with marks in it; `marker` is empty where it has no tags. `reason` says what is not imitated."""

    text: str
    marker: str = ""
    reason: str = ""


def marked(template: str, marker: str) -> Chat:
    if not _TAG.search(template):
        return Chat(template)
    pieces: list[str] = []
    end, inside, reason = 0, False, ""
    for match in _TAG.finditer(template):
        pieces.append(template[end : match.start()])
        opens = match[1] is not None
        role = _ROLE.fullmatch(match[1]) if opens else None
        if opens == inside or (opens and not role):
            reason = "a <message> has more than a fixed role, or stands in another"
        # What stands behind a message that ends is one of the user.
        pieces.append(roles.mark(marker, roles.ROLES[role[2].lower()] if role else "user"))
        end, inside = match.end(), opens
    pieces.append(template[end:])
    text = "".join(pieces)
    if re.search(r"[<&]", _EXPRESSION.sub(lambda each: each["open"] or "", text)):
        reason = "it has < or & beside <message>, and is read as XML"
    return Chat(text, marker, reason or ("a <message> is not closed" if inside else ""))
