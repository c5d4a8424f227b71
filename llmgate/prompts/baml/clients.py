"""A client of BAML → the model that it asks, with its parameters.

https://docs.boundaryml.com/ref/baml/client-llm
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmgate.prompts.baml import blocks
from llmgate.prompts.baml.blocks import Block
from llmgate.prompts.baml.scanner import Kind, Token
from llmgate.prompts.composition import Found
from llmgate.prompts.prompt import Format, Syntax

if TYPE_CHECKING:
    from pydantic import JsonValue

_MODEL = ("model", "model_id", "deployment_id")
_SILENT = frozenset({"api_key", "headers", "http", "retry_policy"})
_PROVIDERS = {"openai-responses": "openai", "azure-openai": "azure", "aws-bedrock": "bedrock", "google-ai": "google"}
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_SENT = """
    temperature top_p top_k max_tokens max_completion_tokens max_output_tokens seed stop stop_sequences
    frequency_penalty presence_penalty logit_bias reasoning_effort verbosity service_tier parallel_tool_calls
    tool_choice thinking response_format generation_config inference_configuration
"""
_PARAMS = frozenset(_SENT.split())


def found(source: str, block: Block) -> Found:
    """Return a client's model. One that chooses among others has none: no request names it, so it is not gated."""
    told = blocks.properties(source, block.body)
    options = told.pop("options", None)
    values: dict[str, JsonValue] = dict(options) if isinstance(options, dict) else {}
    provider = str(told.pop("provider", ""))
    model = next((values.pop(key) for key in _MODEL if isinstance(values.get(key), str)), None)
    params = {name: value for name, value in values.items() if _CAMEL.sub(r"_\1", name).lower() in _PARAMS}
    rest = {name: value for name, value in {**told, **values}.items() if name not in {*params, *_SILENT}}
    known = isinstance(model, str) and not model.startswith("env.")
    named, beside = _joined(provider, str(model)) if known else (None, {"provider": provider, "model": model})
    return Found(
        format=Format.BAML,
        syntax=Syntax.VERBATIM,
        name=block.name,
        line=block.line,
        model=named,
        params=params,
        beside={**beside, **rest} or None,
        partial=True,
        gated="strategy" not in rest,
    )


def named(client: Token | None) -> tuple[str | None, dict[str, JsonValue]]:
    """Return the model of `client "provider/model"`, or what is kept of a client that is named."""
    if client is None:
        return None, {}
    provider, slash, model = client.text.partition("/")
    if client.kind is Kind.WORD or not slash:
        return None, {"client": client.text}
    return _joined(provider, model)


def _joined(provider: str, model: str) -> tuple[str, dict[str, JsonValue]]:
    """Put the provider before the model; where it is one API of a provider among others, that is kept beside."""
    short = _PROVIDERS.get(provider, provider)
    name = f"{short}/{model}" if short else model
    return name, {"provider": provider} if short != provider else {}
