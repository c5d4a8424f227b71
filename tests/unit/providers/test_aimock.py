"""Each API against a server that was not written here."""

import pytest

from llmgate import providers
from llmgate.config import ProviderEntry
from llmgate.errors import CallLost
from llmgate.message import Message, ToolDefinition, ToolResponsePart
from llmgate.providers.batches import Entry, Sought
from llmgate.trial import FinishReason
from tests import aimock
from tests.unit.providers import fakes

WEATHER = ToolDefinition(
    name="get_weather",
    description="Look at the sky.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}},
)
MODELS = {"gemini": "gemini-2.5-flash", "vertex": "gemini-2.5-flash", "anthropic-messages": "claude-sonnet-4-5"}
PATHS = {"vertex": "/v1/projects/shop/locations/europe-west4"}
SPOKEN = [*((name, {}) for name in providers.APIS), ("azure-openai", {"api_version": "2024-10-21"})]
NAMED = [name + "".join(f" {value}" for value in more.values()) for name, more in SPOKEN]

every_api = pytest.mark.parametrize(("name", "more"), SPOKEN, ids=NAMED)


@pytest.fixture(scope="module")
def mock():
    with aimock.serve() as running:
        yield running


def client(mock, name, more, time=None):
    entry = ProviderEntry(host=mock.url, key="MAIN_KEY", api=name, path=PATHS.get(name, ""), **more)
    endpoints = providers.endpoints({"main": entry}, {"MAIN_KEY": fakes.KEY}, ["main"])
    return providers.Client(endpoints, pace=(time or fakes.FakeTime()).pace)


def asked(name, text, **changes):
    return fakes.request(model=MODELS.get(name, "m-1"), text=text, **changes)


@every_api
async def test_a_text_is_answered(mock, name, more):
    async with client(mock, name, more) as one:
        answer = await one.complete(asked(name, "hello"), seed=7)
    assert answer.completion.message.text == "Hi there!"
    assert answer.completion.finish_reason is FinishReason.STOP


@every_api
async def test_a_tool_is_called_and_its_result_is_read(mock, name, more):
    first = asked(name, "What is the weather in Ulm?", tools=(WEATHER,))
    async with client(mock, name, more) as one:
        called = (await one.complete(first)).completion
        [call] = called.message.tool_calls
        result = Message(role="tool", parts=(ToolResponsePart(id=call.id, response={"sky": "blue"}),))
        then = asked(name, "", tools=(WEATHER,), messages=(*first.messages, called.message, result))
        answer = await one.complete(then)
    assert (call.name, call.arguments, called.finish_reason) == ("get_weather", {"city": "Ulm"}, FinishReason.TOOL_CALL)
    assert answer.completion.message.text == "It is sunny in Ulm."


@every_api
@pytest.mark.parametrize("status", [429, 500, 529])
async def test_a_passing_error_is_outlived(mock, name, more, status):
    mock.fail_once(status)
    async with client(mock, name, more) as one:
        answer = await one.complete(asked(name, "hello"))
    assert (answer.completion.message.text, answer.attempts) == ("Hi there!", 2)


@every_api
@pytest.mark.parametrize("fault", ["disconnectRate", "malformedRate", "dropRate"])
async def test_a_server_that_stays_broken_is_given_up(mock, name, more, fault):
    async with client(mock, name, more) as one:
        with mock.misbehaving(**{fault: 1}), pytest.raises(CallLost, match="given up after 4 attempts"):
            await one.complete(asked(name, "hello"))


@every_api
async def test_the_key_goes_into_a_header_and_never_into_the_address(mock, name, more):
    async with client(mock, name, more) as one:
        await one.complete(asked(name, "hello"))
    assert fakes.KEY not in mock.asked()[-1]["path"]


@pytest.mark.parametrize("name", ["openai-chat", "openai-responses"])
async def test_a_batch_goes_through_files_and_is_found_in_the_list(mock, name):
    async with client(mock, name, {}) as one:
        found = one.batches
        entries = [Entry(custom_id=f"{name}-{place}", request=asked(name, "hello")) for place in range(3)]
        lines = [found.written(entry) for entry in entries]
        file = await found.upload("main", name, lines)
        known = await found.create("main", name, lines, file)
        listed = await found.find("main", Sought(token=name, file=None, count=3, sent_at=0.0))
        while not (state := await found.state("main", known)).over:
            pass
        replies = [reply async for reply in found.results("main", "m-1", state)]
    assert listed == known
    assert {reply.custom_id: reply.completion.message.text for reply in replies} == {
        entry.custom_id: "Mock batch completion" for entry in entries
    }
