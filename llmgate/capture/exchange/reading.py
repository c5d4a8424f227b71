"""A logged call of any API → its span."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture import retrieved
from llmgate.capture.exchange import (
    Exchange,
    answers,
    anthropic,
    apis,
    beside,
    chat,
    documents,
    lines,
    parameters,
    responses,
)
from llmgate.capture.exchange.apis import Api
from llmgate.capture.exchange.sides import Asked, union
from llmgate.capture.pieces import UNRECORDED
from llmgate.capture.span import Json, Record, Span, Unfit
from llmgate.conventions import Kind

_FORMATS = {Api.CHAT: "openai", Api.RESPONSES: "openai", Api.ANTHROPIC: "anthropic"}


def calls(value: JsonValue, wanted: tuple[Api, ...]) -> Iterator[Exchange]:
    """Find the calls that a record logs, all of which have to be of some APIs.

    Raises:
        Unfit: where one is of another.
    """
    for exchange in lines.exchanges(value):
        if (api := _foreign(exchange, wanted)) is not None:
            raise Unfit(f"a call of {api.value}: capture it as `{_FORMATS[api]}`")
        yield exchange


def _foreign(exchange: Exchange, wanted: tuple[Api, ...]) -> Api | None:
    """Tell of which other API a call is; a request to Anthropic without a system prompt looks like one of a chat."""
    answered, request = answers.api(exchange), apis.of_request(exchange.request)
    if answered is not None and answered not in wanted:
        return answered
    return None if request in wanted or (request is Api.CHAT and Api.ANTHROPIC in wanted) else request


def asked(exchange: Exchange, api: Api) -> Asked:
    """Read the request of a call.

    Raises:
        Unfit: where a message is none.
    """
    match api:
        case Api.CHAT:
            return chat.asked(exchange.request)
        case Api.RESPONSES:
            return responses.asked(exchange.request)
        case Api.ANTHROPIC:
            return anthropic.asked(exchange.request)


def span(record: Record, exchange: Exchange, request: Asked, provider: str) -> Span:
    """Read a call whose request is read.

    Raises:
        Unfit: where the answer cannot be read.
    """
    answer, error = answers.read(exchange)
    line = exchange.line
    found = retrieved.of(_retrieved(line))
    return Span(
        file=record.file,
        line=record.line,
        trace=exchange.trace,
        id=exchange.id,
        kind=Kind.MODEL,
        started_ns=beside.started(line, exchange.answer),
        ended_ns=beside.ended(line),
        messages=request.messages,
        output=answer.output,
        finish_reason=answer.finish_reason,
        tools=request.tools,
        params=parameters.of(exchange.request),
        seed=parameters.seed(exchange.request),
        provider=_provider(line, provider),
        requested=parameters.model(exchange.request) or parameters.model(line),
        served=answer.served,
        prompt={**beside.prompt(line), **request.prompt},
        variables=request.variables if request.variables is not None else beside.variables(line),
        documents=documents.distinct([*found.documents, *request.documents, *answer.documents]),
        feedback=beside.feedback(line),
        expected=beside.expected(line),
        error=error,
        tags=beside.tags(line),
        response=exchange.response,
        metadata={**exchange.metadata, **answer.metadata},
        missing=union(request.missing, answer.missing, found.missing),
        depends_on=union(request.depends_on, answer.depends_on, () if request.messages else (UNRECORDED,)),
    )


def _retrieved(line: Json) -> JsonValue:
    names = ("documents", "retrieved_documents", "context")
    return next((line[name] for name in names if isinstance(line.get(name), list)), None)


def _provider(line: Json, otherwise: str) -> str:
    value = line.get("provider")
    return value.lower() if isinstance(value, str) and value else otherwise
