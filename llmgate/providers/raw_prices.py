"""A request as an application wrote it → the tokens that it will hardly exceed, and so the dollars to set aside."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import JsonValue

from llmgate.config import NESTED
from llmgate.providers import prices
from llmgate.providers.raw import Wire
from llmgate.trial import Completion

MIN_DATA_CHARS = 1_000  # a text of so many characters without a space is a file in base64
MAX_COUNT = 10**6
CHOICES = ("n", "candidateCount", "candidate_count")

_DATA = re.compile(r"[A-Za-z0-9+/_=-]{200}")
_IMAGE = re.compile(r"(data:)?image/")


def ceiling(provider: str, wire: Wire, model: str, content: Mapping[str, JsonValue]) -> float | None:
    """Dollars that a call will hardly exceed; None where no price is known."""
    output = 0 if wire.embeds else _output_tokens(content)
    return prices.of_sizes(provider, model, input_tokens(content), output)


def estimate(provider: str, model: str, content: Mapping[str, JsonValue], completion: Completion) -> float | None:
    """Dollars of an answer that tells no tokens, by the sizes of texts; None where no price is known."""
    said = len(completion.message.text.encode("utf-8", "replace")) + sum(
        len(str(call.arguments)) for call in completion.message.tool_calls
    )
    return prices.of_sizes(provider, model, input_tokens(content), said // prices.BYTES_PER_TOKEN + 1)


def input_tokens(content: Mapping[str, JsonValue]) -> int:
    """Count what is sent: texts by their bytes, numbers and names by the piece, files by what they take at most."""
    tokens = 0
    waiting: list[JsonValue] = [dict(content)]
    while waiting:
        match waiting.pop():
            case dict() as holder:
                is_image = any(isinstance(value, str) and _IMAGE.match(value) for value in holder.values())
                tokens += 2 * len(holder)
                tokens += sum(_tokens(value, is_image=is_image) for value in holder.values() if isinstance(value, str))
                waiting += [value for value in holder.values() if isinstance(value, dict | list)]
            case list() as items:
                tokens += len(items)
                tokens += sum(_tokens(item, is_image=False) for item in items if isinstance(item, str))
                waiting += [item for item in items if isinstance(item, dict | list)]
            case _:
                pass
    return tokens


def _tokens(text: str, *, is_image: bool) -> int:
    size = len(text.encode("utf-8", "replace"))
    if size < MIN_DATA_CHARS:
        return size // prices.BYTES_PER_TOKEN + 1
    if not (text.startswith("data:") or _DATA.match(text)):
        return size // prices.BYTES_PER_TOKEN
    return prices.IMAGE_TOKENS if is_image else min(size, prices.MOST_FILE_TOKENS)


def _output_tokens(content: Mapping[str, JsonValue]) -> int:
    inner = [value for name in NESTED if isinstance(value := content.get(name), dict)]
    places = (content, *inner)
    limits = [_positive(place.get(name)) for place in places for name in prices.OUTPUT_LIMITS]
    choices = [_positive(place.get(name)) for place in places for name in CHOICES]
    return (max(limits) or prices.DEFAULT_OUTPUT_TOKENS) * (max(choices) or 1)


def _positive(value: JsonValue) -> int:
    return min(value, MAX_COUNT) if type(value) is int and value > 0 else 0
