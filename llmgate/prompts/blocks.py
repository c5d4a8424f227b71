"""A Jinja template that is divided into messages by blocks such as `{% message role="user" %}` → the messages.

Haystack writes `message`, LlamaIndex `chat`. Blocks that a statement repeats or leaves out are not imitated.
"""

from __future__ import annotations

import re
from functools import lru_cache

from llmgate.prompts.prompt import Role, Turn
from llmgate.prompts.roles import ROLES

UNRENDERED = "llmgate renders blocks of messages only where nothing but blanks and comments stands between them"

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def has(text: str, word: str) -> bool:
    return bool(re.search(rf"\{{%[-+]?\s{{0,20}}end{word}\b", text))


def split(text: str, word: str) -> tuple[Turn, ...] | None:
    """Return the messages, without the blanks around each; None where they are more than a row of blocks."""
    found: list[Turn] = []
    role: Role | None = None
    begin = 0
    for tag in _tags(word).finditer(text):
        inside = text[begin : tag.start()].strip()
        begin = tag.end()
        if (tag["role"] is None) is (role is None) or (role is None and _COMMENT.sub("", inside).strip()):
            return None
        if role is not None:
            found.append(Turn(role, inside))
        role = ROLES.get(tag["role"] or "")
    rest = _COMMENT.sub("", text[begin:]).strip()
    return None if rest or role is not None or not found else tuple(found)


@lru_cache(maxsize=4)
def _tags(word: str) -> re.Pattern[str]:
    blank = r"\s{0,20}"
    begins = rf"{word}{blank}role{blank}={blank}[\"'](?P<role>system|user|assistant)[\"']"
    return re.compile(rf"\{{%[-+]?{blank}(?:{begins}|end{word}){blank}[-+]?%\}}")
