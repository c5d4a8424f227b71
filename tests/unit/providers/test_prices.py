import pytest

from llmgate.message import Message, TextPart, ToolCallPart, ToolDefinition, ToolResponsePart, text_message
from llmgate.providers import prices
from llmgate.trial import Completion, FinishReason, Request, Usage

MODEL = "gpt-4.1-2025-04-14"  # $2 per million input tokens, $0.50 cached, $8 output


def request(provider="openai", model=MODEL, text="hello", **changes):
    return Request(provider=provider, model=model, messages=(text_message("user", text),), **changes)


def completion(**usage):
    return Completion(message=text_message("assistant", "hi"), finish_reason=FinishReason.STOP, usage=Usage(**usage))


def test_a_call_costs_its_tokens():
    assert prices.cost(request(), completion(input_tokens=1000, output_tokens=100)) == pytest.approx(0.0028)


def test_cached_tokens_cost_less():
    spent = prices.cost(request(), completion(input_tokens=1000, output_tokens=100, cached_tokens=1000))
    assert spent == pytest.approx(0.0013)


def test_more_cached_tokens_than_tokens_do_not_make_money():
    spent = prices.cost(request(), completion(input_tokens=10, output_tokens=0, cached_tokens=10**9))
    assert spent == pytest.approx(10 * 0.5e-6)


def test_a_provider_of_another_name_pays_the_models_price():
    assert prices.cost(request("my-gateway"), completion(input_tokens=1000)) == pytest.approx(0.002)


@pytest.mark.parametrize(
    "asked",
    [request(model="no-such-model"), request("my-gateway", "no-such-model"), request("openai", "claude-sonnet-4-5")],
)
def test_an_unknown_model_has_no_price(asked):
    assert prices.cost(asked, completion(input_tokens=1)) is None
    assert prices.ceiling(asked) is None


def test_an_answer_without_usage_has_no_price():
    assert prices.cost(request(), completion()) is None


def test_the_ceiling_is_above_the_bill():
    asked = request(text="word " * 1000, params={"max_tokens": 50})
    assert prices.ceiling(asked) > prices.cost(asked, completion(input_tokens=1000, output_tokens=50))


def test_the_ceiling_counts_tools_results_and_non_latin_text():
    tool = ToolDefinition(name="t", description="d" * 3000)
    call = Message(role="assistant", parts=(ToolCallPart(name="t", arguments={"a": "b" * 3000}),))
    result = Message(role="tool", parts=(ToolResponsePart(response={"a": "b" * 3000}),))
    chinese = Message(role="user", parts=(TextPart(content="退货" * 500),))
    plain = prices.ceiling(request(params={"max_tokens": 1}))
    for more in ({"tools": (tool,)}, {"messages": (call,)}, {"messages": (result,)}, {"messages": (chinese,)}):
        asked = Request(**{"provider": "openai", "model": MODEL, "messages": (), "params": {"max_tokens": 1}, **more})
        assert prices.ceiling(asked) > plain + 900 * 2e-6


@pytest.mark.parametrize("params", [{"max_tokens": 100_000}, {"max_completion_tokens": 100_000}])
def test_the_ceiling_follows_the_requests_limit(params):
    assert prices.ceiling(request(params=params)) > 0.8 > prices.ceiling(request())


@pytest.mark.parametrize("limit", [-5, 0, "many", None, True])
def test_a_limit_that_is_none_gives_the_default(limit):
    assert prices.ceiling(request(params={"max_tokens": limit})) == pytest.approx(prices.ceiling(request()), rel=0.01)
