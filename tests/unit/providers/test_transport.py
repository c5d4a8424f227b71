import asyncio
import socket
import time
from types import SimpleNamespace

import aiohttp
import pytest

from llmgate.errors import CallLost, CallRefused
from llmgate.providers import response, retry, transport
from tests import modelserver
from tests.unit.providers import fakes

RETRYABLE = (408, 409, 425, 429, 500, 502, 503, 504, 529)
PERMANENT = (400, 401, 403, 404, 410, 413, 422, 451)


@pytest.mark.trust("provider-recovers")
@pytest.mark.parametrize("code", RETRYABLE)
async def test_a_transient_status_is_tried_again(code):
    with modelserver.serve(plan=[modelserver.status(code)]) as server:
        async with fakes.client(server.url) as client:
            answer = await client.complete(fakes.request())
    assert (answer.attempts, len(server.seen), answer.completion.message.text) == (2, 2, "hello")


@pytest.mark.trust("provider-refuses")
@pytest.mark.parametrize("code", PERMANENT)
async def test_a_permanent_status_is_refused_at_once(code):
    with modelserver.serve(plan=[modelserver.status(code)]) as server:
        async with fakes.client(server.url) as client:
            with pytest.raises(CallRefused, match=f"answered {code}: scripted {code}") as refused:
                await client.complete(fakes.request())
    assert (refused.value.status, len(server.seen)) == (code, 1)


async def test_an_account_without_balance_is_not_asked_again():
    body = '{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}'
    with modelserver.serve(plan=[modelserver.status(429, body=body)]) as server:
        async with fakes.client(server.url) as client:
            with pytest.raises(CallRefused, match="balance"):
                await client.complete(fakes.request())
    assert len(server.seen) == 1


@pytest.mark.trust("broken-answer")
@pytest.mark.parametrize(
    "fault",
    [
        modelserver.reset(),
        modelserver.truncated(),
        modelserver.cut_close_delimited(),
        modelserver.garbage(),
        modelserver.garbage(""),
        modelserver.raw("HTTP/1.1 200"),
        modelserver.raw("SSH-2.0-OpenSSH_9.9\r\n"),
    ],
    ids=lambda fault: fault.kind,
)
async def test_a_broken_answer_is_tried_again(fault):
    with modelserver.serve(plan=[fault]) as server:
        async with fakes.client(server.url) as client:
            answer = await client.complete(fakes.request())
    assert (answer.attempts, len(server.seen)) == (2, 2)


async def test_four_attempts_are_all():
    time = fakes.FakeTime(chance=1.0)
    with modelserver.serve(plan=lambda _asked: modelserver.status(503)) as server:
        async with fakes.client(server.url, time=time) as client:
            with pytest.raises(CallLost, match=r"answered 503.*given up after 4 attempts"):
                await client.complete(fakes.request())
    assert len(server.seen) == retry.MAX_ATTEMPTS
    assert time.slept == [0.5, 1.0, 2.0]


@pytest.mark.trust("retry-after")
async def test_waiting_past_the_deadline_is_not_begun():
    time = fakes.FakeTime()
    with modelserver.serve(plan=lambda _asked: modelserver.status(503, retry_after="50")) as server:
        async with fakes.client(server.url, time=time, deadline_s=90) as client:
            with pytest.raises(CallLost, match="given up after 2 attempts"):
                await client.complete(fakes.request())
    assert time.slept == [50.0]


async def test_without_a_deadline_there_is_room_for_all_attempts_and_one_long_wait():
    time = fakes.FakeTime()
    with modelserver.serve(plan=lambda _asked: modelserver.status(503, retry_after="50")) as server:
        async with fakes.client(server.url, time=time, timeout_s=20) as client:
            with pytest.raises(CallLost, match="given up after 3 attempts"):
                await client.complete(fakes.request())
    assert time.slept == [50.0, 50.0]


NOON = "Wed, 18 Nov 2026 12:00:00 GMT"


@pytest.mark.trust("retry-after")
@pytest.mark.parametrize(
    ("retry_after", "date", "waited_s"),
    [
        ("7", None, 7.0),
        ("0", None, 0.0),
        ("1.5", None, 1.5),
        ("86400", None, 60.0),
        ("9" * 4000, None, 60.0),
        ("-5", None, 0.0),
        ("soon", None, 0.0),
        ("²", None, 0.0),
        ("nan", None, 0.0),
        ("inf", None, 0.0),
        ("", None, 0.0),
        ("Wed, 18 Nov 2026 12:00:09 GMT", NOON, 9.0),
        ("Wed, 18 Nov 2026 11:00:00 GMT", NOON, 0.0),
        ("Wed, 18 Nov 9999 12:00:00 GMT", NOON, 60.0),
        ("Wed, 18 Nov 99999 12:00:00 GMT", NOON, 0.0),
        ("Wed, 99 Nov 2026 12:00:00 GMT", NOON, 0.0),
        ("Wed, 18 Nov 2026 12:00:09 -0000", NOON, 0.0),
        ("Wed, 18 Nov 2026 12:00:09 GMT", "yesterday", 0.0),
    ],
)
async def test_retry_after_is_honoured_within_reason(retry_after, date, waited_s):
    time = fakes.FakeTime()
    fault = modelserver.status(429, retry_after=retry_after.encode().decode("latin-1"), date=date)
    with modelserver.serve(plan=[fault]) as server:
        async with fakes.client(server.url, time=time) as client:
            answer = await client.complete(fakes.request())
    assert (sum(time.slept), answer.attempts) == (waited_s, 2)


async def test_latency_is_that_of_the_attempt_that_succeeded():
    time = fakes.FakeTime()
    with modelserver.serve(plan=[modelserver.status(503, retry_after="30")]) as server:
        async with fakes.client(server.url, time=time) as client:
            answer = await client.complete(fakes.request())
    assert (time.slept, answer.latency_s) == ([30.0], 0.0)


async def test_no_more_calls_are_under_way_than_allowed():
    with modelserver.serve(latency_s=0.02) as server:
        async with fakes.client(server.url, concurrency=3) as client:
            await asyncio.gather(*(client.complete(fakes.request(text=str(number))) for number in range(12)))
    assert (len(server.seen), server.connections) == (12, 3)


async def test_latency_does_not_count_the_time_before_its_turn():
    with modelserver.serve(latency_s=0.05) as server:
        async with fakes.client(server.url, time=RealTime(), concurrency=1) as client:
            started = time.monotonic()
            answers = await asyncio.gather(*(client.complete(fakes.request()) for _ in range(4)))
            elapsed_s = time.monotonic() - started
    assert 4 * 0.05 <= sum(answer.latency_s for answer in answers) <= elapsed_s


class RealTime(fakes.FakeTime):
    def clock(self):
        return time.monotonic()


async def test_a_cancelled_call_leaves_the_client_usable():
    with modelserver.serve(plan=[modelserver.hang()]) as server:
        async with fakes.client(server.url, concurrency=1) as client:
            call = asyncio.create_task(client.complete(fakes.request()))
            while not server.seen:  # noqa: ASYNC110 - the server is in another thread
                await asyncio.sleep(0.01)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert (await client.complete(fakes.request())).attempts == 1


async def test_nobody_listening_is_lost_after_all_attempts(unused_tcp_port):
    async with fakes.client(f"http://127.0.0.1:{unused_tcp_port}") as client:
        with pytest.raises(CallLost, match=f"cannot be reached at 127.0.0.1:{unused_tcp_port}"):
            await client.complete(fakes.request())


def test_a_host_that_is_not_found_is_named():
    missing = aiohttp.ClientConnectorError(SimpleNamespace(host="nowhere.invalid", port=443), socket.gaierror(-2, "?"))
    assert response.broken(missing).message == "the provider's host nowhere.invalid is not found"


async def test_a_server_without_tls_is_told_by_name_after_one_attempt():
    with modelserver.serve(lambda asked: asked.prompt) as server:
        async with fakes.client(server.url.replace("http://", "https://")) as client:
            with pytest.raises(CallRefused, match="speaks plain http, not https") as refused:
                await client.complete(fakes.request())
    assert "attempts" not in str(refused.value)


@pytest.mark.parametrize("size", [transport.PIECE_BYTES - 100, 3 * transport.PIECE_BYTES])
async def test_a_large_prompt_arrives_whole_and_with_its_length(size):
    with modelserver.serve(lambda asked: str(len(asked.prompt)), plan=[modelserver.status(503)]) as server:
        async with fakes.client(server.url) as client:
            answer = await client.complete(fakes.request(text="x" * size))
    assert answer.completion.message.text == str(size)
    assert all(int(asked.headers["content-length"]) > size for asked in server.seen)
    assert all("transfer-encoding" not in asked.headers for asked in server.seen)
