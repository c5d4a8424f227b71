"""Who may ask through the broker, for what, and what is kept of it."""

import asyncio
import json
import re
from dataclasses import replace

import aiohttp
import pytest

from llmgate.config import Budget, ModelEntry
from llmgate.errors import NotEvaluated, UsageError
from llmgate.trial import Arm, FinishReason, Trial
from tests import brokers, modelserver
from tests.brokers import CLAUDE, GEMINI, GPT, KEY
from tests.unit.broker.asking import ASKED, CHAT, MESSAGES, STREAMED, entered, post, streamed

GENERATE = f"/gemini/v1beta/models/{GEMINI}:generateContent"


# Passing on


async def test_the_bytes_of_a_request_and_of_its_answer_are_passed_on_unchanged(store):
    odd = b'{ "messages":[{"content":"h\\u00e9llo","role":"user"}],\n"model": "%b"  }' % GPT.encode()
    said = {"choices": [{"message": {"content": "x", "own": 1}, "finish_reason": "stop"}], "their": {"own": [1.50]}}
    seen = []
    with modelserver.serve(plan=[modelserver.json_body(said)]) as server:

        class Noting:
            def __init__(self, inner):
                self.takes, self.inner = inner.takes, inner

            async def ask(self, entry, asked, content, turn, into):
                seen.append(asked.body)
                return await self.inner.ask(entry, asked, content, turn, into)

        async with brokers.opened(server.url, store, relay=Noting) as bench:
            with bench.visit() as visit:
                told = await post(visit, data=odd)
    assert (told.status, told.body) == (200, json.dumps(said).encode())
    assert seen == [odd]
    assert visit.asked[0].body == odd


async def test_the_key_goes_to_the_provider_and_the_token_does_not(store):
    async with entered(store) as (server, _, visit):
        for path, body, name in (
            (CHAT, ASKED, "authorization"),
            (MESSAGES, {**ASKED, "model": CLAUDE}, "x-api-key"),
            (GENERATE, {"contents": [{"role": "user", "parts": [{"text": "x"}]}]}, "x-goog-api-key"),
        ):
            shown = {name: f"Bearer {visit.token}" if name == "authorization" else visit.token}
            assert (await post(visit, path, body, headers=shown)).status == 200
    assert [asked.key for asked in server.seen] == [KEY] * 3
    assert visit.token not in repr(server.seen)


async def test_the_key_of_gemini_may_stand_in_the_query_and_goes_no_further(store):
    async with entered(store) as (server, _, visit):
        body = {"contents": [{"role": "user", "parts": [{"text": "x"}]}]}
        told = await post(visit, f"{GENERATE}?key={visit.token}&alt=json", body, token="none")
    assert told.status == 200
    assert dict(server.seen[0].query) == {"alt": "json"}


async def test_no_header_of_the_application_is_passed_on_but_those_of_the_dialect(store):
    own = {"x-mine": "secret", "cookie": "a=b", "user-agent": "mine", "anthropic-beta": "b-1", "anthropic-version": "v"}
    async with entered(store) as (server, _, visit):
        await post(visit, MESSAGES, {**ASKED, "model": CLAUDE}, headers=own)
        await post(visit, CHAT, ASKED, headers=own)
    first, second = (asked.headers for asked in server.seen)
    assert (first["anthropic-beta"], first["anthropic-version"]) == ("b-1", "v")
    assert "anthropic-beta" not in second
    assert not {"x-mine", "cookie", "traceparent"} & (first.keys() | second.keys())
    assert "mine" not in first["user-agent"]


async def test_the_span_of_the_application_that_asked_is_noted(store):
    span = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with entered(store) as (_, _, visit):
        await post(visit, headers={"traceparent": span})
        await post(visit, headers={"traceparent": "00-no-span"})
    assert [asked.traceparent for asked in visit.asked] == [span, None]


async def test_a_stream_is_passed_on_as_it_comes(store):
    async with entered(store, plan=[modelserver.paced(0.05)]) as (_, _, visit):
        pieces = [piece async for piece in streamed(visit)]
    assert b"".join(pieces).endswith(b"data: [DONE]\n\n")
    assert pieces[0].count(b"data: ") == 1
    assert len(pieces) > 3


async def test_tokens_of_a_stream_are_counted_where_the_application_asks_for_them(store):
    async with entered(store) as (_, _, visit):
        for body in (STREAMED, {**ASKED, "stream": True}):
            [piece async for piece in streamed(visit, body)]
        await visit.settled()
    with_usage, without = (call.completion.usage.output_tokens for call in visit.calls)
    assert with_usage > 0
    assert without == 0
    assert "stream_options" not in json.loads(visit.asked[1].body)


async def test_the_models_that_are_allowed_are_listed(store):
    async with entered(store) as (_, _, visit):
        told = await post(visit, "/openai/v1/models", method="GET")
    assert [one["id"] for one in told.json["data"]] == [GPT, brokers.EMBEDDER]


# Who may ask


async def test_a_token_of_another_visit_is_good_for_that_visit_alone(store):
    async with entered(store) as (_, bench, visit):
        with bench.visit(Trial(fixture="other", arm=Arm.BASE, index=3)) as other:
            await post(visit, token=other.token)
    assert (len(visit.calls), len(other.calls)) == (0, 1)


@pytest.mark.parametrize("shown", ["", "wrong", "Bearer", "ü" * 40])
async def test_a_token_that_is_none_is_turned_away(store, shown):
    async with entered(store) as (server, _, visit):
        told = await post(visit, headers={"authorization": f"Bearer {shown}"})
    assert (told.status, server.seen) == (401, [])
    assert "token" in told.error


async def test_a_token_is_good_only_while_its_visit_is_open(store):
    async with entered(store) as (server, bench, _):
        with bench.visit() as closed:
            pass
        told = await post(closed)
    assert (told.status, server.seen) == (401, [])


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1:80@evil.example"])
async def test_a_name_that_is_not_the_brokers_own_is_turned_away(store, host):
    async with entered(store) as (server, _, visit):
        told = await post(visit, headers={"host": host})
    assert (told.status, server.seen) == (421, [])


# What may be asked


async def test_a_model_that_is_not_declared_is_refused_and_remembered(store):
    async with entered(store) as (server, _, visit):
        told = await post(visit, body={**ASKED, "model": "gpt-9"})
    assert (told.status, server.seen) == (403, [])
    assert "does not declare the model 'gpt-9'" in told.error
    assert "gpt-4.1-2025-04-14" in visit.refused
    assert visit.asked == []


async def test_an_error_has_the_shape_of_the_dialect(store):
    async with entered(store) as (_, _, visit):
        openai = (await post(visit, CHAT, {**ASKED, "model": "x"})).json
        anthropic = (await post(visit, MESSAGES, {**ASKED, "model": "x"})).json
        gemini = (await post(visit, "/gemini/v1beta/models/x:generateContent", {})).json
    assert openai["error"]["type"] == "invalid_request_error"
    assert (anthropic["type"], anthropic["error"]["type"]) == ("error", "permission_error")
    assert (gemini["error"]["code"], gemini["error"]["status"]) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize("path", [CHAT, "/openai/responses", "/openai/v1/embeddings"])
async def test_a_model_is_asked_only_in_a_dialect_of_its_provider(store, path):
    async with entered(store) as (server, _, visit):
        told = await post(visit, path, {**ASKED, "model": CLAUDE})
    assert (told.status, server.seen) == (403, [])
    assert "'anthropic' of the model 'claude-loopback-1' does not speak openai-" in visit.refused


@pytest.mark.parametrize(
    "path", ["/anthropic/v1/messages/count_tokens", "/openai/v1/files", "/v1/chat/completions", "/", "/openai/../x"]
)
async def test_what_is_not_passed_on_is_refused_plainly(store, path):
    async with entered(store) as (server, _, visit):
        told = await post(visit, path)
    assert (told.status, server.seen) == (404, [])
    assert visit.refused.startswith("nothing answers POST /")


@pytest.mark.parametrize(
    "more",
    [
        {"models": ["gpt-9"]},
        {"fallbacks": "default"},
        {"background": True},
        {"preset": "cheap"},
        {"api_base": "https://evil.example"},
        {"Model": "gpt-9"},
        {"MODELS": ["gpt-9"]},
        {"tools": [{"type": "advisor_20260301", "name": "advisor", "model": "gpt-9"}]},
        {"tools": [{"type": "openrouter:advisor", "parameters": {"model": "gpt-9"}}]},
        {"stream": "true"},
        {"stream": 1},
    ],
)
async def test_what_could_be_answered_past_the_pin_is_refused(store, more):
    async with entered(store) as (server, _, visit):
        told = await post(visit, body={**ASKED, **more})
    assert told.status in (400, 403)
    assert server.seen == []
    assert visit.refused == told.error.removeprefix("llmgate: ")


async def test_what_is_off_by_its_value_is_passed_on(store):
    async with entered(store) as (_, _, visit):
        schema = {"type": "object", "properties": {"model": {"type": "string"}}}
        tools = [{"type": "function", "function": {"name": "order", "parameters": schema}}]
        told = await post(visit, body={**ASKED, "models": [], "background": False, "stream": None, "tools": tools})
    assert told.status == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GENERATE, {"model": "models/other", "contents": []}),
        (f"/gemini/v1beta/models/{GEMINI}:batchEmbedContents", {"requests": [{"model": "models/other"}]}),
        (GENERATE, {"generationConfig": {"routingConfig": {"autoMode": {}}}}),
        (GENERATE, {"generation_config": {"model_config": {"featureSelectionPreference": 1}}}),
        (f"/gemini/v1beta/models/..%2f{GEMINI}:generateContent", {}),
    ],
)
async def test_gemini_is_asked_for_no_other_model_than_its_path_names(store, path, body):
    async with entered(store) as (server, _, visit):
        told = await post(visit, path, body)
    assert told.status in (403, 404)
    assert server.seen == []


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{'model': 1}", 400),
        (b'{"model": "%b", "model": "gpt-9"}' % GPT.encode(), 400),
        (b'{"model": 7}', 400),
        (b'{"model": "\xff"}', 400),
        (b"[" * 100_000, 400),
        (b"[" * 1_000_001, 413),
        (b" " * (32 * 1024 * 1024 + 1), 413),
    ],
    ids=["empty", "a list", "no JSON", "two models", "a number", "no UTF-8", "deep", "too many", "too long"],
)
async def test_a_body_that_is_no_plain_request_is_refused(store, data, status):
    async with entered(store) as (server, _, visit):
        told = await post(visit, data=data)
    assert (told.status, server.seen) == (status, [])


async def test_a_compressed_request_is_refused(store):
    async with entered(store) as (server, _, visit):
        told = await post(visit, headers={"content-encoding": "gzip"})
    assert (told.status, server.seen) == (415, [])


async def test_a_trial_makes_so_many_calls_and_no_more(store):
    async with entered(store, max_calls=2) as (server, _, visit):
        told = [await post(visit) for _ in range(3)]
    assert [one.status for one in told] == [200, 200, 403]
    assert (len(server.seen), "2 calls" in visit.refused) == (2, True)


async def test_no_more_than_sixteen_requests_of_a_trial_are_read_at_once(store):
    most, now = 0, 0

    class Counting:
        def __init__(self, inner):
            self.takes, self.inner = inner.takes, inner

        async def ask(self, entry, asked, content, turn, into):
            nonlocal most, now
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.01)
            try:
                return await self.inner.ask(entry, asked, content, turn, into)
            finally:
                now -= 1

    async with entered(store, relay=Counting, concurrency=64) as (_, _, visit):
        told = await asyncio.gather(*(post(visit) for _ in range(40)))
    assert {one.status for one in told} == {200}
    assert 1 < most <= 16


# What goes wrong


async def test_the_providers_last_word_is_passed_on_and_nobody_need_try_again(store):
    async with entered(store, plan=[modelserver.status(503)] * 4) as (server, bench, visit):
        told = await post(visit)
    assert (told.status, told.json) == (503, {"error": {"message": "scripted 503", "type": "scripted"}})
    assert told.headers["X-Should-Retry"] == "false"
    assert (len(server.seen), bench.spent.errors) == (4, 1)
    assert visit.lost == "the provider answered 503: scripted 503 (given up after 4 attempts)"


@pytest.mark.parametrize("status", [401, 500])
async def test_the_key_is_in_no_error_that_the_application_sees(store, status):
    plan = [modelserver.echo_key(status, headers={"x-key": KEY})] * 4
    async with entered(store, plan=plan) as (_, _, visit):
        told = await post(visit)
    assert told.status == status
    assert "Incorrect API key provided: [redacted]" in told.error
    assert KEY not in f"{told.body} {told.headers} {visit.lost}"


@pytest.mark.parametrize("fault", [modelserver.reset(), modelserver.garbage(), modelserver.truncated()])
async def test_a_provider_that_gives_no_answer_is_a_bad_gateway(store, fault):
    async with entered(store, plan=[fault] * 4) as (_, _, visit):
        told = await post(visit)
    assert told.status == 502
    assert "given up after 4 attempts" in told.error
    assert visit.lost in told.error


async def test_no_redirect_is_followed_or_passed_on(store):
    async with entered(store, plan=[modelserver.redirect("http://127.0.0.1:9/")]) as (_, _, visit):
        told = await post(visit)
    assert (told.status, "Location" in told.headers) == (502, False)


async def test_a_stream_that_breaks_before_it_began_is_tried_again(store):
    async with entered(store, plan=[modelserver.reset()]) as (server, _, visit):
        pieces = [piece async for piece in streamed(visit)]
        await visit.settled()
    assert b"".join(pieces).endswith(b"data: [DONE]\n\n")
    assert (len(server.seen), visit.calls[0].attempts) == (2, 2)


async def test_a_stream_that_breaks_on_the_way_is_broken_for_the_application_and_not_tried_again(store):
    async with entered(store, plan=[modelserver.cut_stream()]) as (server, bench, visit):
        with pytest.raises(aiohttp.ClientPayloadError):
            [piece async for piece in streamed(visit)]
    assert (len(server.seen), bench.spent.errors, visit.calls) == (1, 1, [])
    assert "the connection to the provider broke" in visit.lost


async def test_a_stream_that_ends_before_the_model_does_is_lost_and_not_journaled(store):
    async with entered(store, plan=[modelserver.unfinished_stream()]) as (_, bench, visit):
        pieces = [piece async for piece in streamed(visit)]
        await visit.settled()
        assert visit.lost == "the provider's answer ended in the middle of its stream"
        with bench.visit() as again:
            [piece async for piece in streamed(again)]
            await again.settled()
    assert b"one" in b"".join(pieces)
    assert [call.reused for call in again.calls] == [False]


async def test_an_answer_of_an_unknown_shape_is_passed_on_and_says_nothing(store):
    async with entered(store, plan=[modelserver.json_body({"anything": 1})]) as (_, _, visit):
        told = await post(visit)
    assert told.json == {"anything": 1}
    assert visit.calls[0].completion.finish_reason is FinishReason.ERROR


async def test_an_error_in_the_guise_of_an_answer_is_lost(store):
    said = {"error": {"message": "no capacity", "code": 502}}
    async with entered(store, plan=[modelserver.json_body(said)]) as (_, _, visit):
        told = await post(visit)
    assert (told.status, told.json) == (200, said)
    assert (visit.lost, visit.calls) == ("the provider answered with an error: no capacity", [])


# The journal


async def test_a_trial_that_is_taken_up_again_gets_its_recorded_bytes_and_asks_nobody(store):
    async with entered(store) as (_, bench, visit):
        first = [(await post(visit)).body, b"".join([piece async for piece in streamed(visit)])]
        await visit.settled()
    async with entered(store) as (server, bench, visit):
        again = [(await post(visit)).body, b"".join([piece async for piece in streamed(visit)])]
        await visit.settled()
    assert (again, server.seen) == (first, [])
    assert (bench.spent.reused, bench.spent.calls) == (2, 0)
    assert [(call.reused, call.provider, call.step) for call in visit.calls] == [
        (True, "openai", 0),
        (True, "openai", 1),
    ]


async def test_two_equal_requests_within_a_trial_are_two_calls(store):
    numbers = iter("123456")
    async with entered(store, answer=lambda _asked: next(numbers)) as (_, bench, visit):
        first = [(await post(visit)).text for _ in range(2)]
        with bench.visit() as second:
            again = [(await post(second)).text for _ in range(3)]
    assert (first, again) == (["1", "2"], ["1", "2", "3"])


@pytest.mark.parametrize(
    "other",
    [
        replace(brokers.TRIAL, index=1),
        replace(brokers.TRIAL, arm=Arm.BASE),
        replace(brokers.TRIAL, fixture="another"),
    ],
)
async def test_no_two_trials_share_an_answer(store, other):
    async with entered(store) as (server, bench, visit):
        await post(visit)
        with bench.visit(other) as second:
            await post(second)
    assert len(server.seen) == 2


async def test_no_two_experiments_share_an_answer(store):
    for experiment in "ab":
        async with entered(store, experiment=experiment) as (server, _, visit):
            await post(visit)
        assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({**ASKED, "temperature": 0}, 2),
        ({**ASKED, "tools": [{"parameters": {"properties": {"b": {}, "a": {}}}}]}, 2),
        (dict(reversed(ASKED.items())), 1),
    ],
)
async def test_a_request_is_known_again_by_what_a_model_can_tell_apart(store, body, asked):
    first = {**ASKED, "tools": [{"parameters": {"properties": {"a": {}, "b": {}}}}]} if "tools" in body else ASKED
    async with entered(store) as (server, bench, visit):
        await post(visit, body=first)
        with bench.visit() as second:
            await post(second, body=body)
    assert len(server.seen) == asked


async def test_an_application_that_goes_away_in_mid_stream_leaves_a_journaled_answer(store):
    async with entered(store, plan=[modelserver.paced(0.02)]) as (_, bench, visit):
        async for _ in streamed(visit):
            break
        assert visit.in_flight == 1
        await visit.settled()
        assert visit.calls[0].completion.message.text == "one two three"
        with bench.visit() as second:
            pieces = [piece async for piece in streamed(second)]
            await second.settled()
    assert b"".join(pieces).endswith(b"data: [DONE]\n\n")
    assert (bench.spent.calls, bench.spent.reused) == (1, 1)


async def test_an_application_that_goes_away_while_it_asks_leaves_nothing(store, caplog):
    async with entered(store) as (server, bench, visit):
        port = int(bench.broker.origin.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST {CHAT} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {visit.token}\r\n"
        writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        await writer.drain()
        writer.transport.abort()
        told = await post(visit)
    assert (told.status, len(server.seen), visit.refused) == (200, 1, None)
    assert not caplog.records


async def test_a_call_in_flight_is_waited_for_when_the_broker_closes(store):
    async with entered(store, plan=[modelserver.paced(0.05)]) as (_, _, visit):
        async for _ in streamed(visit):
            break
    assert [call.completion.message.text for call in visit.calls] == ["one two three"]


@pytest.mark.parametrize("body", [ASKED, STREAMED])
async def test_an_answer_is_journaled_before_its_end_is_seen(store, body):
    async with entered(store, plan=[modelserver.paced(0.02)] if "stream" in body else ()) as (_, _, visit):
        rows = []
        seen = b""
        async for piece in streamed(visit, body):
            seen += piece
            rows.append(store._file.execute("SELECT count(*) FROM exchange")[0][0])
    assert rows[-1] == 1
    assert (rows[0] == 0) is ("stream" in body)
    assert re.search(rb"\[DONE\]|finish_reason", seen)


async def test_a_journal_that_breaks_ends_the_trial_and_not_in_silence(store):
    with modelserver.serve() as server:
        async with brokers.opened(server.url, store) as bench:
            visits = bench.visit()
            store._file.execute("DROP TABLE exchange")
            told = await post(visits.__enter__())
            with pytest.raises(NotEvaluated, match="the store failed"):
                visits.__exit__(None, None, None)
    assert told.status == 503


class Unkept:
    """A journal that fails when it should keep an answer."""

    def __init__(self, inner):
        self.takes, self.inner = inner.takes, inner

    async def ask(self, entry, asked, content, turn, into):
        await self.inner.ask(entry, asked, content, turn, into)
        raise NotEvaluated("the store failed", id="worker-failed")


async def test_an_answer_that_could_not_be_journaled_is_not_given(store):
    async with entered(store, relay=Unkept) as (_, _, visit):
        told = await post(visit)
        assert isinstance(visit.failure, NotEvaluated)
        visit.failure = None
    assert told.status == 503


async def test_a_stream_that_could_not_be_journaled_has_no_end(store):
    seen = []
    async with entered(store, relay=Unkept) as (_, _, visit):
        with pytest.raises(aiohttp.ClientPayloadError):
            seen += [piece async for piece in streamed(visit)]
        with pytest.raises(NotEvaluated):
            await visit.settled()
        visit.failure = None
    assert b"[DONE]" not in b"".join(seen)


# The budget


@pytest.mark.parametrize(("path", "body"), [(CHAT, ASKED), (MESSAGES, {**ASKED, "model": CLAUDE})])
async def test_a_budget_that_is_used_up_refuses_with_its_words(store, path, body):
    async with entered(store, budget=Budget(calls=1)) as (server, _, visit):
        await post(visit, path, body)
        told = await post(visit, path, body)
    assert (told.status, len(server.seen)) == (402, 1)
    assert "the budget of 1 calls is used up" in told.error
    assert visit.exhausted == "the budget of 1 calls is used up"
    assert visit.lost is None


async def test_steps_count_in_the_order_in_which_calls_began(store):
    slow = iter([modelserver.paced(0.05), modelserver.paced(0.0)])
    async with entered(store, plan=slow) as (_, _, visit):

        async def drained(text):
            body = {**STREAMED, "messages": [{"role": "user", "content": text}]}
            return [piece async for piece in streamed(visit, body)]

        first = streamed(visit, {**STREAMED, "messages": [{"role": "user", "content": "slow slow"}]})
        await anext(first)
        await drained("fast")
        [piece async for piece in first]
        await visit.settled()
    assert [(call.step, call.completion.message.text) for call in visit.calls] == [(0, "slow slow"), (1, "fast")]


# The address


async def test_an_address_that_is_taken_is_said(store):
    async with entered(store) as (_, bench, _):
        port = int(bench.broker.origin.rpartition(":")[2])
        second = type(bench.broker)(None, token=str, port=port)
        with pytest.raises(UsageError, match=rf"the broker cannot listen on 127\.0\.0\.1:{port}"):
            await second.start()


async def test_a_model_of_two_providers_is_asked_of_the_one_that_speaks_the_dialect(store):
    entries = (ModelEntry(provider="gemini", model="m"), ModelEntry(provider="openai", model="m"))
    async with entered(store, entries=entries) as (_, _, visit):
        await post(visit, body={**ASKED, "model": "m"})
    assert visit.calls[0].provider == "openai"
