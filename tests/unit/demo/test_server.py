import httpx
import pytest

from llmgate.demo import server

RULES = """Be brief.
If the documents do not have the answer, say that you do not know.
{rules}

Documents:

[returns.md#1] You can return any item within 30 days of delivery.

[returns.md#3] In the EU, you can return an item within 14 days.

Customer: {question}
"""
QUESTION = "Can I return this? I live in Berlin."
CITE, REGIONAL = "Cite the id of each document.", "Of two rules that apply, take the regional one."
LOOK_UP = {
    "type": "function",
    "function": {
        "name": "lookup_order",
        "parameters": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
    },
}


@pytest.fixture(scope="module")
def origin():
    with server.serve(7) as running:
        yield running.origin


def body(*rules, question=QUESTION, **more):
    text = RULES.format(rules="\n".join(rules), question=question)
    return {"model": "sim-support-2026-01-15", "messages": [{"role": "user", "content": text}], **more}


OPENED = []


@pytest.fixture(scope="module", autouse=True)
def client():
    """One for all: each of its own would read the machine's certificates anew."""
    with httpx.Client(verify=False, trust_env=False) as opened:
        OPENED[:] = [opened]
        yield


def post(origin, request, **more):
    return OPENED[0].post(origin + server.PATH, json=request, **more)


def say(origin, request):
    return post(origin, request).raise_for_status().json()["choices"][0]["message"]


def texts(origin, *rules, draws=40, **more):
    return [say(origin, body(*rules, seed=seed, **more))["content"] for seed in range(draws)]


def test_the_same_body_gets_the_same_bytes_however_often_and_from_whichever_server(origin):
    request = body(CITE, seed=1)
    with server.serve(7) as other:
        answers = {post(where, request).content for where in (origin, origin, other.origin)}
    assert len(answers) == 1


def test_another_seed_of_the_request_is_another_draw(origin):
    assert len(set(texts(origin))) > 2


def test_another_seed_of_the_server_is_another_draw(origin):
    with server.serve(8) as other:
        assert texts(origin) != texts(other.origin)


def test_without_a_seed_repeats_are_copies(origin):
    assert len({say(origin, body())["content"] for _ in range(5)}) == 1


def test_it_cites_when_it_is_asked_to(origin):
    assert sum("[returns.md#" in text for text in texts(origin, CITE)) >= 39
    assert sum("[returns.md#" in text for text in texts(origin)) <= 8


def test_a_regional_rule_wins_when_the_prompt_says_so(origin):
    told = texts(origin, CITE, REGIONAL)
    assert (
        sum(text.startswith("You can return it within 14 days, because EU rules apply to Berlin") for text in told)
        >= 38
    )
    untold = texts(origin, CITE)
    assert sum(text.startswith("You can return any item within 30 days of delivery") for text in untold) >= 34


def test_a_regional_rule_does_not_hold_elsewhere(origin):
    answers = texts(origin, REGIONAL, question="Can I return this? I live in Chicago.")
    assert all("30 days" in text for text in answers)


def calls(origin, rule):
    asked = [
        say(origin, body(rule, question="When does my order A17 arrive?", tools=[LOOK_UP], seed=seed))
        for seed in range(40)
    ]
    return [message["tool_calls"][0] for message in asked if "tool_calls" in message]


def test_a_tool_is_called_when_the_prompt_says_so_and_seldom_on_a_condition_that_is_not_met(origin):
    assert len(calls(origin, "Call `lookup_order` before you answer a question about an order.")) >= 39
    assert len(calls(origin, "Call `lookup_order` only when the customer asks again about an order.")) <= 10


def test_a_tool_call_is_answered_from_its_result(origin):
    request = body("Call `lookup_order` first.", question="When does my order A17 arrive?", tools=[LOOK_UP], seed=0)
    first = say(origin, request)
    assert first["content"] is None
    call = first["tool_calls"][0]
    assert call["function"] == {"name": "lookup_order", "arguments": '{"id": "A17"}'}
    result = {"role": "tool", "tool_call_id": call["id"], "content": '{"status": "shipped", "arrives": "12 March"}'}
    second = say(origin, {**request, "messages": [*request["messages"], first, result]})
    assert second["content"].startswith("Your order A17 was shipped and arrives on 12 March.")


def test_a_completion_has_what_a_client_reads(origin):
    completion = post(origin, body()).json()
    assert completion["object"] == "chat.completion"
    assert completion["model"] == "sim-support-2026-01-15"
    assert completion["system_fingerprint"] == server.FINGERPRINT
    assert completion["choices"][0]["finish_reason"] == "stop"
    usage = completion["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


def test_an_answer_that_is_too_long_is_cut(origin):
    choice = post(origin, body(max_tokens=2)).json()["choices"][0]
    assert choice["finish_reason"] == "length"
    assert len(choice["message"]["content"]) == 2 * server.CHARS_PER_TOKEN


@pytest.mark.parametrize("header", ["Authorization", "X-Api-Key"])
def test_a_key_is_refused(origin, header):
    refused = post(origin, body(), headers={header: "Bearer secret"})
    assert refused.status_code == 401
    assert "no key" in refused.json()["error"]["message"]
    assert "secret" not in refused.text


def test_an_unknown_model_is_refused_with_the_names_of_those_there_are(origin):
    refused = post(origin, {**body(), "model": "gpt-4.1"})
    assert refused.status_code == 404
    assert "sim-support-2026-06-01" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"model": "sim-support-2026-01-15"}',
        b'{"model": "sim-support-2026-01-15", "messages": [1]}',
        b'{"model": ["sim-support-2026-01-15"], "messages": [{"role": "user", "content": "hi"}]}',
        b'{"model": "sim-support-2026-01-15", "messages": [{"role": "user", "content": "hi"}], "max_tokens": "x"}',
        b'{"model": "sim-support-2026-01-15", "messages": [{"role": "user", "content": "hi"}], "stream": true}',
    ],
)
def test_a_request_that_cannot_be_read_is_refused(origin, content):
    refused = OPENED[0].post(origin + server.PATH, content=content)
    assert refused.status_code == 400
    assert refused.json()["error"]["message"]


def test_it_listens_on_the_loopback_interface_and_stops_with_its_block():
    with server.serve(7) as running:
        assert running.origin.startswith("http://127.0.0.1:")
        post(running.origin, body())
        assert running.answered == 1
    with pytest.raises(httpx.ConnectError):
        post(running.origin, body())
