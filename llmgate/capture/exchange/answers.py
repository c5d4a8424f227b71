"""An answer in any form in which it is logged, of any API → what was answered, or what went wrong."""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.capture import messages
from llmgate.capture.exchange import Exchange, anthropic, apis, chat, documents, responses
from llmgate.capture.exchange.apis import Api
from llmgate.capture.exchange.sides import Answered, said, union, without_reasoning
from llmgate.capture.span import Json, Unfit
from llmgate.providers import assembling

CUT = "the end of the answer: its stream was cut off"
MAX_MESSAGE_CHARS = 2000


def api(exchange: Exchange) -> Api | None:
    """Tell of which API an answer is; None for a bare text, an error, and what is unknown."""
    if isinstance(exchange.answer, dict):
        return apis.of_answer(exchange.answer)
    return next((found for event in exchange.events or () if (found := apis.of_event(event)) is not None), None)


def read(exchange: Exchange) -> tuple[Answered, str | None]:
    """Read the answer, and the error that came in its place.

    Raises:
        Unfit: where the answer is of no API that is known.
    """
    answer, is_cut = exchange.answer, False
    if exchange.events is not None:
        whole = _assembled(exchange.events)
        answer, is_cut = dict(whole.answer), whole.is_cut
    failure = exchange.failure or (answer.get("error") if isinstance(answer, dict) else None)
    if (error := _error(failure, exchange.status, answer)) is not None:
        return Answered(), error
    told = _told(answer)
    if not is_cut:
        return told, None
    return Answered(output=told.output, served=told.served, missing=union(told.missing, [CUT])), None


def _assembled(events: tuple[Json, ...]) -> assembling.Whole:
    for event in events:
        match apis.of_event(event):
            case Api.CHAT:
                return assembling.chat(events)
            case Api.RESPONSES:
                return assembling.responses(events)
            case Api.ANTHROPIC:
                return assembling.anthropic(events)
            case None if event.get("error"):
                return assembling.Whole(answer=event, is_cut=False)
            case None:
                continue
    return assembling.Whole(answer={}, is_cut=True)


def _told(answer: JsonValue) -> Answered:
    if answer in (None, "", {}, []):
        return Answered()
    if isinstance(answer, dict):
        match apis.of_answer(answer):
            case Api.CHAT:
                return chat.answered(answer)
            case Api.RESPONSES:
                return responses.answered(answer)
            case Api.ANTHROPIC:
                return anthropic.answered(answer)
            case None:
                return _message(answer)
    told = messages.answer(said(answer, "assistant"))
    return Answered(
        output=told.messages,
        documents=documents.searched(answer),
        missing=without_reasoning(told.missing),
        depends_on=told.depends_on,
    )


def _message(answer: Json) -> Answered:
    """Read an answer of which the message alone is logged."""
    if not ("content" in answer or "tool_calls" in answer):
        raise Unfit("the answer has neither `choices` nor `output` nor `content`: it is of no API that is read")
    told = messages.answer([{**answer, "role": "assistant"}])
    return Answered(output=told.messages, missing=without_reasoning(told.missing), depends_on=told.depends_on)


def _error(failure: JsonValue, status: int | None, answer: JsonValue) -> str | None:
    """Say what went wrong with the call: its status, its kind and the message."""
    failed = status is not None and status >= 400
    if not failure and not failed:
        return None
    words: list[str] = [str(status)] if failed else []
    if isinstance(failure, dict):
        failure = inner if isinstance(inner := failure.get("error"), dict) else failure
        kind = next((failure[name] for name in ("code", "type") if isinstance(failure.get(name), str)), None)
        text = failure.get("message")
        words += [str(kind)] if kind else []
    else:
        text = failure if isinstance(failure, str) else answer if isinstance(answer, str) else None
    words += [text] if isinstance(text, str) else []
    return " ".join(words)[:MAX_MESSAGE_CHARS] or "an error of which the log says no more"
