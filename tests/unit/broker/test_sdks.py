"""The official libraries for Python, as applications use them: with nothing but their environment."""

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

from llmgate.config import Budget
from llmgate.trial import FinishReason, Operation
from tests import aimock, brokers, modelserver
from tests.brokers import CLAUDE, EMBEDDER, GEMINI, GEMINI_EMBEDDER, GPT

pytestmark = [
    # google-genai derives a class from aiohttp's session, of which aiohttp warns, and aimock has a reason of its own
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:FUNCTION_CALL is not a valid FinishReason:UserWarning"),
]

HELLO = [{"role": "user", "content": "hello"}]
WEATHER = [{"role": "user", "content": "What is the weather in Ulm?"}]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
CITY = {"city": "Ulm"}


@pytest.fixture(scope="module")
def mock():
    with aimock.serve() as running:
        yield running


@pytest.fixture
async def visit(mock, store, monkeypatch):
    """A trial whose environment is the test's own."""
    async with brokers.opened(mock.url, store) as bench:
        with bench.visit() as visit:
            use(visit, monkeypatch)
            yield visit


def use(visit, monkeypatch):
    for name, value in visit.environment().items():
        monkeypatch.setenv(name, value)


class Chat:
    """Chat Completions."""

    async def says(self):
        async with openai.AsyncOpenAI() as client:
            answer = await client.chat.completions.create(model=GPT, messages=HELLO)
        return answer.choices[0].message.content

    async def streams(self):
        async with openai.AsyncOpenAI() as client:
            stream = await client.chat.completions.create(
                model=GPT, messages=HELLO, stream=True, stream_options={"include_usage": True}
            )
            return [piece.choices[0].delta.content or "" async for piece in stream if piece.choices]

    async def calls(self):
        tool = {"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}
        async with openai.AsyncOpenAI() as client:
            stream = client.chat.completions.stream(model=GPT, messages=WEATHER, tools=[tool])
            async with stream as events:
                answer = await events.get_final_completion()
        [call] = answer.choices[0].message.tool_calls
        return call.function.name, call.function.arguments


class Responses:
    """Responses."""

    async def says(self):
        async with openai.AsyncOpenAI() as client:
            return (await client.responses.create(model=GPT, input=HELLO)).output_text

    async def streams(self):
        async with openai.AsyncOpenAI() as client:
            stream = await client.responses.create(model=GPT, input=HELLO, stream=True)
            return [event.delta async for event in stream if event.type == "response.output_text.delta"]

    async def calls(self):
        tool = {"type": "function", "name": "get_weather", "parameters": SCHEMA, "strict": False}
        async with openai.AsyncOpenAI() as client:
            answer = await client.responses.create(model=GPT, input=WEATHER, tools=[tool])
        [call] = [item for item in answer.output if item.type == "function_call"]
        return call.name, call.arguments


class Messages:
    """Anthropic's Messages."""

    async def says(self):
        async with anthropic.AsyncAnthropic() as client:
            answer = await client.messages.create(model=CLAUDE, max_tokens=100, messages=HELLO)
        return answer.content[0].text

    async def streams(self):
        async with (
            anthropic.AsyncAnthropic() as client,
            client.messages.stream(model=CLAUDE, max_tokens=100, messages=HELLO) as stream,
        ):
            return [text async for text in stream.text_stream]

    async def calls(self):
        tool = {"name": "get_weather", "input_schema": SCHEMA}
        async with (
            anthropic.AsyncAnthropic() as client,
            client.messages.stream(model=CLAUDE, max_tokens=100, messages=WEATHER, tools=[tool]) as stream,
        ):
            answer = await stream.get_final_message()
        [call] = [block for block in answer.content if block.type == "tool_use"]
        return call.name, call.input


class Gemini:
    """Gemini's generateContent."""

    async def says(self):
        async with genai.Client().aio as client:
            return (await client.models.generate_content(model=GEMINI, contents="hello")).text

    async def streams(self):
        async with genai.Client().aio as client:
            stream = await client.models.generate_content_stream(model=GEMINI, contents="hello")
            return [piece.text or "" async for piece in stream]

    async def calls(self):
        declared = types.FunctionDeclaration(name="get_weather", parameters_json_schema=SCHEMA)
        config = types.GenerateContentConfig(tools=[types.Tool(function_declarations=[declared])])
        async with genai.Client().aio as client:
            answer = await client.models.generate_content(
                model=GEMINI, contents="What is the weather in Ulm?", config=config
            )
        [call] = answer.function_calls
        return call.name, call.args


every_library = pytest.mark.parametrize(
    "library", [Chat(), Responses(), Messages(), Gemini()], ids=lambda one: type(one).__name__
)


@every_library
async def test_a_text_is_answered(visit, library):
    assert await library.says() == "Hi there!"
    [call] = visit.calls
    assert call.completion.message.text == "Hi there!"
    assert (call.step, call.attempts, call.operation) == (0, 1, Operation.CHAT)


@every_library
async def test_a_stream_is_answered_in_pieces_and_put_together(visit, library):
    pieces = await library.streams()
    assert "".join(pieces) == "Hi there!"
    await visit.settled()
    [call] = visit.calls
    assert call.completion.message.text == "Hi there!"
    assert call.completion.finish_reason is FinishReason.STOP


@every_library
async def test_a_tool_is_called(visit, library):
    name, arguments = await library.calls()
    assert name == "get_weather"
    assert arguments in (CITY, '{"city":"Ulm"}', '{"city": "Ulm"}')
    await visit.settled()
    [call] = visit.calls
    [called] = call.completion.message.tool_calls
    assert (called.name, called.arguments) == ("get_weather", CITY)
    assert call.completion.finish_reason is FinishReason.TOOL_CALL


@every_library
@pytest.mark.parametrize("status", [429, 500, 529])
async def test_a_passing_error_is_waited_out_unseen(visit, mock, library, status):
    mock.fail_once(status)
    assert await library.says() == "Hi there!"
    assert (visit.calls[0].attempts, visit.lost) == (2, None)


@every_library
async def test_what_the_provider_says_of_a_bad_request_is_what_the_application_gets(visit, mock, library):
    mock.fail_once(400)
    with pytest.raises((openai.BadRequestError, anthropic.BadRequestError, genai.errors.ClientError)) as refused:
        await library.says()
    assert getattr(refused.value, "status_code", getattr(refused.value, "code", None)) == 400
    assert (visit.lost, visit.calls) == (None, [])  # the application's own doing, whose failure says something of it


@every_library
async def test_a_budget_that_is_used_up_is_an_error_with_its_words(mock, store, monkeypatch, library):
    async with brokers.opened(mock.url, store, budget=Budget(calls=1)) as bench:
        with bench.visit() as visit:
            use(visit, monkeypatch)
            await library.says()
            with pytest.raises(Exception, match="the budget of 1 calls is used up") as refused:
                await library.says()
    assert isinstance(refused.value, openai.APIStatusError | anthropic.APIStatusError | genai.errors.ClientError)
    assert visit.exhausted == "the budget of 1 calls is used up"


async def test_texts_are_embedded_and_are_no_turn_of_a_model(visit):
    async with openai.AsyncOpenAI() as client:
        made = await client.embeddings.create(model=EMBEDDER, input=["a passage", "a passage too"])
    assert [one.embedding for one in made.data] == [[0.25, -0.5, 1]] * 2
    [call] = visit.calls
    assert (call.operation, call.completion.served_model) == (Operation.EMBEDDINGS, EMBEDDER)


async def test_texts_are_embedded_by_gemini(store, monkeypatch):
    made = {"embeddings": [{"values": [0.25, -0.5]}], "usageMetadata": {"promptTokenCount": 3}}
    with modelserver.serve(plan=[modelserver.json_body(made)]) as server:
        async with brokers.opened(server.url, store) as bench:
            with bench.visit() as visit:
                use(visit, monkeypatch)
                async with genai.Client().aio as client:
                    answer = await client.models.embed_content(model=GEMINI_EMBEDDER, contents="a passage")
    assert answer.embeddings[0].values == [0.25, -0.5]
    assert server.seen[0].path == f"/v1beta/models/{GEMINI_EMBEDDER}:batchEmbedContents"
    [call] = visit.calls
    assert (call.operation, call.completion.usage.input_tokens) == (Operation.EMBEDDINGS, 3)
