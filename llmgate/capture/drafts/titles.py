"""The content of a fixture, redacted already → one line for people: what the user said."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

MAX_TITLE_CHARS = 80


def of(content: Mapping[str, JsonValue]) -> str:
    """Take what the user said, on one line."""
    text = " ".join(_said(content).split())
    return text if len(text) <= MAX_TITLE_CHARS else text[: MAX_TITLE_CHARS - 1] + "…"


def _said(content: Mapping[str, JsonValue]) -> str:
    given, observed = _within(content, "input"), _within(content, "observed")
    turns, values = given.get("messages"), _within(given, "variables")
    asked = [str(values[name]) for name in _QUESTIONS if values.get(name)]
    made = observed.get("rendered")
    spoken = [*_users(turns), *asked, *_users(made)]
    return spoken[-1] if _users(turns) and not asked else next(iter([*asked, *spoken]), "")


_QUESTIONS = ("question", "query", "user_input", "input", "message", "request", "text")


def _within(held: Mapping[str, JsonValue], name: str) -> dict[str, JsonValue]:
    found = held.get(name)
    return found if isinstance(found, dict) else {}


def _users(turns: JsonValue) -> list[str]:
    listed = turns if isinstance(turns, list) else []
    return [
        str(turn["content"])
        for turn in listed
        if isinstance(turn, dict) and turn.get("role") == "user" and "content" in turn
    ]
