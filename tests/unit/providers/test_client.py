import subprocess
import sys

import pytest

from llmgate import providers
from llmgate.config import ProviderEntry
from llmgate.errors import CallLost, CallRefused, NotEvaluated, UsageError
from llmgate.trial import FinishReason
from tests import modelserver
from tests.unit.providers import conversations, fakes

DECLARED = {
    "openai": ProviderEntry(host="api.openai.com", key="OPENAI_API_KEY"),
    "anthropic": ProviderEntry(host="api.anthropic.com", key="ANTHROPIC_API_KEY", api="anthropic-messages"),
    "local": ProviderEntry(host="http://127.0.0.1:8080"),
}


@pytest.mark.trust("key-missing")
def test_all_missing_keys_are_reported_at_once_with_what_to_do():
    with pytest.raises(NotEvaluated) as missing:
        providers.endpoints(DECLARED, {"ANTHROPIC_API_KEY": "  \n"}, DECLARED)
    assert "OPENAI_API_KEY is not set or empty" in missing.value.message
    assert "ANTHROPIC_API_KEY is not set or empty" in missing.value.message
    assert "from forks" in missing.value.remedy


def test_only_providers_that_are_used_need_keys():
    assert set(providers.endpoints(DECLARED, {}, ["local"])) == {"local"}
    assert set(providers.endpoints(DECLARED, {"OPENAI_API_KEY": "k" * 20}, ["openai", "openai"])) == {"openai"}


def test_a_provider_that_is_not_declared_is_a_usage_error():
    with pytest.raises(UsageError, match=r"policy\.providers: mistral") as unknown:
        providers.endpoints(DECLARED, {}, ["mistral", "local"])
    assert "anthropic, local, openai" in unknown.value.remedy


@pytest.mark.parametrize("secret", ["canary with space", "canary\nInjected: 1", "canäry"])
def test_a_key_that_no_header_can_carry_is_reported_and_not_shown(secret):
    with pytest.raises(NotEvaluated, match="printable ASCII") as unfit:
        providers.endpoints(DECLARED, {"OPENAI_API_KEY": secret}, ["openai"])
    assert secret not in str(unfit.value)


async def test_the_newline_at_the_end_of_a_pasted_key_is_dropped():
    with modelserver.serve() as server:
        async with fakes.client(server.url, key=f"{fakes.KEY}\n") as client:
            await client.complete(fakes.request())
    assert server.seen[0].key == fakes.KEY


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("", "/v1/chat/completions"),
        ("/api", "/api/v1/chat/completions"),
        ("/api/v1", "/api/v1/chat/completions"),
        ("/openai/v1", "/openai/v1/chat/completions"),
        ("/v1beta/openai", "/v1beta/openai/chat/completions"),
        ("/vllm", "/vllm/v1/chat/completions"),
    ],
)
def test_a_base_path_stands_before_the_apis_own(base, path):
    entry = ProviderEntry(host="example.com", path=base)
    assert providers.endpoints({"main": entry}, {}, ["main"])["main"].place("m-1").path == path


@pytest.mark.parametrize("name", providers.APIS)
async def test_a_conversation_with_tools_goes_there_and_back(name):
    said = modelserver.Said(text="I will look.", calls=(("lookup_order", {"id": "A1"}),), model="m-1-served")
    with modelserver.serve(lambda _asked: said) as server:
        async with fakes.client(server.url, api=name) as client:
            answer = await client.complete(conversations.EVERYTHING, seed=7)
    [asked] = server.seen
    assert asked.body == providers.APIS[name].body(conversations.EVERYTHING, 7)
    assert asked.key == fakes.KEY
    assert answer.completion.message.text == "I will look."
    assert [(call.name, call.arguments) for call in answer.completion.message.tool_calls] == [
        ("lookup_order", {"id": "A1"})
    ]
    assert answer.completion.finish_reason is FinishReason.TOOL_CALL
    served = None if name in ("bedrock", "cohere") else "m-1-served"
    assert (answer.completion.served_model, answer.attempts, answer.cost_usd) == (served, 1, None)
    assert answer.completion.usage.input_tokens > 0


@pytest.mark.parametrize("name", providers.APIS)
async def test_only_the_headers_that_are_needed_are_sent(name):
    with modelserver.serve() as server:
        async with fakes.client(server.url, api=name) as client:
            await client.complete(fakes.request())
    common = {"host", "accept", "accept-encoding", "content-type", "content-length", "user-agent"}
    own = {
        "anthropic-messages": {"x-api-key", "anthropic-version"},
        "azure-openai": {"api-key"},
        "gemini": {"x-goog-api-key"},
    }
    assert set(server.seen[0].headers) == common | own.get(name, {"authorization"})
    assert fakes.KEY not in server.seen[0].path + repr(server.seen[0].query)
    assert server.seen[0].headers["accept-encoding"] == "identity"


async def test_a_provider_without_a_key_gets_none():
    with modelserver.serve() as server:
        endpoints = providers.endpoints({"main": ProviderEntry(host=server.url)}, {}, ["main"])
        async with providers.Client(endpoints, pace=fakes.FakeTime().pace) as client:
            await client.complete(fakes.request())
    assert server.seen[0].key is None


async def test_the_model_that_answered_is_told():
    with modelserver.serve(plan=[modelserver.served_model("m-1-cheap")]) as server:
        async with fakes.client(server.url) as client:
            assert (await client.complete(fakes.request())).completion.served_model == "m-1-cheap"


async def test_an_answer_of_the_wrong_shape_is_lost_and_not_paid_for_twice():
    with modelserver.serve(plan=[modelserver.empty_choices()]) as server:
        async with fakes.client(server.url) as client:
            with pytest.raises(CallLost, match="choices is empty"):
                await client.complete(fakes.request())
    assert len(server.seen) == 1


async def test_a_request_for_an_unknown_provider_is_a_usage_error():
    async with fakes.client("http://127.0.0.1:9") as client:
        with pytest.raises(UsageError, match=r"policy\.providers: other"):
            await client.complete(fakes.request("other"))
        with pytest.raises(UsageError):
            client.ceiling(fakes.request("other"))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
async def test_a_parameter_that_json_cannot_hold_is_refused_before_it_is_sent(value):
    with modelserver.serve() as server:
        async with fakes.client(server.url) as client:
            with pytest.raises(CallRefused, match="finite"):
                await client.complete(fakes.request(params={"temperature": value}))
    assert server.connections == 0


async def test_this_machines_own_servers_cost_nothing_that_is_known():
    with modelserver.serve() as server:
        async with fakes.client(server.url) as client:
            answer = await client.complete(fakes.request(model="gpt-4.1-2025-04-14"))
    assert answer.cost_usd is None


async def test_a_ceiling_is_known_for_a_priced_host_and_not_for_this_machine():
    asked = fakes.request("openai", model="gpt-4.1-2025-04-14")
    endpoints = providers.endpoints(DECLARED, {"OPENAI_API_KEY": fakes.KEY}, ["openai", "local"])
    async with providers.Client(endpoints, pace=fakes.FakeTime().pace) as client:
        assert client.ceiling(asked) > 0
        assert client.ceiling(fakes.request("local", model="gpt-4.1-2025-04-14")) is None


def test_importing_the_package_imports_no_http_and_no_prices():
    heavy = ["aiohttp", "httpx", "genai_prices", "certifi"]
    code = f"import sys, llmgate.providers; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
