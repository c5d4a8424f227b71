"""Providers as they are declared, and an environment → endpoints, each bound to the key that may go there alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from llmgate.config import EMBEDDING_API, ProviderEntry
from llmgate.errors import KeyMissing, UsageError
from llmgate.providers import embeddings, raw, signing
from llmgate.providers.anthropic_messages import AnthropicMessages
from llmgate.providers.api import Api, Place
from llmgate.providers.azure_openai import AzureOpenAI
from llmgate.providers.bedrock import Bedrock
from llmgate.providers.cohere import Cohere
from llmgate.providers.gemini import Gemini
from llmgate.providers.mistral import Mistral
from llmgate.providers.ollama import Ollama
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.providers.openai_responses import OpenAIResponses
from llmgate.providers.origin import Key, of, path_below
from llmgate.providers.raw import Raw
from llmgate.providers.vertex import Vertex

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

    def takes(self, asked: Raw) -> Place | None:
        """Return the whole path that takes an application's request; None where this provider speaks otherwise."""
        own = raw.place(self.api, asked.wire, asked.model, streams=asked.streams)
        return None if own is None else replace(own, path=path_below(self.base, own.path))


def endpoints(
    providers: Mapping[str, ProviderEntry], environment: Mapping[str, str], used: Iterable[str]
) -> dict[str, Endpoint]:
    """Bind the providers that are used to their keys.

    Raises:
        UsageError: a used provider is not declared; all of them at once.
        KeyMissing: keys are missing, empty or not fit for a header; all of them at once.
    """
    names = sorted(set(used))
    if unknown := [name for name in names if name not in providers]:
        raise undeclared(unknown, providers)
    named = [(name, variable) for name in names for variable in providers[name].variables]
    secrets = {variable: environment.get(variable, "").strip() for _, variable in named}
    if faults := [_key_fault(*one, secrets[one[1]]) for one in named if not _fits(secrets[one[1]])]:
        raise KeyMissing("\n".join(faults), id="key-missing", remedy=_KEY_REMEDY)
    return {name: _endpoint(providers[name], secrets) for name in names}


_KEY_REMEDY = (
    "Export the variable in your shell, or, in a workflow, set it in `env` from a secret. Pull requests from forks and "
    "from Dependabot get no secrets: have a maintainer run them from a branch of this repository or in the merge queue."
)


def _fits(secret: str) -> bool:
    return re.fullmatch("[!-~]+", secret) is not None


def _key_fault(name: str, variable: str, secret: str) -> str:
    if not secret:
        return f"the key of provider {name!r} is missing: {variable} is not set or empty"
    return f"the key of provider {name!r} cannot be sent: {variable} holds characters that are not printable ASCII"


def undeclared(unknown: Iterable[str], providers: Iterable[str]) -> UsageError:
    declared = ", ".join(sorted(providers)) or "none"
    return UsageError(
        f"no such provider in policy.providers: {', '.join(unknown)}",
        id="unknown-provider",
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
