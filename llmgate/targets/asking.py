"""A fixture → the question that an application is asked, as one JSON object that does not tell the arm."""

from __future__ import annotations

import hashlib
from typing import Any

from pydantic import JsonValue

from llmgate.fixture import Fixture
from llmgate.message import Message, TextPart
from llmgate.providers import api
from llmgate.targets import prompt


def question(fixture: Fixture) -> dict[str, JsonValue]:
    """Put together what stays the same from trial to trial."""
    return {
        "variables": dict(fixture.input.variables),
        "messages": _dumped(fixture.input.messages),
        "documents": [prompt.told(each) for each in fixture.context.documents],
        "context": fixture.context.text,
        "tools": _dumped(fixture.tools.definitions),
    }


def of_trial(fixture: Fixture, index: int, seed: int | None, *, token: str, traceparent: str) -> dict[str, JsonValue]:
    """Put together the whole question of one trial."""
    own: dict[str, JsonValue] = {"id": fixture.id, "trial": index, "seed": seed}
    return {**own, **question(fixture), "token": token, "traceparent": traceparent}


def digest(asked: dict[str, JsonValue], identity: str, *, seed: int | None) -> str:
    """`sha256:` over an application and its question: equal ones have equal digests on whichever arm."""
    content = {"application": identity, "question": asked, "seed": seed}
    return "sha256:" + hashlib.sha256(prompt.as_sent(content).encode()).hexdigest()


def messages(fixture: Fixture) -> tuple[Message, ...]:
    """Show the question as a conversation: the earlier turns, and the variables as what the user says."""
    if not fixture.input.variables:
        return fixture.input.messages
    text = prompt.canonical(dict(fixture.input.variables))
    return (*fixture.input.messages, Message(role="user", parts=(TextPart(content=text),)))


def written(arguments: JsonValue) -> str:
    """Write a tool's arguments so that equal ones have equal text, whether they come as text or as an object."""
    return prompt.canonical(api.arguments(arguments))


def _dumped(items: Any) -> list[JsonValue]:
    return [item.model_dump(mode="json", exclude_none=True) for item in items]
