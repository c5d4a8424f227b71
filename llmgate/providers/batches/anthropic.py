"""Requests → Anthropic's Message Batches: one request that holds them all, and one file of results.

Reference: https://platform.claude.com/docs/en/build-with-claude/batch-processing. Half the price of the ordinary call
(same page, Pricing).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.errors import CallLost
from llmgate.providers import api
from llmgate.providers.api import Api
from llmgate.providers.batches.dialect import SURPLUS_LINES, Batched, Entry, Sought, State, identifier, listed, said
from llmgate.providers.batches.wire import Wire

SKEW_S = 300.0
"""By how much the provider's clock may be behind this machine's."""


@dataclass(frozen=True, slots=True)
class AnthropicBatches:
    """Message Batches. They carry no word of ours but the requests' names, which are told once one has ended."""

    path: str = "/v1/messages/batches"
    most_requests: int = 10_000  # the API takes 100,000 and 256 MB

    def written(self, entry: Entry, spoken: Api) -> bytes:
        return api.encode({"custom_id": entry.custom_id, "params": spoken.body(entry.request, entry.seed)})

    async def upload(self, wire: Wire, token: str, lines: list[bytes]) -> str | None:  # noqa: ARG002 - nothing goes ahead
        return None

    def creating(self, token: str, lines: list[bytes], file: str | None, endpoint: str) -> bytes:  # noqa: ARG002 - the same for every API
        return b'{"requests":[' + b",".join(lines) + b"]}"

    def created(self, body: JsonValue) -> str:
        return identifier(api.mapping(body, "the batch").get("id"), "a batch's id")

    def found(self, body: JsonValue, sought: Sought) -> str | None:
        """Return the oldest that is as large and no older: whose it is shows in the names of its results."""
        ids = [
            identifier(batch.get("id"), "a batch's id")
            for batch in listed(body)
            if _count(batch) == sought.count and _created_at(batch) >= sought.sent_at - SKEW_S
        ]
        return next((found for found in reversed(ids) if found not in sought.known), None)

    def state(self, body: JsonValue) -> State:
        batch = api.mapping(body, "the batch")
        status = api.string(batch.get("processing_status"), "processing_status")[: api.MAX_NAME_CHARS]
        if status != "ended":
            return State(over=False, word=status)
        place = batch.get("results_url")
        results = () if place is None else (api.string(place, "results_url"),)
        return State(over=True, word=status, results=results, most_lines=self.most_requests + SURPLUS_LINES)

    def result(self, line: dict[str, JsonValue]) -> Batched | None:
        custom_id, result = line.get("custom_id"), line.get("result")
        if not isinstance(custom_id, str) or not isinstance(result, dict):
            return None
        match result.get("type"):
            case "succeeded":
                return Batched(custom_id=custom_id, body=result.get("message") or {})
            case "errored":
                return Batched(custom_id=custom_id, error=said(result.get("error"), "it was refused"))
            case "expired":
                return Batched(custom_id=custom_id, error="it expired before it was its turn")
            case "canceled":
                return Batched(custom_id=custom_id, error="it was cancelled")
            case _:
                return Batched(custom_id=custom_id, error="it ended in a way that nobody documents")


def _count(batch: dict[str, JsonValue]) -> int:
    counts = api.mapping(batch.get("request_counts"), "request_counts")
    return sum(api.count(value, name) for name, value in counts.items())


def _created_at(batch: dict[str, JsonValue]) -> float:
    text = api.string(batch.get("created_at"), "created_at")
    try:
        return dt.datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        raise CallLost(
            "the provider's answer is unreadable: created_at is not a time", id="answer-unreadable"
        ) from None
