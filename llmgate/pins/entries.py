"""A YAML, JSON or TOML file → the models that it pins, each named by its key path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from llmgate.documents import Document, Pointer
from llmgate.pins import catalogue
from llmgate.pins.catalogue import split

__all__ = [
    "MODEL_KEYS",
    "PARAM_KEYS",
    "PROVIDER_KEYS",
    "SENT",
    "SILENT_KEYS",
    "Found",
    "find",
    "is_known",
    "model_of",
    "snake",
    "split",
]

MODEL_KEYS = ("model", "model_id", "model_name", "deployment_name")
PROVIDER_KEYS = ("provider", "api", "vendor")
PARAM_KEYS = ("params", "parameters", "modelParameters", "model_kwargs", "generation_config", "generation_kwargs")
SILENT_KEYS = ("name", "description")

# What providers take beside the model; other neighbours of a model are compared, but never sent.
_SENT = """
    temperature top_p top_k min_p max_tokens max_completion_tokens max_output_tokens seed stop stop_sequences
    frequency_penalty presence_penalty repetition_penalty logit_bias logprobs top_logprobs response_format
    reasoning_effort verbosity service_tier parallel_tool_calls tool_choice thinking
"""
SENT = frozenset(_SENT.split())
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One mapping that names a model. `provider` is empty where nothing tells it; `rest` is all that is compared.

    `unsent` are the keys of `rest` that no request holds.
    """

    name: str
    last: str
    line: int
    provider: str
    model: str
    params: dict[str, JsonValue] = field(default_factory=dict)
    rest: dict[str, JsonValue] = field(default_factory=dict)
    unsent: frozenset[str] = frozenset()


def find(document: Document) -> tuple[tuple[Found, ...], JsonValue]:
    """Return the entries of a file in its order, and what is left of the file without them."""
    stem = document.path.rsplit("/", 1)[-1].split(".", 1)[0]
    found: list[Found] = []
    left = _walk(document, document.value, (), stem, found)
    return tuple(found), left


def _walk(document: Document, value: Any, pointer: Pointer, stem: str, found: list[Found]) -> Any:
    """Collect the entries below `pointer`; return the value without them."""
    if isinstance(value, list):
        items = [_walk(document, item, (*pointer, position), stem, found) for position, item in enumerate(value)]
        return [item for item in items if not _empty(item)]
    if not isinstance(value, dict):
        return value
    entry = model_of(value) is not None
    place = len(found)
    left = {key: _walk(document, item, (*pointer, key), stem, found) for key, item in value.items()}
    left = {key: item for key, item in left.items() if not (_empty(item) and not _empty(value[key]))}
    if not entry:
        return left
    found.insert(place, _entry(document, left, pointer, stem))
    return {}


def _empty(value: Any) -> bool:
    return isinstance(value, (dict, list)) and not value


def is_known(found: Found) -> bool:
    """Tell whether an entry is one of a language model: its provider is one whose naming rules are known."""
    return catalogue.find(found.provider) is not None


def model_of(value: dict[str, Any]) -> str | None:
    return next((value[key] for key in MODEL_KEYS if isinstance(value.get(key), str) and value[key]), None)


def _entry(document: Document, value: dict[str, Any], pointer: Pointer, stem: str) -> Found:
    written = model_of(value) or ""
    declared = next((value[key] for key in PROVIDER_KEYS if isinstance(value.get(key), str)), "")
    provider, model = split(written) if not declared else (declared, written)
    silent = {*SILENT_KEYS, *PROVIDER_KEYS, next(key for key in MODEL_KEYS if value.get(key) == written)}
    names = [str(piece) for piece in pointer] or [stem]
    own = value.get("name") or value.get("id") or value.get("alias")
    rest = {key: item for key, item in value.items() if key not in silent}
    last = own if isinstance(own, str) and (not pointer or isinstance(pointer[-1], int)) else names[-1]
    return Found(
        name=".".join([*names[:-1], last]),
        last=last,
        line=document.line(pointer),
        provider=provider,
        model=model,
        params=dict(_params(value)),
        rest=rest,
        unsent=frozenset(key for key, item in rest.items() if not _is_sent(key, item)),
    )


def _params(value: dict[str, Any]) -> Iterator[tuple[str, JsonValue]]:
    for key, item in value.items():
        name = snake(key)
        if not _is_sent(key, item):
            continue
        if isinstance(item, dict) and key in PARAM_KEYS:
            yield from ((snake(inner), each) for inner, each in item.items())
        else:
            yield name, item


def _is_sent(key: str, item: JsonValue) -> bool:
    return snake(key) in SENT or (key in PARAM_KEYS and isinstance(item, dict))


def snake(name: str) -> str:
    """`maxTokens` → `max_tokens`, as providers spell it."""
    return _CAMEL.sub(lambda match: f"_{match.group(1).lower()}", name)
