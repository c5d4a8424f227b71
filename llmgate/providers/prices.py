"""Requests and completions → dollars, from the price list that is installed; nothing is fetched."""

from __future__ import annotations

import json
from functools import lru_cache

from llmgate.config import NESTED
from llmgate.media import BlobPart, Modality, UriPart
from llmgate.message import Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResponsePart
from llmgate.trial import Completion, EmbeddingRequest, Embeddings, Request, Usage

BYTES_PER_TOKEN = 3  # English has about 4, Chinese about 3: with fewer the estimate stays above the bill
TOKENS_PER_MESSAGE = 8
IMAGE_TOKENS = 5_000  # no current model takes more for one image
MOST_FILE_TOKENS = 200_000  # a page of PDF takes some thousands, as text and image, and APIs take 100 pages or so
DEFAULT_OUTPUT_TOKENS = 4096
OUTPUT_LIMITS = (
    "max_completion_tokens",
    "max_tokens",
    "max_output_tokens",
    "maxOutputTokens",
    "maxTokens",
    "num_predict",
)

BATCH_FACTOR = 0.5
"""What a batch costs of the ordinary price, of input and output alike; the price list has no prices of batches.

OpenAI: https://platform.openai.com/docs/guides/batch ("50% lower costs"); Anthropic:
https://platform.claude.com/docs/en/build-with-claude/batch-processing ("50% of the standard API prices").
"""


def cost(request: Request, completion: Completion) -> float | None:
    """Dollars of a finished call, or None where the model's price or the tokens are unknown."""
    return of_usage(request.provider, request.model, completion.usage)


def of_usage(provider: str, model: str, usage: Usage) -> float | None:
    """Dollars of the tokens that were billed, or None where the model's price or the tokens are unknown."""
    if usage.input_tokens == 0 and usage.output_tokens == 0:
        return None
    cached = min(usage.cached_tokens, usage.input_tokens)
    return _price(provider, model, usage.input_tokens, usage.output_tokens, cached)


def of_sizes(provider: str, model: str, input_tokens: int, output_tokens: int) -> float | None:
    """Dollars of so many tokens; None where the price is unknown."""
    return _price(provider, model, input_tokens, output_tokens, 0)


def ceiling(request: Request) -> float | None:
    """Dollars that a call will hardly exceed, to reserve before it is made; None where the price is unknown."""
    return _price(request.provider, request.model, _input_tokens(request), _output_tokens(request), 0)


def embedding_cost(request: EmbeddingRequest, embeddings: Embeddings) -> float | None:
    """Dollars of embeddings that were made, or None where the model's price or the tokens are unknown."""
    return _price(request.provider, request.model, embeddings.tokens, 0, 0) if embeddings.tokens else None


def embedding_ceiling(request: EmbeddingRequest) -> float | None:
    """Dollars that embeddings will hardly exceed; None where the price is unknown."""
    size = sum(len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN + TOKENS_PER_MESSAGE for text in request.texts)
    return _price(request.provider, request.model, size, 0, 0)


def _input_tokens(request: Request) -> int:
    size = sum(_bytes(message) for message in request.messages)
    other = sum(_tokens(part, request) for message in request.messages for part in message.parts)
    size += sum(len(json.dumps([tool.name, tool.description, tool.parameters])) for tool in request.tools)
    size += len(json.dumps(dict(request.params)))
    return size // BYTES_PER_TOKEN + 1 + other + TOKENS_PER_MESSAGE * (len(request.messages) + len(request.tools))


def _bytes(message: Message) -> int:
    total = 0
    for part in message.parts:
        match part:
            case TextPart():
                total += len(part.content.encode("utf-8", "replace"))
            case ToolCallPart():
                total += len(part.name) + len(json.dumps(part.arguments, ensure_ascii=False).encode("utf-8", "replace"))
            case ToolResponsePart():
                total += len(json.dumps(part.response, ensure_ascii=False).encode("utf-8", "replace"))
            case ReasoningPart():
                total += len(part.content) + len(part.seal or "")
            case BlobPart() | UriPart():
                pass
    return total


def _tokens(part: Part, request: Request) -> int:
    """Tokens of what is no text: of an image a few thousand whatever its bytes, of anything else by its bytes."""
    match part:
        case BlobPart() | UriPart() if part.modality is Modality.IMAGE:
            return IMAGE_TOKENS
        case BlobPart():
            return min(len(request.blobs.get(part.sha256, b"")), MOST_FILE_TOKENS)
        case UriPart():
            return MOST_FILE_TOKENS
        case _:
            return 0


def _output_tokens(request: Request) -> int:
    inner = (value for name in NESTED if isinstance(value := request.params.get(name), dict))
    held = (params.get(name) for params in (request.params, *inner) for name in OUTPUT_LIMITS)
    limits = [limit for limit in held if type(limit) is int and limit > 0]
    return max(limits, default=DEFAULT_OUTPUT_TOKENS)


@lru_cache(maxsize=4096)
def _price(provider: str, model: str, input_tokens: int, output_tokens: int, cached_tokens: int) -> float | None:
    """Look the price up under the provider's name, or under the model's alone where the list knows no such provider."""
    import genai_prices  # noqa: PLC0415 - 0.2 s of start-up that only a run with calls pays
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415 - as above

    try:
        known = get_snapshot().find_provider(None, provider, None).id
    except LookupError:
        known = None
    usage = genai_prices.Usage(input_tokens=input_tokens, output_tokens=output_tokens, cache_read_tokens=cached_tokens)
    try:
        return float(genai_prices.calc_price(usage, model, provider_id=known).total_price)
    except LookupError:
        return None
