"""Where a provider takes what an application wrote, and what it may cost."""

import pytest

from llmgate import providers
from llmgate.config import ProviderEntry
from llmgate.errors import CallLost
from llmgate.providers import Raw, Wire, api, raw, raw_prices
from llmgate.trial import FinishReason

OPENAI = "openai"
MODEL = "gpt-4.1-2025-04-14"
PER_TOKEN, PER_OUTPUT_TOKEN = 2e-6, 8e-6  # dollars of gpt-4.1


def taken(wire, model="m-1", *, streams=False, **entry):
    endpoint = providers.endpoints({"p": ProviderEntry(host="example.com", **entry)}, {}, ["p"])["p"]
    return endpoint.takes(Raw(wire=wire, model=model, streams=streams, body=b""))


@pytest.mark.parametrize(
    ("entry", "wire", "path"),
    [
        ({"api": "openai-chat"}, Wire.CHAT, "/v1/chat/completions"),
        ({"api": "openai-chat"}, Wire.RESPONSES, "/v1/responses"),
        ({"api": "openai-responses", "path": "/proxy/v2"}, Wire.EMBEDDINGS, "/proxy/v2/embeddings"),
        ({"api": "mistral"}, Wire.CHAT, "/v1/chat/completions"),
        ({"api": "azure-openai"}, Wire.RESPONSES, "/openai/v1/responses"),
        ({"api": "anthropic-messages"}, Wire.MESSAGES, "/v1/messages"),
        ({"api": "gemini"}, Wire.GEMINI, "/v1beta/models/m-1:generateContent"),
        ({"api": "gemini"}, Wire.GEMINI_EMBEDDING, "/v1beta/models/m-1:embedContent"),
        ({"api": "gemini"}, Wire.GEMINI_EMBEDDINGS, "/v1beta/models/m-1:batchEmbedContents"),
        ({"api": "vertex"}, Wire.GEMINI, "/v1/publishers/google/models/m-1:generateContent"),
    ],
)
def test_a_request_goes_to_the_path_of_its_dialect(entry, wire, path):
    assert taken(wire, **entry).path == path


def test_a_stream_of_gemini_has_a_path_of_its_own():
    assert taken(Wire.GEMINI, streams=True, api="gemini").path == "/v1beta/models/m-1:streamGenerateContent"


def test_a_dated_azure_has_deployments_in_its_path():
    place = taken(Wire.CHAT, "gpt/x", api="azure-openai", api_version="2024-10-21")
    assert place == api.Place(path="/openai/deployments/gpt%2Fx/chat/completions", query={"api-version": "2024-10-21"})


@pytest.mark.parametrize(
    ("name", "wire", "model"),
    [
        ("openai-chat", Wire.MESSAGES, "m-1"),
        ("anthropic-messages", Wire.CHAT, "m-1"),
        ("gemini", Wire.CHAT, "m-1"),
        ("vertex", Wire.MESSAGES, "claude-1"),
        ("vertex", Wire.GEMINI, "claude-1"),
        ("bedrock", Wire.CHAT, "m-1"),
        ("cohere", Wire.CHAT, "m-1"),
    ],
)
def test_no_provider_takes_what_it_does_not_speak(name, wire, model):
    assert taken(wire, model, api=name) is None


def test_an_answer_of_another_shape_says_nothing():
    read = raw.completion(Wire.CHAT, b'{"output": "x"}', streams=False)
    assert (read.finish_reason, read.message.text, read.served_model) == (FinishReason.ERROR, "", None)


@pytest.mark.parametrize("sent", [b'{"error": "no capacity"}', b'{"error": {"message": "no capacity"}, "choices": []}'])
def test_an_error_in_the_guise_of_an_answer_is_lost(sent):
    with pytest.raises(CallLost, match="answered with an error: no capacity"):
        raw.completion(Wire.CHAT, sent, streams=False)


@pytest.mark.parametrize(
    ("sent", "tokens"),
    [
        (b'{"usage": {"prompt_tokens": 5, "total_tokens": 5}}', 5),
        (b'{"usageMetadata": {"promptTokenCount": 7}}', 7),
        (b'{"embeddings": []}', 0),
        (b'{"usage": {"prompt_tokens": "x"}}', 0),
        (b"[]", 0),
    ],
)
def test_the_tokens_of_embeddings_are_counted_where_they_are_told(sent, tokens):
    assert raw.completion(Wire.GEMINI_EMBEDDINGS, sent, streams=False).usage.input_tokens == tokens


def ceiling(wire=Wire.CHAT, **content):
    return raw_prices.ceiling(OPENAI, wire, MODEL, content)


def test_the_ceiling_of_a_call_is_above_what_it_will_cost():
    text = "Can I return this? " * 300  # 5,700 characters: some 1,500 tokens
    limited = ceiling(messages=[{"role": "user", "content": text}], max_tokens=100)
    assert 1_500 * PER_TOKEN + 100 * PER_OUTPUT_TOKEN < limited < 2_500 * PER_TOKEN + 100 * PER_OUTPUT_TOKEN


@pytest.mark.parametrize(
    ("content", "tokens"),
    [
        ({}, 4096),
        ({"max_tokens": 100}, 100),
        ({"max_completion_tokens": 100, "n": 3}, 300),
        ({"generationConfig": {"maxOutputTokens": 100, "candidateCount": 2}}, 200),
        ({"max_tokens": "many", "n": -1}, 4096),
    ],
)
def test_the_ceiling_has_the_output_that_a_request_allows(content, tokens):
    assert ceiling(**content) == pytest.approx(tokens * PER_OUTPUT_TOKEN, abs=20 * PER_TOKEN)


def test_an_image_counts_as_an_image_and_another_file_by_its_bytes():
    data = "iVBORw0KGgo" * 100_000
    image = raw_prices.input_tokens({"image_url": {"url": f"data:image/png;base64,{data}"}})
    block = raw_prices.input_tokens({"source": {"media_type": "image/png", "data": data}})
    file = raw_prices.input_tokens({"source": {"media_type": "application/pdf", "data": data}})
    assert 5_000 < image < 5_100
    assert 5_000 < block < 5_100
    assert 200_000 <= file < 200_100


def test_a_model_without_a_price_has_no_ceiling():
    assert raw_prices.ceiling("local", Wire.CHAT, "no-such-model", {}) is None
