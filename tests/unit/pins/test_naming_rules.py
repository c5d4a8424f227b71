"""How firmly an id names a model, provider by provider, with the reason of each row."""

import datetime as dt

import pytest

from llmgate import pins
from llmgate.pins import State, catalogue, registry

TODAY = dt.date(2026, 11, 26)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
DIGEST = "sha256:" + "ab" * 32
ONE_HOST = {"provider": {"order": ["deepinfra/fp8"], "allow_fallbacks": False}}

P, F, U, V = State.PINNED, State.FLOATING, State.UNDATED, State.PREVIEW
R, D, L, N = State.ROUTER, State.DEPLOYMENT, State.LOCAL, State.UNKNOWN

KNOWN = registry.build(
    registry.Record(id=name, provider=provider, source="x 1", checked=TODAY, alias_of=alias)
    for provider, name, alias in [
        ("anthropic", "claude-2.1", None),
        ("anthropic", "claude-opus-4-7-20260416", None),
        ("cohere", "command-r-08-2024", None),
        ("deepseek", "deepseek-r1-0528", None),
        ("gemini", "gemini-2.0-flash-001", None),
        ("mistral", "open-mistral-nemo-2407", None),
        ("openai", "gpt-4o-2024-11-20", None),
        ("openai", "gpt-5.6", "gpt-5.6-sol"),
        ("openai", "gpt-4-0613", None),
        ("vertex", "gemini-9.9-flash-001", None),
        ("xai", "grok-4-0709", None),
        ("xai", "grok-4.20-0309-reasoning", None),
    ]
)

ROWS = [
    # provider, model, settings, state, and why
    ("openai", "gpt-4o-2024-08-06", {}, P, "the date names one snapshot"),
    ("openai", "gpt-7-2027-01-31", {}, P, "the date names one snapshot"),
    ("openai", "gpt-3.5-turbo-0125", {}, P, "the date names one snapshot"),
    ("openai", "gpt-4-0613", {}, P, "the date names one snapshot"),
    ("openai", "o3-mini-2025-01-31", {}, P, "the date names one snapshot"),
    ("openai", "ft:gpt-4o-2024-08-06:acme::abc", {}, P, "fine-tuned from gpt-4o-2024-08-06"),
    ("openai", "gpt-4o", {}, F, "newer snapshots"),
    ("openai", "gpt-4", {}, F, "newer snapshots"),
    ("openai", "ft:gpt-4o:acme::abc", {}, F, "fine-tuned from gpt-4o"),
    ("openai", "chatgpt-4o-latest", {}, F, "repointed"),
    ("openai", "gpt-5.2-chat-latest", {}, F, "repointed"),
    ("openai", "chat-latest", {}, F, "repointed"),
    ("openai", "gpt-5.6", {}, F, "alias, now of gpt-5.6-sol"),
    ("openai", "gpt-5.6-sol", {}, U, "no dated snapshot"),
    ("openai", "gpt-6-luna", {}, U, "no dated snapshot"),
    ("openai", "o9", {}, U, "no dated snapshot"),
    ("openai", "text-embedding-3-large", {}, U, "no dated snapshot"),
    ("openai", "gpt-4o-audio-preview-2024-12-17", {}, V, "two weeks' notice"),
    ("openai", "computer-use-preview", {}, V, "two weeks' notice"),
    ("openai", "banana", {}, N, "not a name"),
    ("openai", "GPT-4O", {}, N, "not a name"),
    ("openai", "gpt-4o-2024-8-6", {}, U, "no dated snapshot"),
    ("anthropic", "claude-opus-4-5-20251101", {}, P, "the date names one snapshot"),
    ("anthropic", "claude-3-5-sonnet-20241022", {}, P, "the date names one snapshot"),
    ("anthropic", "claude-sonnet-4-6", {}, P, "from 4.6 on"),
    ("anthropic", "claude-opus-4-7", {}, P, "from 4.6 on"),
    ("anthropic", "claude-sonnet-5", {}, P, "from 4.6 on"),
    ("anthropic", "claude-fable-5-1", {}, P, "from 4.6 on"),
    ("anthropic", "claude-opus-10-0", {}, P, "from 4.6 on"),
    ("anthropic", "claude-2.1", {}, P, "the version names one model"),
    ("anthropic", "claude-sonnet-4-5", {}, F, "before 4.6"),
    ("anthropic", "claude-sonnet-4", {}, F, "before 4.6"),
    ("anthropic", "claude-opus-4-1", {}, F, "before 4.6"),
    ("anthropic", "claude-3-opus", {}, F, "alias of a dated snapshot"),
    ("anthropic", "claude-3-5-sonnet-latest", {}, F, "repointed"),
    ("anthropic", "claude-mythos-preview", {}, V, "short notice"),
    ("anthropic", "claude", {}, N, "not a name"),
    ("simulated", "sim-small-2026-01-15", {}, P, "the date names one snapshot"),
    ("simulated", "sim-small", {}, F, "no date"),
    ("simulated", "gpt-4o-2024-08-06", {}, F, "no date"),
    ("gemini", "gemini-2.0-flash-001", {}, P, "the number names one version"),
    ("gemini", "models/gemini-1.5-pro-002", {}, P, "the number names one version"),
    ("gemini", "gemini-embedding-001", {}, P, "the number names one version"),
    ("gemini", "gemini-flash-latest", {}, F, "repointed at each release"),
    ("gemini", "models/gemini-pro-latest", {}, F, "repointed at each release"),
    ("gemini", "gemini-2.0-flash", {}, F, "newer versions of the same name"),
    ("gemini", "gemini-2.5-flash", {}, U, "no number"),
    ("gemini", "gemini-3.5-flash-lite", {}, U, "no number"),
    ("gemini", "gemma-4-31b-it", {}, U, "no number"),
    ("gemini", "gemini-3-flash-preview", {}, V, "two weeks' notice"),
    ("gemini", "gemini-2.5-flash-preview-09-2025", {}, V, "two weeks' notice"),
    ("gemini", "gemini-exp-1206", {}, V, "two weeks' notice"),
    ("gemini", "learnlm-1.5-pro-experimental", {}, V, "two weeks' notice"),
    ("gemini", "tunedModels/mine", {}, N, "not a name"),
    ("google", "gemini-2.5-pro", {}, U, "no number"),
    ("vertex", "gemini-2.0-flash-001", {}, P, "the number names one version"),
    ("vertex", "publishers/google/models/gemini-1.5-pro-002", {}, P, "the number names one version"),
    ("vertex", "claude-opus-4-5@20251101", {}, P, "the date names one snapshot"),
    ("vertex", "claude-opus-4-6@default", {}, P, "from 4.6 on"),
    ("vertex", "claude-sonnet-5", {}, P, "from 4.6 on"),
    ("vertex", "multimodalembedding@001", {}, P, "the number names one version"),
    ("vertex", "mistral-large@2407", {}, P, "the number names one version"),
    ("vertex", "mistral-large-2411", {}, P, "the number names one version"),
    ("vertex", "claude-sonnet-4-5", {}, F, "before 4.6"),
    ("vertex", "claude-sonnet-4-5@default", {}, F, "before 4.6"),
    ("vertex", "gemini-1.5-pro", {}, F, "without a number is an alias"),
    ("vertex", "gemini-2.0-flash-lite", {}, F, "without a number is an alias"),
    ("vertex", "gemini-9.9-flash", {}, F, "without a number is an alias"),
    ("vertex", "text-bison", {}, F, "without a number is an alias"),
    ("vertex", "codestral@latest", {}, F, "repointed"),
    ("vertex", "gemini-2.5-flash", {}, U, "no number"),
    ("vertex", "google/gemini-3.5-flash", {}, U, "no number"),
    ("vertex", "meta/llama-3.3-70b-instruct-maas", {}, U, "no number"),
    ("vertex", "gemini-3.1-pro-preview", {}, V, "short notice"),
    ("vertex", "projects/p/locations/l/endpoints/123", {}, D, "does not say which model"),
    ("vertex", "4817203847120384", {}, D, "does not say which model"),
    ("vertex_ai", "gemini-2.0-flash-001", {}, P, "the number names one version"),
    ("vertex", "Banana", {}, N, "not a name"),
    ("mistral", "mistral-large-2512", {}, P, "year and month"),
    ("mistral", "codestral-2508", {}, P, "year and month"),
    ("mistral", "ministral-3-8b-2512", {}, P, "year and month"),
    ("mistral", "ft:open-mistral-nemo-2407:acme:20250101:abc", {}, P, "fine-tuned from open-mistral-nemo-2407"),
    ("mistral", "mistral-large-latest", {}, F, "repointed"),
    ("mistral", "mistral-small", {}, F, "without a version"),
    ("mistral", "mistral-embed", {}, F, "without a version"),
    ("mistral", "open-mistral-nemo", {}, F, "without a version"),
    ("mistral", "mistral-medium-3-5", {}, U, "no year and month"),
    ("mistral", "mistral-large-3", {}, U, "no year and month"),
    ("mistral", "open-mixtral-8x7b", {}, U, "no year and month"),
    ("mistral", "zai-glm-5-3", {}, N, "not a name that Mistral gives its own models"),
    ("mistralai", "mistral-large-2512", {}, P, "year and month"),
    ("cohere", "command-a-03-2025", {}, P, "month and year"),
    ("cohere", "command-r-plus-08-2024", {}, P, "month and year"),
    ("cohere", "command-r", {}, F, "without a date"),
    ("cohere", "command-r-plus", {}, F, "without a date"),
    ("cohere", "command-nightly", {}, F, "without a date"),
    ("cohere", "embed-v4.0", {}, U, "no snapshots"),
    ("cohere", "embed-english-v3.0", {}, U, "no snapshots"),
    ("cohere", "rerank-v3.5", {}, U, "no snapshots"),
    ("cohere", "banana", {}, N, "not a name"),
    ("azure", "support-chat", {}, D, "does not say which model"),
    ("azure", "gpt-4o-2024-08-06", {}, D, "does not say which model"),
    ("azure_openai", "chat", {}, D, "declared nowhere"),
    ("azure", "model-router", {}, R, "for each call"),
    ("bedrock", "anthropic.claude-3-5-sonnet-20241022-v2:0", {}, P, "the version names one model"),
    ("bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0", {}, P, "varies the region, not the model"),
    ("bedrock", "global.anthropic.claude-opus-4-7", {}, P, "from 4.6 on"),
    ("bedrock", "anthropic.claude-sonnet-5", {}, P, "from 4.6 on"),
    ("bedrock", "anthropic.claude-opus-4-6-v1", {}, P, "the version names one model"),
    ("bedrock", "amazon.nova-lite-v1:0:300k", {}, P, "the version names one model"),
    ("bedrock", "openai.gpt-oss-120b-1:0", {}, P, "the version names one model"),
    (
        "bedrock",
        "arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-8b-instruct-v1:0",
        {},
        P,
        "the version names one model",
    ),
    (
        "bedrock",
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-6",
        {},
        P,
        "varies the region",
    ),
    ("bedrock", "deepseek.v3.2", {}, U, "Bedrock has no aliases"),
    ("bedrock", "minimax.minimax-m2.5", {}, U, "Bedrock has no aliases"),
    ("bedrock", "amazon.nova-2-pro-preview-20251202-v1:0", {}, V, "short notice"),
    ("bedrock", "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc", {}, D, "does not say"),
    ("bedrock", "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc", {}, D, "does not say"),
    ("bedrock", "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/x", {}, R, "for each call"),
    ("bedrock", "banana", {}, N, "not a name"),
    ("amazon-bedrock", "anthropic.claude-v2:1", {}, P, "the version names one model"),
    ("xai", "grok-4-0709", {}, P, "month and day"),
    ("xai", "grok-4.20-0309-reasoning", {}, P, "month and day"),
    ("xai", "grok-3-latest", {}, F, "repointed"),
    ("xai", "grok-4.20-beta-latest-reasoning", {}, F, "repointed"),
    ("xai", "grok-4.20-reasoning", {}, F, "newer snapshots"),
    ("xai", "grok-4", {}, F, "newer snapshots"),
    ("xai", "grok-4.3", {}, U, "no dated snapshot"),
    ("xai", "grok-code-fast-1", {}, U, "no dated snapshot"),
    ("xai", "grok-4.20-beta-0309", {}, V, "a beta"),
    ("xai", "banana", {}, N, "not a name"),
    ("deepseek", "deepseek-chat", {}, F, "moves to newer models"),
    ("deepseek", "deepseek-reasoner", {}, F, "moves to newer models"),
    ("deepseek", "deepseek-r1", {}, F, "moves to newer models"),
    ("deepseek", "deepseek-r1-0528", {}, P, "the date names one snapshot"),
    ("deepseek", "deepseek-v4-pro", {}, U, "no snapshots"),
    ("deepseek", "banana", {}, N, "not a name"),
    ("openrouter", "openrouter/auto", {}, R, "a model for each call"),
    ("openrouter", "openai/gpt-4o", {"models": ["anthropic/claude-sonnet-4.6"]}, R, "a model for each call"),
    ("openrouter", "openai/gpt-4o-2024-08-06", {}, R, "a host"),
    ("openrouter", "deepseek/deepseek-v3.2:nitro", {}, R, "a host"),
    ("openrouter", "deepseek/deepseek-v3.2:floor", {}, R, "a host"),
    ("openrouter", "moonshotai/kimi-k2:exacto", {"provider": {"order": ["a", "b"]}}, R, "a host"),
    ("openrouter", "moonshotai/kimi-k2", {"provider": {"order": ["a"]}}, R, "a host"),
    ("openrouter", "~anthropic/claude-sonnet-latest", ONE_HOST, F, "the newest of a family"),
    ("openrouter", "openai/gpt-4o", ONE_HOST, F, "newer snapshots"),
    ("openrouter", "anthropic/claude-sonnet-4.5", ONE_HOST, F, "before 4.6"),
    ("openrouter", "openai/gpt-4o-2024-08-06", ONE_HOST, P, "the date names one snapshot"),
    ("openrouter", "anthropic/claude-sonnet-4.6", {"provider": {"only": ["anthropic"]}}, P, "from 4.6 on"),
    ("openrouter", "deepseek/deepseek-chat-v3-0324", ONE_HOST, P, "a date, and one host"),
    ("openrouter", "moonshotai/kimi-k2-0905:exacto", {"extra_body": ONE_HOST}, P, "a date, and one host"),
    ("openrouter", "google/gemini-2.5-flash", ONE_HOST, U, "no number"),
    ("openrouter", "qwen/qwen3-32b", ONE_HOST, U, "no dated slug"),
    ("openrouter", "banana", {}, N, "not a slug"),
    ("groq", "llama-3.3-70b-versatile", {}, U, "open weights"),
    ("groq", "openai/gpt-oss-120b", {}, U, "open weights"),
    ("groq", "groq/compound", {}, R, "for each call"),
    ("groq", "llama-3.2-90b-vision-preview", {}, V, "short notice"),
    ("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", {}, U, "open weights"),
    ("together_ai", "deepseek-ai/DeepSeek-V3", {}, U, "open weights"),
    ("together", "zai-org/glm-latest", {}, F, "`latest` moves"),
    ("together", "not a name", {}, N, "not a name"),
    ("ollama", "llama3", {}, F, "a tag moves"),
    ("ollama", "llama3:latest", {}, F, "a tag moves"),
    ("ollama", "llama3:8b", {}, F, "a tag moves"),
    ("ollama", "gpt-oss:120b-cloud", {}, F, "cloud"),
    ("ollama", "llama3:8b", {"digest": DIGEST}, P, "the digest"),
    ("ollama", "llama3:8b", {"digest": DIGEST.removeprefix("sha256:")}, P, "the digest"),
    ("ollama", "llama3:8b", {"digest": "sha256:abc"}, F, "a tag moves"),
    ("ollama", "llama 3", {}, N, "not a name"),
    ("huggingface", "meta-llama/Llama-3.1-8B-Instruct", {}, F, "default branch"),
    ("huggingface", "meta-llama/Llama-3.1-8B-Instruct", {"revision": "main"}, F, "a branch or a tag"),
    ("huggingface", "meta-llama/Llama-3.1-8B-Instruct", {"revision": "v1.0"}, F, "a branch or a tag"),
    ("huggingface", "meta-llama/Llama-3.1-8B-Instruct", {"revision": COMMIT[:7]}, F, "a branch or a tag"),
    ("huggingface", "meta-llama/Llama-3.1-8B-Instruct", {"revision": COMMIT}, P, "one commit"),
    ("vllm", "meta-llama/Llama-3.1-8B-Instruct", {"revision": COMMIT}, P, "one commit"),
    ("huggingface", "openai/gpt-oss-120b:fastest", {"revision": COMMIT}, R, "a host for each call"),
    ("vllm", "support-bot", {}, L, "under which a server offers"),
    ("vllm", "./models/llama", {"revision": COMMIT}, L, "a path"),
    ("acme", "thing-latest", {}, F, "`latest` moves"),
    ("acme", "thing:latest", {}, F, "`latest` moves"),
    ("acme", "gpt-4o-2024-08-06", {}, N, "no naming rules"),
]


@pytest.mark.parametrize(("provider", "model", "settings", "state", "reason"), ROWS)
def test_an_id_is_as_firm_as_its_provider_makes_it(provider, model, settings, state, reason):
    pin = pins.state(provider, model, today=TODAY, settings=settings, registry=KNOWN)
    assert (pin.state, reason in pin.reason) == (state, True), pin


def test_every_provider_has_rows():
    assert {catalogue.name_of(row[0]) for row in ROWS} - {"acme"} == catalogue.CATALOGUE.keys()
    assert len(ROWS) >= 120


def test_what_moves_or_is_chosen_per_call_says_what_to_write_instead():
    firm = (State.FLOATING, State.ROUTER)
    rows = [row for row in ROWS if row[3] in firm]
    pinned = [pins.state(row[0], row[1], today=TODAY, settings=row[2], registry=KNOWN) for row in rows]
    assert [pin.model for pin in pinned if not pin.remedy] == []


@pytest.mark.parametrize(
    ("written", "provider"),
    [
        ("Google", "gemini"),
        ("vertex_ai", "vertex"),
        ("azure_openai", "azure"),
        ("amazon-bedrock", "bedrock"),
        ("together_ai", "together"),
        ("x-ai", "xai"),
        ("mistralai", "mistral"),
        ("Acme", "acme"),
    ],
)
def test_a_provider_goes_by_the_names_that_people_write(written, provider):
    assert catalogue.name_of(written) == provider


def test_no_name_belongs_to_two_providers():
    names = [name for module in catalogue.CATALOGUE.values() for name in module.NAMES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("provider", "asked", "served"),
    [
        ("openai", "gpt-4.1", "gpt-4.1"),
        ("openai", "gpt-4.1", "gpt-4.1-2025-04-14"),
        ("openai", "gpt-4", "gpt-4-0613"),
        ("openai", "gpt-5.6", "gpt-5.6-sol"),
        ("anthropic", "claude-sonnet-4", "claude-sonnet-4-20250514"),
        ("anthropic", "claude-3-5-sonnet-latest", "claude-3-5-sonnet-20241022"),
        ("gemini", "models/gemini-2.5-pro", "gemini-2.5-pro"),
        ("gemini", "gemini-1.5-pro", "models/gemini-1.5-pro-002"),
        ("gemini", "gemini-2.5-pro-preview", "gemini-2.5-pro-preview-05-06"),
        ("gemini", "gemini-flash-latest", "gemini-3.8-flash"),
        ("vertex", "claude-opus-4-5@20251101", "claude-opus-4-5-20251101"),
        ("vertex", "google/gemini-2.5-pro", "gemini-2.5-pro"),
        ("vertex", "claude-opus-4-7@default", "claude-opus-4-7"),
        ("mistral", "mistral-large-latest", "mistral-large-2512"),
        ("mistral", "mistral-small", "mistral-small-2603"),
        ("cohere", "command-r", "command-r-08-2024"),
        ("bedrock", "us.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet-20241022"),
        ("bedrock", "us.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6"),
        ("bedrock", "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0"),
        ("xai", "grok-4.20-reasoning", "grok-4.20-0309-reasoning"),
        ("xai", "grok-4", "grok-4-0709"),
        ("openrouter", "openai/gpt-4o:nitro", "openai/gpt-4o"),
        ("openrouter", "openai/gpt-4o", "gpt-4o-2024-08-06"),
        ("openrouter", "openrouter/auto", "anthropic/claude-sonnet-4.6"),
        ("together", "meta-llama/Llama-3.3-70B", "meta-llama/llama-3.3-70b"),
        ("groq", "openai/gpt-oss-120b", "gpt-oss-120b"),
        ("ollama", "llama3", "llama3:latest"),
        ("huggingface", "openai/gpt-oss-120b:groq", "openai/gpt-oss-120b"),
        ("azure", "support-chat", "gpt-4o-2024-08-06"),
        ("acme", "m-1", "m-1-2026-01-15"),
    ],
)
def test_a_provider_may_spell_the_model_that_was_asked_in_its_own_way(provider, asked, served):
    assert pins.same(provider, asked, served, registry=KNOWN)


@pytest.mark.parametrize(
    ("provider", "asked", "served"),
    [
        ("openai", "gpt-4.1-2025-04-14", "gpt-4.1-2025-05-01"),
        ("openai", "gpt-4.1-2025-04-14", "gpt-4.1"),
        ("openai", "gpt-4", "gpt-41"),
        ("openai", "gpt-4o", "gpt-4o-mini"),
        ("openai", "gpt-4o", "gpt-4o-mini-2024-07-18"),
        ("openai", "gpt-5.6", "gpt-5.6-luna"),
        ("anthropic", "claude-opus-4", "claude-opus-4-1"),
        ("anthropic", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("gemini", "gemini-2.5-pro", "models/gemini-2.5-flash"),
        ("gemini", "gemini-flash-latest", "gemini-3.8-flash-lite"),
        ("vertex", "gemini-2.0-flash-001", "gemini-2.0-flash-002"),
        ("mistral", "mistral-large-latest", "mistral-small-2603"),
        ("bedrock", "us.anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic.claude-3-5-sonnet-20241022-v1:0"),
        ("bedrock", "us.anthropic.claude-sonnet-4-6", "claude-haiku-4-5"),
        ("xai", "grok-4-0709", "grok-4"),
        ("xai", "grok-4", "grok-4-fast"),
        ("openrouter", "openai/gpt-4o", "openai/gpt-4o-mini"),
        ("openrouter", "openai/gpt-4o", "azure/gpt-4o"),
        ("together", "meta-llama/Llama-3.3-70B", "meta-llama/Llama-3.1-8B"),
        ("ollama", "llama3:8b", "llama3:70b"),
        ("huggingface", "a/b", "a/c"),
        ("acme", "m-1", "m-1-mini"),
        ("acme", "m-1", "M-1"),
        ("acme", "m-1", "m-1-"),
        ("acme", "m-1", "m-1-2"),
    ],
)
def test_any_other_name_is_another_model(provider, asked, served):
    assert not pins.same(provider, asked, served, registry=KNOWN)


@pytest.mark.parametrize(("provider", "model"), [("openai", "computer-use-preview"), ("xai", "grok-4-beta")])
def test_a_preview_that_is_not_known_to_end_has_a_remedy_too(provider, model):
    pin = pins.state(provider, model, today=TODAY, registry=KNOWN)
    assert (pin.state, pin.remedy) == (State.PREVIEW, "Move to a model that stays.")
