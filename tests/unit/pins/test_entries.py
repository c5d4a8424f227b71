"""Model entries in settings files."""

import pytest

from llmgate import documents
from llmgate.pins import entries


def found(text, path="config/models.yaml"):
    return entries.find(documents.read(path, text.encode()))


def test_an_entry_is_named_by_its_key_path_and_has_its_line():
    entry = found("agents:\n  answerer:\n    model: gpt-4o\n")[0][0]
    assert (entry.name, entry.last, entry.line) == ("agents.answerer", "answerer", 2)


@pytest.mark.parametrize("key", ["model", "model_id", "model_name", "deployment_name"])
def test_every_usual_key_names_a_model(key):
    assert [entry.model for entry in found(f"a: {{{key}: gpt-4o}}")[0]] == ["gpt-4o"]


@pytest.mark.parametrize(
    "text", ["a: {model: 4}", "a: {model: null}", "a: {model: ''}", "a: {models: x}", "a: [model]", "x"]
)
def test_nothing_else_is_an_entry(text):
    assert found(text)[0] == ()


@pytest.mark.parametrize(
    ("text", "provider", "model"),
    [
        ("a: {model: gpt-4o}", "openai", "gpt-4o"),
        ("a: {model: o3-mini}", "openai", "o3-mini"),
        ("a: {model: claude-sonnet-4-6}", "anthropic", "claude-sonnet-4-6"),
        ("a: {model: openai/gpt-4o}", "openai", "gpt-4o"),
        ("a: {model: 'anthropic:claude-opus-4-6'}", "anthropic", "claude-opus-4-6"),
        ("a: {model: sim-small-2026-01-01}", "simulated", "sim-small-2026-01-01"),
        ("a: {model: gpt-4o, provider: acme}", "acme", "gpt-4o"),
        ("a: {model: meta/llama, provider: acme}", "acme", "meta/llama"),
        ("a: {model: llama3}", "", "llama3"),
        ("a: {model: vertex_ai/gemini-2.5-pro}", "vertex_ai", "gemini-2.5-pro"),
        ("a: {model: 'google/gemini-2.5-pro'}", "google", "gemini-2.5-pro"),
        ("a: {model: azure/support-chat}", "azure", "support-chat"),
        (
            "a: {model: 'bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0'}",
            "bedrock",
            "us.anthropic.claude-sonnet-4-20250514-v1:0",
        ),
        (
            "a: {model: 'us.anthropic.claude-sonnet-4-20250514-v1:0'}",
            "bedrock",
            "us.anthropic.claude-sonnet-4-20250514-v1:0",
        ),
        ("a: {model: openrouter/openai/gpt-4o}", "openrouter", "openai/gpt-4o"),
        ("a: {model: 'ollama/llama3:8b'}", "ollama", "llama3:8b"),
        ("a: {model: 'huggingface/meta-llama/Llama-3.1-8B'}", "huggingface", "meta-llama/Llama-3.1-8B"),
        ("a: {model: 'together_ai/zai-org/GLM-4.6'}", "together_ai", "zai-org/GLM-4.6"),
        ("a: {model: 'google_vertexai:gemini-2.5-pro'}", "google_vertexai", "gemini-2.5-pro"),
        ("a: {model: 'mistralai:mistral-large-2512'}", "mistralai", "mistral-large-2512"),
        ("a: {model: mistralai/Mistral-7B-v0.1}", "", "mistralai/Mistral-7B-v0.1"),
        ("a: {model: gemini-2.5-pro}", "gemini", "gemini-2.5-pro"),
        ("a: {model: mistral-large-2512}", "mistral", "mistral-large-2512"),
        ("a: {model: command-r-08-2024}", "cohere", "command-r-08-2024"),
        ("a: {model: grok-4-0709}", "xai", "grok-4-0709"),
        ("a: {model: deepseek-chat}", "deepseek", "deepseek-chat"),
        ("a: {model: 'llama3:8b'}", "", "llama3:8b"),
        ("a: {model: 'ft:gpt-4o-2024-08-06:acme::x'}", "openai", "ft:gpt-4o-2024-08-06:acme::x"),
    ],
)
def test_the_provider_is_declared_or_told_by_the_model(text, provider, model):
    entry = found(text)[0][0]
    assert (entry.provider, entry.model) == (provider, model)


def test_parameters_are_taken_from_beside_the_model_and_from_below():
    text = "a: {model: gpt-4o, temperature: 0.3, maxTokens: 5, timeout: 9, stream: true, params: {topP: 1, x: 2}}"
    entry = found(text)[0][0]
    assert entry.params == {"temperature": 0.3, "max_tokens": 5, "top_p": 1, "x": 2}


def test_every_neighbour_is_compared_but_names_and_descriptions():
    entry = found("a: {model: gpt-4o, name: x, description: y, timeout: 9, provider: acme}")[0][0]
    assert entry.rest == {"timeout": 9}


def test_an_entry_in_a_list_is_named_by_its_own_name():
    first, second = found("models:\n  - {name: fast, model: gpt-4o}\n  - {model: claude-opus-4-6}\n")[0]
    assert (first.name, first.last) == ("models.fast", "fast")
    assert (second.name, second.last) == ("models.1", "1")


def test_an_entry_at_the_top_of_a_file_is_named_by_the_file():
    assert found("model: gpt-4o\n", "config/answerer.yaml")[0][0].name == "answerer"


def test_an_entry_inside_an_entry_is_one_of_its_own():
    outer, inner = found("a: {model: gpt-4o, fallback: {model: claude-opus-4-6, top_k: 1}}")[0]
    assert (outer.name, outer.rest) == ("a", {})
    assert (inner.name, inner.rest) == ("a.fallback", {"top_k": 1})


def test_what_is_left_of_the_file_is_kept():
    assert found("default: a\nagents: {a: {model: gpt-4o}}\nempty: {}\n")[1] == {"default": "a", "empty": {}}


@pytest.mark.parametrize(
    ("path", "text"), [("m.json", '{"a": {"model": "gpt-4o"}}'), ("m.toml", '[a]\nmodel = "gpt-4o"\n')]
)
def test_json_and_toml_are_read_too(path, text):
    assert [entry.name for entry in found(text, path)[0]] == ["a"]
