"""Logged calls of OpenAI's Chat Completions and Responses, and of servers that speak them → spans."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture.exchange import apis, reading
from llmgate.capture.exchange.apis import Api
from llmgate.capture.span import Record, Span

_APIS = (Api.CHAT, Api.RESPONSES)


def traces(value: JsonValue) -> Iterator[str]:
    """Name the trace of each call; see `Dialect`."""
    for exchange in reading.calls(value, _APIS):
        yield exchange.trace


def read(record: Record) -> Iterator[Span]:
    """Read each call; see `Dialect`."""
    for exchange in reading.calls(record.value, _APIS):
        request = reading.asked(exchange, apis.of_request(exchange.request))
        yield reading.span(record, exchange, request, "openai")
