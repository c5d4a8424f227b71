"""Dialects: one file for each way in.

| posted to | file | speaks |
|---|---|---|
| `/openai/v1/chat/completions` | `openai_chat.py` | OpenAI's Chat Completions |
| `/openai/v1/responses` | `openai_responses.py` | OpenAI's Responses |
| `/openai/v1/embeddings` | `openai_embeddings.py` | OpenAI's embeddings |
| `/anthropic/v1/messages` | `anthropic_messages.py` | Anthropic's Messages |
| `/gemini/v1beta/models/{model}:{action}` | `gemini.py` | Gemini's generateContent and embeddings |

`dialect.py` and `openai.py` have what they share. To add one, write its file, name it here, and give it a `Wire`.
"""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.broker.dialects import anthropic_messages, gemini, openai
from llmgate.broker.dialects.anthropic_messages import AnthropicMessages
from llmgate.broker.dialects.dialect import Dialect
from llmgate.broker.dialects.gemini import Gemini
from llmgate.broker.dialects.openai_chat import OpenAIChat
from llmgate.broker.dialects.openai_embeddings import OpenAIEmbeddings
from llmgate.broker.dialects.openai_responses import OpenAIResponses

DIALECTS: tuple[Dialect, ...] = (
    OpenAIChat(),
    OpenAIResponses(),
    OpenAIEmbeddings(),
    AnthropicMessages(),
    Gemini(),
)


def of(path: str) -> Dialect | None:
    """Return the dialect of requests that are posted to a path."""
    return next((each for each in DIALECTS if each.takes(path)), None)


def refusal(path: str, status: int, message: str) -> JsonValue:
    """Write an error as the application expects it that asked at a path."""
    if path.startswith(anthropic_messages.PREFIX):
        return anthropic_messages.refusal(status, message)
    if path.startswith(gemini.PREFIX):
        return gemini.refusal(status, message)
    return openai.refusal(status, message)
