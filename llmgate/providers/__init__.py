"""Providers: one file per API, and the transport that they share.

| `api` in policy.providers | file | speaks |
|---|---|---|
| `openai-chat` | `openai_chat.py` | Chat Completions: OpenAI, vLLM, Ollama, OpenRouter and most others |
| `openai-responses` | `openai_responses.py` | OpenAI's Responses, without its memory |
| `azure-openai` | `azure_openai.py` | Chat Completions of Azure's deployments |
| `anthropic-messages` | `anthropic_messages.py` | Anthropic's Messages |
| `gemini` | `gemini.py` | Gemini's generateContent |
| `vertex` | `vertex.py` | Gemini and Claude on Vertex AI |
| `bedrock` | `bedrock.py` | Bedrock's Converse, signed or with one of its own keys |
| `mistral` | `mistral.py` | Mistral's Chat Completions |
| `cohere` | `cohere.py` | Cohere's Chat (v2) |
| `ollama` | `ollama.py` | Ollama's own chat |

`binding.py` binds those that are used to their keys. `api.py` has what the APIs share, `conversation.py` the ids of
tool calls, `origin.py` keys and where they may go, `embeddings.py` the embeddings of servers that speak `openai-chat`,
`retry.py` when to try again, `pace.py` limits and clocks, `steering.py` how many calls a provider takes, `outage.py`
when it is gone, `persisting.py` the patience, `signing.py` AWS's signatures, `transport.py` the HTTP, `response.py`
what comes back of it, `streaming.py` its lines as they arrive, `prices.py` the dollars, `listing.py` the lists of
models that providers give of themselves, `batches/` answers for later at half the price. `raw.py` has what an
application wrote itself and is passed on as it is, `assembling.py` puts its streams together, `raw_prices.py` says what
it may cost. To add an API, write its file and name it in `binding.APIS` and in `config.ProviderEntry.api`.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pydantic import JsonValue

from llmgate.errors import CallRefused
from llmgate.providers import api, embeddings, prices, raw, raw_prices
from llmgate.providers.batches import Batches
from llmgate.providers.binding import APIS, Endpoint, endpoints, undeclared
from llmgate.providers.origin import is_loopback
from llmgate.providers.pace import Limits, Pace
from llmgate.providers.raw import Raw, Sink, Wire
from llmgate.redaction import Redactor
from llmgate.trial import Completion, EmbeddingRequest, Embeddings, Request

if TYPE_CHECKING:
    from llmgate.providers.transport import Destination

__all__ = [
    "APIS",
    "Answer",
    "Client",
    "Embedded",
    "Endpoint",
    "Raw",
    "Relayed",
    "Sink",
    "Wire",
    "endpoints",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call brought: the completion, the seconds of the attempt that succeeded, and the dollars where known."""

    completion: Completion
    latency_s: float
    attempts: int
    cost_usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relayed:
    """What a call brought that was passed on, as `Answer` has it.

    `likely_usd` are dollars by the sizes of its texts, where the answer does not tell its tokens.
    """

    completion: Completion
    latency_s: float
    attempts: int
    cost_usd: float | None
    likely_usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """What a request for embeddings brought: the vectors, and the dollars where known."""

    embeddings: Embeddings
    cost_usd: float | None


class Client:
    """Asks models for completions. Close it, or use it as an async context manager."""

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint],
        *,
        pace: Pace,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Check every address and key before anything is sent.

        Raises:
            CallRefused: an address is not plain, or a key belongs to another origin.
        """
        from llmgate.providers import transport  # noqa: PLC0415 - 0.3 s of aiohttp and httpx, only where calls are made

        self._endpoints, self._pace = dict(endpoints), pace
        self._destinations: dict[tuple[str, str], transport.Destination] = {}
        self._vectors = {
            name: transport.destination(endpoint.origin, endpoint.embeddings, endpoint.key, endpoint.api.headers)
            for name, endpoint in endpoints.items()
            if endpoint.embeddings
        }
        secrets = [secret for endpoint in endpoints.values() for secret in endpoint.secrets()]
        secure = any(endpoint.origin.startswith("https:") for endpoint in endpoints.values())
        trust = tls or (transport.trusted_authorities() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        self._transport = transport.Transport(limits or Limits(), pace, Redactor(secrets), trust)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._transport.aclose()

    @property
    def batches(self) -> Batches:
        """The same providers, for answers that may come later."""
        return Batches(self._endpoints, self._transport, self._pace)

    async def complete(self, request: Request, *, seed: int | None = None) -> Answer:
        """Ask once, retrying what is transient.

        Raises:
            UsageError: the request's provider is none of this client's.
            CallRefused: the provider refuses for good, or the request cannot be written in its dialect.
            CallLost: no usable answer within the attempts and the deadline.
        """
        endpoint = self._endpoint(request.provider)
        where = self._destination(request.provider, request.model)
        reply = await self._transport.post(where, _written(lambda: endpoint.api.body(request, seed)))
        completion = endpoint.api.parse(reply.body)
        return Answer(
            completion=completion,
            latency_s=reply.latency_s,
            attempts=reply.attempts,
            cost_usd=None if is_loopback(endpoint.origin) else prices.cost(request, completion),
        )

    async def embed(self, request: EmbeddingRequest) -> Embedded:
        """Ask for the vectors of texts, retrying what is transient.

        Raises:
            UsageError: the request's provider is none of this client's.
            CallRefused: the provider refuses for good, or speaks a dialect that has no embeddings.
            CallLost: no usable answer within the attempts and the deadline.
        """
        endpoint = self._endpoint(request.provider)
        if request.provider not in self._vectors:
            raise CallRefused(
                f"the provider {request.provider!r} speaks an API that has no embeddings", id="api-not-spoken"
            )
        body = _written(lambda: embeddings.body(request))
        reply = await self._transport.post(self._vectors[request.provider], body)
        made = embeddings.parse(reply.body, request)
        cost = None if is_loopback(endpoint.origin) else prices.embedding_cost(request, made)
        return Embedded(embeddings=made, cost_usd=cost)

    def ceiling(self, request: Request | EmbeddingRequest) -> float | None:
        """Dollars to reserve before a call; None where no price is known, as on this machine's own servers."""
        if is_loopback(self._endpoint(request.provider).origin):
            return None
        return prices.ceiling(request) if isinstance(request, Request) else prices.embedding_ceiling(request)

    def takes(self, provider: str, wire: Wire, model: str) -> bool:
        """Whether a provider speaks what an application speaks."""
        known = self._endpoints.get(provider)
        return known is not None and raw.place(known.api, wire, model) is not None

    async def relay(self, provider: str, asked: Raw, content: Mapping[str, JsonValue], into: Sink) -> Relayed:
        """Ask as an application wrote it, retrying what is transient, and hand the answer over as it comes.

        `content` is what its body says.

        Raises:
            UsageError: the request's provider is none of this client's.
            CallRefused: the provider refuses for good, or does not speak so; what it said is in `into`.
            CallLost: no answer within the attempts and the deadline, or one that broke off or is an error itself.
        """
        endpoint = self._endpoint(provider)
        where = self._raw_destination(endpoint, asked)
        reply = await self._transport.relay(where, asked.body, into, streams=asked.streams)
        found = raw.completion(asked.wire, into.taken(), streams=asked.streams)
        priced = not is_loopback(endpoint.origin)
        cost = prices.of_usage(provider, asked.model, found.usage) if priced else None
        likely = raw_prices.estimate(provider, asked.model, content, found) if priced and cost is None else None
        return Relayed(
            completion=found, latency_s=reply.latency_s, attempts=reply.attempts, cost_usd=cost, likely_usd=likely
        )

    def raw_ceiling(self, provider: str, asked: Raw, content: Mapping[str, JsonValue]) -> float | None:
        """Dollars to reserve before a call that is passed on; None as for `ceiling`."""
        if is_loopback(self._endpoint(provider).origin):
            return None
        return raw_prices.ceiling(provider, asked.wire, asked.model, content)

    def _raw_destination(self, endpoint: Endpoint, asked: Raw) -> Destination:
        from llmgate.providers import transport  # noqa: PLC0415 - as above

        if (place := endpoint.takes(asked)) is None:
            raise CallRefused(f"the provider does not speak {asked.wire}", id="api-not-spoken")
        where = transport.destination(endpoint.origin, place.path, endpoint.key, endpoint.api.headers)
        accepted = {"accept": transport.EVENTS} if asked.streams else {}
        where = where.beside({**accepted, **asked.headers})
        query = {**asked.query, **place.query}
        return where.asking(query) if query else where

    def _destination(self, provider: str, model: str) -> Destination:
        """Return where a model is asked, which is below its provider's origin whatever the model's name holds."""
        from llmgate.providers import transport  # noqa: PLC0415 - as above

        if (known := self._destinations.get((provider, model))) is not None:
            return known
        endpoint = self._endpoints[provider]
        place = endpoint.place(model)
        where = transport.destination(endpoint.origin, place.path, endpoint.key, endpoint.api.headers)
        where = where.asking(place.query) if place.query else where
        where = where.signed(endpoint.signer) if endpoint.signer else where
        return self._destinations.setdefault((provider, model), where)

    def _endpoint(self, provider: str) -> Endpoint:
        if provider not in self._endpoints:
            raise undeclared([provider], self._endpoints)
        return self._endpoints[provider]


def _written(body: Callable[[], Mapping[str, JsonValue]]) -> bytes:
    try:
        return api.encode(body())
    except (ValueError, RecursionError):
        raise CallRefused(
            "the request cannot be written as JSON: a parameter is not a finite number or too deep", id="request-unfit"
        ) from None
