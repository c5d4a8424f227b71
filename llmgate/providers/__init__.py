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

`api.py` has what they share, `conversation.py` the ids of tool calls, `origin.py` keys and where they may go,
`embeddings.py` the embeddings of servers that speak `openai-chat`, `retry.py` when to try again, `pace.py` limits and
clocks, `steering.py` how many calls a provider takes, `outage.py` when it is gone, `persisting.py` the patience,
`signing.py` AWS's signatures, `transport.py` the HTTP, `prices.py` the dollars, `listing.py` the lists of models that
providers give of themselves, `batches/` answers for later at half the price. To add an API, write its file and name it
in `APIS` and in `config.ProviderEntry.api`.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pydantic import JsonValue

from llmgate.config import EMBEDDING_API, ProviderEntry
from llmgate.errors import CallRefused, NotEvaluated, UsageError
from llmgate.providers import api, embeddings, prices, signing
from llmgate.providers.anthropic_messages import AnthropicMessages
from llmgate.providers.api import Api, Place
from llmgate.providers.azure_openai import AzureOpenAI
from llmgate.providers.batches import Batches
from llmgate.providers.bedrock import Bedrock
from llmgate.providers.cohere import Cohere
from llmgate.providers.gemini import Gemini
from llmgate.providers.mistral import Mistral
from llmgate.providers.ollama import Ollama
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.providers.openai_responses import OpenAIResponses
from llmgate.providers.origin import Key, is_loopback, of, path_below
from llmgate.providers.pace import Limits, Pace
from llmgate.providers.vertex import Vertex
from llmgate.redaction import Redactor
from llmgate.trial import Completion, EmbeddingRequest, Embeddings, Request

if TYPE_CHECKING:
    from llmgate.providers.transport import Destination

APIS: dict[str, Api] = {
    "openai-chat": OpenAIChat(),
    "openai-responses": OpenAIResponses(),
    "azure-openai": AzureOpenAI(),
    "anthropic-messages": AnthropicMessages(),
    "gemini": Gemini(),
    "vertex": Vertex(),
    "bedrock": Bedrock(),
    "mistral": Mistral(),
    "cohere": Cohere(),
    "ollama": Ollama(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where and how one provider is asked. `base` stands before the API's path; `embeddings` is that for vectors."""

    origin: str
    api: Api
    base: str = ""
    embeddings: str | None = None
    key: Key | None = None
    signer: signing.Signer | None = None

    def secrets(self) -> list[str]:
        """List what must be redacted."""
        own = [self.key.reveal(to=self.origin)] if self.key else []
        return own + (self.signer.secrets(to=self.origin) if self.signer else [])

    def place(self, model: str) -> Place:
        """Return the whole path at which a model is asked."""
        own = self.api.place(model)
        return replace(own, path=path_below(self.base, own.path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call brought: the completion, the seconds of the attempt that succeeded, and the dollars where known."""

    completion: Completion
    latency_s: float
    attempts: int
    cost_usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """What a request for embeddings brought: the vectors, and the dollars where known."""

    embeddings: Embeddings
    cost_usd: float | None


def endpoints(
    providers: Mapping[str, ProviderEntry], environment: Mapping[str, str], used: Iterable[str]
) -> dict[str, Endpoint]:
    """Bind the providers that are used to their keys.

    Raises:
        UsageError: a used provider is not declared; all of them at once.
        NotEvaluated: keys are missing, empty or not fit for a header; all of them at once.
    """
    names = sorted(set(used))
    if unknown := [name for name in names if name not in providers]:
        raise _undeclared(unknown, providers)
    named = [(name, variable) for name in names for variable in providers[name].variables]
    secrets = {variable: environment.get(variable, "").strip() for _, variable in named}
    if faults := [_key_fault(*one, secrets[one[1]]) for one in named if not _fits(secrets[one[1]])]:
        raise NotEvaluated("\n".join(faults), remedy=_KEY_REMEDY)
    return {name: _endpoint(providers[name], secrets) for name in names}


_KEY_REMEDY = (
    "Set the variable in the workflow's `env` from a repository or environment secret. Pull requests from forks and "
    "from Dependabot get no secrets: have a maintainer run them from a branch of this repository or in the merge queue."
)


def _fits(secret: str) -> bool:
    return re.fullmatch("[!-~]+", secret) is not None


def _key_fault(name: str, variable: str, secret: str) -> str:
    if not secret:
        return f"the key of provider {name!r} is missing: {variable} is not set or empty"
    return f"the key of provider {name!r} cannot be sent: {variable} holds characters that are not printable ASCII"


def _undeclared(unknown: Iterable[str], providers: Iterable[str]) -> UsageError:
    declared = ", ".join(sorted(providers)) or "none"
    return UsageError(
        f"no such provider in policy.providers: {', '.join(unknown)}",
        remedy=f"Declare it under policy.providers on the base branch; declared are: {declared}",
    )


def _endpoint(entry: ProviderEntry, secrets: Mapping[str, str]) -> Endpoint:
    origin = of(entry.host)
    held = {variable: Key(secrets[variable], origin=origin) for variable in entry.variables}
    signer = _signer(entry, held)
    key = held[entry.key] if entry.key and signer is None else None
    vectors = path_below(entry.path, embeddings.PATH) if entry.api == EMBEDDING_API else None
    spoken = _spoken(entry)
    return Endpoint(origin=origin, api=spoken, base=entry.path, embeddings=vectors, key=key, signer=signer)


def _signer(entry: ProviderEntry, held: Mapping[str, Key]) -> signing.Signer | None:
    if entry.signing is None or entry.key is None:
        return None
    signing.see_that_it_can_sign()
    session = held[entry.signing.session] if entry.signing.session else None
    key_id = held[entry.signing.key_id]
    return signing.Signer(region=entry.signing.region, key_id=key_id, secret=held[entry.key], session=session)


def _spoken(entry: ProviderEntry) -> Api:
    if entry.api == "azure-openai":
        return AzureOpenAI(version=entry.api_version)
    return APIS[entry.api]


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
            raise CallRefused(f"the provider {request.provider!r} speaks an API that has no embeddings")
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
            raise _undeclared([provider], self._endpoints)
        return self._endpoints[provider]


def _written(body: Callable[[], Mapping[str, JsonValue]]) -> bytes:
    try:
        return api.encode(body())
    except (ValueError, RecursionError):
        raise CallRefused(
            "the request cannot be written as JSON: a parameter is not a finite number or too deep"
        ) from None
