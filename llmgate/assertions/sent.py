"""The request that was answered → the texts that the model was given, without its own."""

from __future__ import annotations

import json
from collections.abc import Iterator

from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge
from llmgate.media import BlobPart, UriPart
from llmgate.message import Part, TextPart, ToolResponsePart
from llmgate.trial import Request


def request(subject: Subject) -> Request:
    """Return the last request of the trial.

    Raises:
        CannotJudge: if it is not known.
    """
    if subject.trace.request is None:
        raise CannotJudge(
            "it is not known what the model was sent", id="nothing-to-judge-by", remedy="use a target of kind prompt"
        )
    return subject.trace.request


def texts(subject: Subject) -> Iterator[str]:
    """Yield what everyone but the model said: system text, questions, and what tools answered."""
    for message in request(subject).messages:
        if message.role != "assistant":
            yield from filter(None, map(_text, message.parts))


def has_files(subject: Subject) -> bool:
    return any(isinstance(part, BlobPart | UriPart) for message in request(subject).messages for part in message.parts)


def _text(part: Part) -> str | None:
    if isinstance(part, TextPart):
        return part.content
    if isinstance(part, ToolResponsePart):
        answered = part.response
        return answered if isinstance(answered, str) else json.dumps(answered, ensure_ascii=False)
    return None
