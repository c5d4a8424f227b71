"""The rendered texts of a prompt → its messages, as its format splits and orders them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from llmgate.errors import RenderError
from llmgate.prompts import roles
from llmgate.prompts.prompt import Format, Prompt, Turn

_ROLE_LINE = re.compile(
    r"^[ \t]*+(?:#[ \t]*+)?(?:system|user|assistant|developer)[ \t]*+(?:\[[^\]\n]*+\][ \t]*+)?:[ \t]*+$",
    re.IGNORECASE | re.MULTILINE,
)
_TURN = Turn("history", "")


def of(prompt: Prompt, rendered: Iterable[Turn]) -> tuple[Turn, ...]:
    """Split what was rendered at the marks.

    Raises:
        RenderError: where a value holds what begins a message for the program that reads the file.
    """
    turns = roles.split(rendered, prompt.marker, bare=prompt.format is not Format.DOTPROMPT)
    match prompt.format:
        case Format.DOTPROMPT:
            return _with_history(turns)
        case Format.PROMPTY if prompt.marker and any(_ROLE_LINE.search(turn.text) for turn in turns):
            raise RenderError(
                f"{prompt.path}: a value or a computed line reads like `user:`, which begins a message for Prompty",
                id="template-failed",
                remedy="Write roles in the template, and the conversation as an input of the kind `thread`.",
            )
        case _:
            return turns


def _with_history(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Where the template does not place the earlier turns, they stand before the last message of the user."""
    if _TURN in turns:
        return turns
    place = len(turns) - 1 if turns and turns[-1].role == "user" else len(turns)
    return (*turns[:place], _TURN, *turns[place:])
