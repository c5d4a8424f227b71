"""What happened → attributes by the names of `attributes`: what a gate writes, and what production does."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llmgate.conventions import attributes as names
from llmgate.conventions.field import Field
from llmgate.conventions.parameters import PARAMETERS

MAX_LOW = 32
LOW = math.log(0.5)
"""A token with less than this log-probability was less likely than not."""


@dataclass(frozen=True, slots=True)
class Structure:
    """A value that is no text, and stands in an attribute as JSON."""

    value: Any


Value = str | bool | int | float | tuple[str, ...] | Structure
Attributes = dict[str, Value]

_PARAMETERS: dict[Field, str] = {
    Field.TEMPERATURE: names.TEMPERATURE,
    Field.TOP_P: names.TOP_P,
    Field.TOP_K: names.TOP_K,
    Field.MAX_TOKENS: names.MAX_TOKENS,
    Field.FREQUENCY_PENALTY: names.FREQUENCY_PENALTY,
    Field.PRESENCE_PENALTY: names.PRESENCE_PENALTY,
    Field.STOP: names.STOP,
    Field.N: names.CHOICES,
    Field.REASONING_EFFORT: names.REASONING,
}


def asked(
    *, operation: str = "chat", provider: str, model: str, params: Mapping[str, Any], seed: int | None = None
) -> Attributes:
    """Say which model is asked, and how."""
    told: Attributes = {names.OPERATION: operation, names.PROVIDER: provider, names.MODEL: model}
    for field, name in _PARAMETERS.items():
        value = next((params[each] for each in PARAMETERS[field] if params.get(each) is not None), None)
        if (plain := _parameter(field, value)) is not None:
            told[name] = plain
    if seed is not None:
        told[names.SEED] = seed
    return {**told, names.PARAMETERS: Structure(dict(params))} if params else told


def _parameter(field: Field, value: Any) -> Value | None:
    match field:
        case Field.STOP:
            listed = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
            return tuple(each for each in listed if isinstance(each, str)) or None
        case Field.REASONING_EFFORT:
            return value if isinstance(value, str) else None
        case _:
            is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            return value if is_number and (field is not Field.N or value != 1) else None


def prompt(name: str | None, version: str | None) -> Attributes:
    found = {names.PROMPT_NAME: name, names.PROMPT_VERSION: version}
    return {key: value for key, value in found.items() if value}


def given(
    messages: Sequence[Any], *, tools: Sequence[Any] = (), variables: Mapping[str, Any] | None = None
) -> Attributes:
    """Say what a request holds: this is content."""
    told: Attributes = {names.INPUT: Structure(list(messages))}
    if tools:
        told[names.TOOLS] = Structure(list(tools))
    return {**told, names.VARIABLES: Structure(dict(variables))} if variables else told


def answered(
    *,
    model: str | None = None,
    finish_reason: str | None = None,
    response: str | None = None,
    fingerprint: str | None = None,
    input_tokens: int | None = None,
    output_tokens: int | None = None,
    cached_tokens: int | None = None,
) -> Attributes:
    """Say which model answered and what it took."""
    told: dict[str, Value | None] = {
        names.SERVED: model,
        names.FINISH_REASONS: (finish_reason,) if finish_reason else None,
        names.RESPONSE: response,
        names.FINGERPRINT: fingerprint,
        names.INPUT_TOKENS: input_tokens,
        names.OUTPUT_TOKENS: output_tokens,
        names.CACHED_TOKENS: cached_tokens or None,
    }
    return {key: value for key, value in told.items() if value is not None}


def said(parts: Sequence[Any], finish_reason: str | None, *, role: str = "assistant") -> Attributes:
    """Say what the model answered: this is content."""
    message = {"role": role, "parts": list(parts), "finish_reason": finish_reason or ""}
    return {names.OUTPUT: Structure([message])}


def confidence(logprobs: Sequence[float] | None) -> Attributes:
    """Say how sure the model was of its tokens, and where it was not."""
    if not logprobs:
        return {}
    told: Attributes = {
        names.LOGPROB_MEAN: sum(logprobs) / len(logprobs),
        names.LOGPROB_LEAST: min(logprobs),
    }
    low = tuple(_runs(logprobs))[:MAX_LOW]
    return {**told, names.LOGPROB_LOW: low} if low else told


def _runs(logprobs: Sequence[float]) -> Iterator[str]:
    first: int | None = None
    for place, value in enumerate((*logprobs, 0.0)):
        if value < LOW:
            first = place if first is None else first
        elif first is not None:
            yield f"{first}-{place - 1}"
            first = None


def found(documents: Iterable[Mapping[str, Any]], *, source: str | None = None, content: bool) -> Attributes:
    """Say which documents a search found, as `{id, score?, content?, metadata?}`; texts and metadata are content."""
    kept = ("id", "score", "content", "metadata") if content else ("id", "score")
    listed = [{key: each[key] for key in kept if each.get(key) is not None} for each in documents]
    told: Attributes = {names.OPERATION: "retrieval", names.DOCUMENTS: Structure(listed)}
    return {**told, names.SOURCE: source} if source else told


def tool(name: str, call: str | None = None) -> Attributes:
    told: Attributes = {names.OPERATION: "execute_tool", names.TOOL: name}
    return {**told, names.TOOL_CALL: call} if call else told


def ran(*, arguments: Any = None, result: Any = None) -> Attributes:
    """Say what a tool was called with and what it answered, of which None says nothing: this is content."""
    pairs = {names.TOOL_ARGUMENTS: arguments, names.TOOL_RESULT: result}
    return {
        key: value if isinstance(value, str) else Structure(value) for key, value in pairs.items() if value is not None
    }


def judged(
    name: str,
    *,
    score: float | None = None,
    label: str | None = None,
    explanation: str | None = None,
    error: str | None = None,
) -> Attributes:
    """Say what was thought of an answer; an explanation is content."""
    told: dict[str, Value | None] = {
        names.EVALUATION: name,
        names.SCORE: score,
        names.LABEL: label,
        names.EXPLANATION: explanation,
        names.ERROR: error,
    }
    return {key: value for key, value in told.items() if value is not None}
