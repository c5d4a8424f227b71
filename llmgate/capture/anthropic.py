"""Logged calls of Anthropic's Messages → spans."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture.exchange import reading
from llmgate.capture.exchange.apis import Api
from llmgate.capture.span import Record, Span


def traces(value: JsonValue) -> Iterator[str]:
    """Name the trace of each call; see `Dialect`."""
    for exchange in reading.calls(value, (Api.ANTHROPIC,)):
        yield exchange.trace


def read(record: Record) -> Iterator[Span]:
    """Read each call; see `Dialect`."""
    for exchange in reading.calls(record.value, (Api.ANTHROPIC,)):
        yield reading.span(record, exchange, reading.asked(exchange, Api.ANTHROPIC), "anthropic")
