"""What holds for each API alike, whatever it is sent and whatever it answers."""

import contextlib
import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate import config, providers
from llmgate.config import ProviderEntry
from llmgate.errors import CallError, CallRefused
from llmgate.message import Message, ReasoningPart, TextPart, ToolCallPart
from llmgate.providers import api, origin
from tests import apis, modelserver
from tests.unit.providers import conversations, fakes

NAMES = sorted(providers.APIS)
SAID = modelserver.Said(text="Hi.", calls=(("now", {"at": 1}),), logprobs=(-0.5,))


def answer(name):
    """A whole answer with everything in it."""
    asked = modelserver.Asked(path=providers.APIS[name].place("m-1").path, headers={}, body={"model": "m-1"})
    return modelserver.written(asked, SAID)


def places(value, at=()):
    """Every place of a JSON value, as a path of keys."""
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*at, key))


def with_at(value, at, new):
    if not at:
        return new
    made = copy.deepcopy(value)
    inner = made
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = new
    return made


def test_every_api_of_the_configuration_has_a_file():
    schema = ProviderEntry.model_json_schema()["properties"]["api"]
    assert sorted(schema["enum"]) == NAMES


def test_every_provider_that_is_known_speaks_an_api_that_is_there():
    assert {known["api"] for known in config.KNOWN_PROVIDERS.values()} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_answer_is_read(name):
    completion = providers.APIS[name].parse(answer(name))
    assert completion.message.text == "Hi."
    assert [(call.name, call.arguments) for call in completion.message.tool_calls] == [("now", {"at": 1})]
    expected = (-0.5,) if providers.APIS[name].capabilities("m-1").logprobs else None
    assert completion.logprobs == expected


HOSTILE = [None, True, -1, 1.5, 10**30, "", "x", [], {}, [None], ["x"], [[]], {"x": None}, [{}], [{"text": 1}]]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_stands_in_any_place_of_an_answer_it_is_read_or_lost(name):
    """No value in any place of an answer makes anything but a Completion or a CallError."""
    whole = answer(name)
    for at in places(whole):
        for value in HOSTILE:
            with contextlib.suppress(CallError):
                providers.APIS[name].parse(with_at(whole, at, value))


@pytest.mark.trust("broken-answer")
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30)
@given(value=conversations.json_value, choose=st.integers(0, 10_000))
def test_any_json_in_any_place_of_an_answer_is_read_or_lost(name, value, choose):
    """Whatever JSON stands in each place of an answer, reading it gives a Completion or a CallError."""
    whole = answer(name)
    found = list(places(whole))
    with contextlib.suppress(CallError):
        providers.APIS[name].parse(with_at(whole, found[choose % len(found)], value))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50)
@given(request=conversations.requests, seed=st.none() | st.integers(0, 2**31))
def test_any_conversation_is_json_and_deterministic(name, request, seed):
    """Any canonical conversation is refused or becomes JSON, and always the same bytes."""
    try:
        data = api.encode(providers.APIS[name].body(request, seed))
    except CallRefused:
        return
    assert data == api.encode(providers.APIS[name].body(request, seed))
    assert all(role for role, _ in apis.turns(apis.of(providers.APIS[name].place("m-1").path), json.loads(data)))


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_is_sent_where_the_api_has_one(name):
    one = providers.APIS[name]
    bodies = [json.dumps(one.body(fakes.request(), seed)) for seed in (None, 424_242)]
    assert ("424242" in bodies[1]) is one.capabilities("m-1").seed
    assert "seed" not in bodies[0]


MODELS = [
    "../../secrets",
    "..",
    ".",
    "a/b",
    "m?key=1",
    "m#x",
    "m\r\nX: 1",
    "%2e%2e",
    "évil",
    "m:predict",
    "a b",
    "@evil",
]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_model_leads_to_no_other_path(name, model):
    path = providers.APIS[name].place(model).path
    plain = providers.APIS[name].place("m").path
    with contextlib.suppress(CallRefused):
        assert origin.address("https://example.com", path) == "https://example.com:443" + path
        assert path.count("/") == plain.count("/")
        assert not {"?", "#", "@", "\r", "\n", " "} & set(path)


@pytest.mark.parametrize("name", NAMES)
async def test_a_models_name_arrives_as_it_is_written(name):
    with modelserver.serve() as server:
        async with fakes.client(server.url, api=name) as client:
            await client.complete(fakes.request(model="ft:m-1/x 2"))
    assert [asked.model for asked in server.seen] == ["ft:m-1/x 2"]


REASONING = {
    "openai-responses": ReasoningPart(id="rs_1", seal="sealed"),
    "anthropic-messages": ReasoningPart(content="Hm.", seal="sealed"),
    "gemini": ReasoningPart(seal="sealed"),
    "vertex": ReasoningPart(seal="sealed"),
    "bedrock": ReasoningPart(content="Hm.", seal="sealed"),
    "cohere": ReasoningPart(content="I will look."),
    "ollama": ReasoningPart(content="Hm."),
}


@pytest.mark.parametrize("name", NAMES)
def test_reasoning_goes_back_where_an_api_wants_it_and_never_as_the_models_words(name):
    thought = REASONING.get(name, ReasoningPart(content="Hm.", seal="sealed"))
    called = Message(role="assistant", parts=(thought, TextPart(content="Well."), ToolCallPart(id="1", name="now")))
    messages = (*fakes.request().messages, called)
    body = json.dumps(providers.APIS[name].body(fakes.request(messages=messages), None))
    assert ((thought.seal or thought.content) in body) is (name in REASONING)
    assert "Hm.Well." not in body
