import pytest
from pydantic import ValidationError

from llmgate import providers
from llmgate.config import ProviderEntry
from tests import modelserver
from tests.unit.providers import fakes


async def asked(url, **entry):
    declared = {"main": ProviderEntry(host=url, key="MAIN_KEY", api="azure-openai", **entry)}
    endpoints = providers.endpoints(declared, {"MAIN_KEY": fakes.KEY}, ["main"])
    async with providers.Client(endpoints, pace=fakes.FakeTime().pace) as client:
        return await client.complete(fakes.request(model="support-bot"))


async def test_without_a_version_azures_v1_is_asked():
    with modelserver.serve() as server:
        await asked(server.url)
    [seen] = server.seen
    assert (seen.path, seen.query) == ("/openai/v1/chat/completions", {})
    assert (seen.body["model"], seen.headers["api-key"]) == ("support-bot", fakes.KEY)


async def test_with_a_version_the_deployment_stands_in_the_path():
    with modelserver.serve() as server:
        await asked(server.url, api_version="2024-10-21")
    [seen] = server.seen
    assert seen.path == "/openai/deployments/support-bot/chat/completions"
    assert seen.query == {"api-version": "2024-10-21"}


async def test_no_key_is_sent_as_a_bearer_or_in_the_address():
    with modelserver.serve() as server:
        await asked(server.url, api_version="2025-04-01-preview")
    [seen] = server.seen
    assert "authorization" not in seen.headers
    assert fakes.KEY not in repr((seen.path, seen.query))


@pytest.mark.parametrize("entry", [{"api": "openai-chat"}, {"api": "azure-openai", "api_version": "v1&x=1"}])
def test_a_version_is_azures_and_a_date(entry):
    with pytest.raises(ValidationError):
        ProviderEntry(host="example.com", **{"api_version": "2024-10-21", **entry})
