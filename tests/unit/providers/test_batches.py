"""What a provider's batches are asked and answer, and what a hostile file of results cannot do."""

import contextlib
import json

import pytest

from llmgate import providers
from llmgate.errors import CallLost, CallRefused, UsageError
from llmgate.providers import batches, prices, streaming
from llmgate.providers.batches import Entry, Sought, State
from llmgate.providers.batches.wire import Form, NotNowError
from tests import batchserver, modelserver
from tests.unit.providers import fakes

OVER = State(over=True, word="completed", results=("/v1/files/f/content",), most_lines=50)


@contextlib.asynccontextmanager
async def asked(server, **settings):
    async with fakes.client(server.url, **settings) as client:
        yield client.batches


async def replies(found, state=OVER):
    return [reply async for reply in found.results("main", "m-1", state)]


def line(place, text="hello"):
    said = modelserver.Asked(path="/v1/chat/completions", headers={}, body={"model": "m-1", "messages": []})
    body = modelserver.written(said, modelserver.Said(text=text))
    response = {"status_code": 200, "request_id": "r", "body": body}
    return json.dumps({"custom_id": f"t-{place}", "response": response, "error": None})


def served(text, **settings):
    """A server whose every answer is this text."""
    return modelserver.serve(plan=lambda _: modelserver.status(200, body=text), **settings)


def test_the_apis_with_batches_are_those_that_declare_them():
    declared = {type(one) for one in providers.APIS.values() if one.capabilities("m-1").batch}
    assert declared == set(batches.DIALECTS)


@pytest.mark.parametrize("api", ["openai-chat", "openai-responses", "anthropic-messages"])
async def test_a_batch_goes_there_and_back(api):
    lookup = {"answer": lambda one: f"echo: {one.prompt}", "polls": 2}
    with batchserver.serve(**lookup) as server:
        async with asked(server, api=api) as found:
            entries = [Entry(custom_id=f"t-{n}", request=fakes.request(text=f"{n}"), seed=7) for n in range(3)]
            lines = [found.written(entry) for entry in entries]
            file = await found.upload("main", "t", lines)
            known = await found.create("main", "t", lines, file)
            assert not (await found.state("main", known)).over
            came = await replies(found, await found.state("main", known))
    texts = {reply.custom_id: reply.completion.message.text for reply in came}
    assert texts == {"t-0": "echo: 0", "t-1": "echo: 1", "t-2": "echo: 2"}
    assert {reply.cost_usd for reply in came} == {None}  # this machine's own servers have no price


@pytest.mark.parametrize(
    ("status", "error"), [(400, CallRefused), (401, CallRefused), (429, NotNowError), (500, CallLost), (503, CallLost)]
)
async def test_what_creates_is_sent_once_whatever_comes_of_it(status, error):
    with modelserver.serve(plan=lambda _: modelserver.status(status)) as server:
        async with asked(server) as found:
            with pytest.raises(error, match=f"answered {status}"):
                await found.create("main", "t", [], "file-0")
    assert len(server.seen) == 1


@pytest.mark.parametrize("fault", [modelserver.reset(), modelserver.truncated(), modelserver.garbage()])
async def test_an_answer_that_breaks_off_leaves_open_whether_there_is_a_batch(fault):
    with modelserver.serve(plan=[fault]) as server:
        async with asked(server) as found:
            with pytest.raises(CallLost):
                await found.create("main", "t", [], "file-0")
    assert len(server.seen) == 1


@pytest.mark.parametrize("hostile", ["../../v1/models", "a/b", "", "x" * 101, "batch_1?x=1", 7, None, {"id": 1}])
async def test_an_id_that_could_lead_elsewhere_is_none(hostile):
    with served(json.dumps({"id": hostile})) as server:
        async with asked(server) as found:
            with pytest.raises(CallLost, match="unreadable"):
                await found.create("main", "t", [], "file-0")


async def test_a_batch_is_found_by_its_token_or_its_file():
    listed = [{"id": "b-1", "metadata": {"llmgate": "other"}}, {"id": "b-2", "metadata": {"llmgate": "t"}}]
    with served(json.dumps({"data": [*listed, {"id": "b-3", "metadata": None, "input_file_id": "f"}]})) as server:
        async with asked(server) as found:
            by_token = await found.find("main", Sought(token="t", file=None, count=1, sent_at=0.0))
            by_file = await found.find("main", Sought(token="x", file="f", count=1, sent_at=0.0))
            none = await found.find("main", Sought(token="x", file=None, count=1, sent_at=0.0))
    assert (by_token, by_file, none) == ("b-2", "b-3", None)


def message_batch(known, created_at, count):
    return {"id": known, "created_at": created_at, "request_counts": {"processing": count, "succeeded": 0}}


async def test_anthropics_batches_are_found_by_size_and_time_among_those_that_are_not_known():
    listed = [
        message_batch("late", "2026-11-26T10:05:00Z", 3),
        message_batch("mine", "2026-11-26T10:00:01.25Z", 3),
        message_batch("known", "2026-11-26T10:00:00Z", 3),
        message_batch("large", "2026-11-26T10:00:00Z", 4),
        message_batch("early", "2026-11-26T09:00:00Z", 3),
    ]
    sought = Sought(token="t", file=None, count=3, sent_at=1795687200.0, known=frozenset({"known"}))
    with served(json.dumps({"data": listed})) as server:
        async with asked(server, api="anthropic-messages") as found:
            assert await found.find("main", sought) == "mine"


@pytest.mark.parametrize("text", ["[]", '{"data": {}}', '{"data": [7]}', '{"data": [{"id": "b", "created_at": "x"}]}'])
async def test_a_list_of_another_shape_is_unreadable(text):
    with served(text) as server:
        async with asked(server, api="anthropic-messages") as found:
            with pytest.raises(CallLost, match="unreadable"):
                await found.find("main", Sought(token="t", file=None, count=1, sent_at=0.0))


@pytest.mark.parametrize("end", ["\n", "", "\r\n\n"])
async def test_lines_are_read_however_they_end(end):
    with served("\n".join([line(0), "", line(1)]) + end) as server:
        async with asked(server) as found:
            assert [reply.custom_id for reply in await replies(found)] == ["t-0", "t-1"]


async def test_a_line_that_is_no_json_ends_the_reading_and_keeps_what_came_before():
    with served(f"{line(0)}\n{{broken\n{line(1)}") as server:
        async with asked(server) as found:
            results = found.results("main", "m-1", OVER)
            assert (await anext(results)).custom_id == "t-0"
            with pytest.raises(CallLost, match="unreadable"):
                await anext(results)


async def test_an_answer_of_the_wrong_shape_is_a_result_without_an_answer():
    broken = '{"custom_id": "t-0", "response": {"status_code": 200, "body": {"choices": []}}}'
    with served(f"{broken}\n{line(1)}") as server:
        async with asked(server) as found:
            first, second = await replies(found)
    assert "choices is empty" in first.error
    assert second.completion.message.text == "hello"


async def test_a_file_without_end_is_not_read_on():
    with served("\n".join(["{}"] * 60)) as server:
        async with asked(server) as found:
            with pytest.raises(CallRefused, match="more than 50 lines"):
                await replies(found)


async def test_a_line_without_end_is_not_read_on():
    with modelserver.serve(plan=[modelserver.endless()]) as server:
        async with asked(server) as found:
            with pytest.raises(CallRefused, match="longer than llmgate reads"):
                await replies(found)


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (modelserver.hang(), CallLost, "no complete answer in time"),
        (modelserver.reset(), CallLost, "connection"),
        (modelserver.gzip_bomb(), CallRefused, "answered 200"),
        (modelserver.status(302), CallRefused, "redirects"),
        (modelserver.status(404), CallRefused, "answered 404"),
        (modelserver.status(500), CallLost, "answered 500"),
        (modelserver.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"), CallLost, "broke|not HTTP"),
    ],
    ids=lambda one: getattr(one, "kind", None),
)
async def test_results_that_cannot_be_had_are_told(fault, error, said):
    with modelserver.serve(plan=lambda _: fault) as server:
        async with asked(server, timeout_s=0.5) as found:
            with pytest.raises(error, match=said):
                await replies(found)


@pytest.mark.parametrize("place", ["https://localhost/results", "http://127.0.0.1:1/results", "http://evil.example/r"])
async def test_results_at_another_origin_are_not_fetched(place):
    with modelserver.serve() as server:
        async with asked(server) as found:
            with pytest.raises(CallRefused):
                await replies(found, State(over=True, word="ended", results=(place,)))
    assert server.seen == []


async def test_a_provider_without_batches_is_told():
    with modelserver.serve() as server:
        async with asked(server, api="gemini") as found:
            assert not found.knows("main")
            with pytest.raises(UsageError, match="no batches"):
                await found.state("main", "b-1")


def test_the_form_is_that_of_rfc_7578():
    written = Form(fields={"purpose": "batch"}, name="t.jsonl", content=b"{}\n").written("b0")
    assert written == (
        b'--b0\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
        b'--b0\r\nContent-Disposition: form-data; name="file"; filename="t.jsonl"\r\n'
        b"Content-Type: application/jsonl\r\n\r\n{}\n\r\n--b0--\r\n"
    )


def test_a_batch_costs_half():
    assert prices.BATCH_FACTOR == 0.5
    assert streaming.MAX_LINE_BYTES == 8 * 1024 * 1024
