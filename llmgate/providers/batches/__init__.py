"""Requests that may be answered later → one batch at a provider, its state, and its results, at half the price.

| `api` in policy.providers | file | asked |
|---|---|---|
| `openai-chat`, `openai-responses` | `openai.py` | `/v1/files`, `/v1/batches` |
| `anthropic-messages` | `anthropic.py` | `/v1/messages/batches` |

`wire.py` is the way to the provider, `dialect.py` what both have in common. A batch is paid for once it is created, and
neither API knows a key of idempotency: what creates one is sent a single time, and where no answer came the provider's
own list says whether there is one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import JsonValue

from llmgate.errors import CallError, CallLost, UsageError
from llmgate.providers import api, prices
from llmgate.providers.anthropic_messages import AnthropicMessages
from llmgate.providers.api import Api
from llmgate.providers.batches.anthropic import AnthropicBatches
from llmgate.providers.batches.dialect import Batched, Dialect, Entry, Sought, State
from llmgate.providers.batches.openai import OpenAIBatches
from llmgate.providers.batches.wire import Wire
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.providers.openai_responses import OpenAIResponses
from llmgate.providers.origin import is_loopback
from llmgate.providers.pace import Pace
from llmgate.trial import Completion, Request

if TYPE_CHECKING:
    from llmgate.providers.binding import Endpoint
    from llmgate.providers.transport import Transport

__all__ = ["DIALECTS", "Batched", "Batches", "Entry", "Reply", "Sought", "State"]

DIALECTS: dict[type[Api], Dialect] = {
    OpenAIChat: OpenAIBatches(),
    OpenAIResponses: OpenAIBatches(),
    AnthropicMessages: AnthropicBatches(),
}
"""The batches of each API whose `Capabilities.batch` is true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of one request of a batch: the completion and its dollars where known, or why there is none."""

    custom_id: str
    completion: Completion | None = None
    cost_usd: float | None = None
    error: str = ""


class Batches:
    """The batches of a client's providers."""

    def __init__(self, endpoints: Mapping[str, Endpoint], transport: Transport, pace: Pace) -> None:
        self._endpoints = endpoints
        self._wires = {name: Wire(endpoint, transport) for name, endpoint in endpoints.items()}
        self._pace = pace

    def knows(self, provider: str) -> bool:
        """Tell whether a provider can be asked for batches."""
        endpoint = self._endpoints.get(provider)
        return endpoint is not None and endpoint.api.capabilities("").batch

    async def pause(self, seconds: float) -> None:
        await self._pace.sleep(seconds)

    def written(self, entry: Entry) -> bytes:
        """Write one request as a batch holds it: the body is that of an ordinary call.

        Raises:
            CallRefused: it cannot be written in the provider's dialect.
        """
        spoken = self._endpoints[entry.request.provider].api
        return self._dialect(entry.request.provider).written(entry, spoken)

    def most(self, provider: str) -> int:
        """Return how many requests one batch may hold."""
        return self._dialect(provider).most_requests

    async def upload(self, provider: str, token: str, lines: list[bytes]) -> str | None:
        """Send ahead what the batch will name; return its id. It costs nothing, so it is tried as often as a call.

        Raises:
            CallRefused: trying again cannot help.
            CallLost: it might, but not now.
        """
        return await self._dialect(provider).upload(self._wires[provider], token, lines)

    async def create(self, provider: str, token: str, lines: list[bytes], file: str | None) -> str:
        """Create the batch, sending once; return its id.

        Raises:
            CallRefused: there is none, and trying again cannot help.
            wire.NotNowError: there is none yet: the provider takes none for the moment.
            CallLost: there may be one.
        """
        dialect, wire = self._dialect(provider), self._wires[provider]
        path = self._endpoints[provider].api.place("").path
        body = dialect.creating(token, lines, file, path)
        return dialect.created(await wire.send_once(dialect.path, body))

    async def find(self, provider: str, sought: Sought) -> str | None:
        """Look for a batch of which it is not known whether it was created, among the newest of the provider's list.

        Raises:
            CallError: the list cannot be had.
        """
        dialect = self._dialect(provider)
        return dialect.found(await self._wires[provider].fetch(dialect.path, {"limit": "100"}), sought)

    async def state(self, provider: str, batch: str) -> State:
        """Ask how far a batch is.

        Raises:
            CallError: it cannot be told.
        """
        dialect = self._dialect(provider)
        return dialect.state(await self._wires[provider].fetch(f"{dialect.path}/{batch}", {}))

    async def results(self, provider: str, model: str, state: State) -> AsyncIterator[Reply]:
        """Read the results of a batch as they come, in whatever order they are.

        Raises:
            CallError: they cannot be had, or not all of them.
        """
        dialect, wire = self._dialect(provider), self._wires[provider]
        for place in state.results:
            async for line in wire.lines(place, most=state.most_lines):
                if (found := dialect.result(_decoded(line))) is not None:
                    yield self._reply(provider, model, found)

    def _reply(self, provider: str, model: str, found: Batched) -> Reply:
        if found.body is None:
            return Reply(custom_id=found.custom_id, error=found.error)
        endpoint = self._endpoints[provider]
        try:
            completion = endpoint.api.parse(found.body)
        except CallError as error:
            return Reply(custom_id=found.custom_id, error=error.message)
        asked = Request(provider=provider, model=model, messages=())
        known = None if is_loopback(endpoint.origin) else prices.cost(asked, completion)
        cost = None if known is None else known * prices.BATCH_FACTOR
        return Reply(custom_id=found.custom_id, completion=completion, cost_usd=cost)

    def _dialect(self, provider: str) -> Dialect:
        if not self.knows(provider):
            raise UsageError(
                f"the provider {provider!r} has no batches that llmgate speaks",
                id="no-batches",
                remedy="say `run: live` in policy.baseline; docs/providers.md says which APIs have batches",
            )
        return DIALECTS[type(self._endpoints[provider].api)]


def _decoded(line: bytes) -> dict[str, JsonValue]:
    try:
        return api.mapping(api.decode(line), "a line of the results")
    except api.UnreadableError as error:
        raise CallLost(f"a line of the results is unreadable: {error}", id="answer-unreadable") from None
