"""An Inquiry and the policy's judge → the request that the judge is sent, and the name of the judge."""

from __future__ import annotations

from llmgate.assertions.asking import INSTRUCTIONS, Inquiry
from llmgate.config import ModelEntry
from llmgate.message import Message, TextPart
from llmgate.targets import prompt
from llmgate.trial import Request


def request(inquiry: Inquiry, judge: ModelEntry) -> Request:
    """Write the request: temperature 0 where the entry sets none, and no temperature where it sets null."""
    params = {"temperature": 0, **judge.params}
    return Request(
        provider=judge.provider,
        model=judge.model,
        messages=(_message("system", INSTRUCTIONS), _message("user", inquiry.message)),
        params={
            name: value
            for name, value in params.items()
            if name != "seed" and (name != "temperature" or value is not None)
        },
    )


def seed(judge: ModelEntry) -> int | None:
    """Find the judge's seed: one for all trials, as it is no subject of the test."""
    configured = judge.params.get("seed")
    return configured if type(configured) is int else None


def asked(inquiry: Inquiry, judge: ModelEntry) -> str:
    """Name what is sent, judge and instructions included."""
    return prompt.digest(request(inquiry, judge), seed=seed(judge))


def identity(judge: ModelEntry) -> str:
    """Name a judge by model, parameters and instructions: another name, and no earlier verdict holds."""
    return asked(Inquiry(criterion="", output=""), judge)


def _message(role: str, text: str) -> Message:
    return Message.model_validate({"role": role, "parts": [TextPart(content=text)]})
