"""Texts → OpenAI's Embeddings, and its answers → vectors.

Reference: https://platform.openai.com/docs/api-reference/embeddings. Servers that speak Chat Completions have it beside
them. Vectors must be whole: one for each text, all of one length, finite numbers that 32 bits can hold.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable

from pydantic import JsonValue

from llmgate.errors import CallLost
from llmgate.providers import api
from llmgate.trial import EmbeddingRequest, Embeddings, Vector

PATH = "/v1/embeddings"
MAX_DIMENSIONS = 32_768


def body(request: EmbeddingRequest) -> dict[str, JsonValue]:
    written: dict[str, JsonValue] = {name: request.params[name] for name in sorted(request.params)}
    written["model"] = request.model
    written["input"] = [*request.texts]
    written["encoding_format"] = "float"
    return written


def parse(answer: JsonValue, request: EmbeddingRequest) -> Embeddings:
    """Read an answer.

    Raises:
        CallLost: it is not one vector for each text, or they are not those that were asked for.
    """
    whole = api.mapping(answer, "the body")
    data = api.sequence(whole.get("data"), "data")
    if len(data) != len(request.texts):
        raise _unreadable(f"{len(data)} embeddings for {len(request.texts)} texts")
    placed: dict[int, Vector] = {}
    for place, entry in enumerate(api.mapping(entry, "an entry of data") for entry in data):
        placed[_index(entry.get("index", place))] = _vector(entry.get("embedding"))
    if placed.keys() != set(range(len(data))):
        raise _unreadable("the embeddings are not those of the texts, each once")
    _see_that_lengths_agree(placed.values(), request.params.get("dimensions"))
    usage = api.mapping(whole.get("usage") or {}, "usage")
    return Embeddings(
        vectors=tuple(placed[place] for place in range(len(data))),
        tokens=api.count(usage.get("prompt_tokens", usage.get("total_tokens")), "prompt_tokens"),
        served_model=api.short_name(whole.get("model"), "model"),
    )


def _index(value: JsonValue) -> int:
    if type(value) is not int:
        raise _unreadable("an index is not a number")
    return value


def _vector(value: JsonValue) -> Vector:
    numbers = api.sequence(value, "an embedding")
    if not 1 <= len(numbers) <= MAX_DIMENSIONS:
        raise _unreadable(f"an embedding has {len(numbers)} numbers")
    if any(type(number) not in (int, float) for number in numbers):
        raise _unreadable("an embedding holds what is no number")
    form = f"<{len(numbers)}f"
    try:
        vector = struct.unpack(form, struct.pack(form, *numbers))
    except (OverflowError, struct.error):
        vector = (math.inf,)
    if not all(map(math.isfinite, vector)):
        raise _unreadable("an embedding holds a number out of range")
    return vector


def _see_that_lengths_agree(vectors: Iterable[Vector], asked: JsonValue) -> None:
    lengths = {len(vector) for vector in vectors}
    if len(lengths) > 1:
        raise _unreadable("the embeddings are of different lengths")
    if asked is not None and lengths != {asked}:
        raise _unreadable(f"the embeddings have {lengths.pop()} dimensions, and {asked} were asked for")


def _unreadable(why: str) -> CallLost:
    return CallLost(f"the provider's answer is unreadable: {why}", id="answer-unreadable")
