"""The target `http`, over real HTTP on loopback."""

import gzip
import json
import socket

import pytest

from llmgate.config.applications import HttpEntry
from llmgate.errors import RenderError, UsageError
from llmgate.message import ToolCallPart
from llmgate.providers.transport import trusted_authorities
from llmgate.targets import service
from llmgate.targets.reply import Reply
from llmgate.trial import Retrieved
from tests.unit.targets.loopback import answer, serving

QUESTION = {
    "id": "refund-window",
    "trial": 0,
    "seed": 7,
    "variables": {"question": "Can I return this?", "order": {"id": "A1"}},
    "messages": [{"role": "user", "content": "Hello."}],
    "token": "t-0123",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}


def entry(**settings):
    return HttpEntry.model_validate({"kind": "http", "files": ["app/**"], **settings})


async def ask(url, question=QUESTION, **settings):
    asking = service.Service(entry(**settings), url, tls=trusted_authorities(), connect_s=1.0)
    try:
        return await asking.ask(question)
    finally:
        await asking.aclose()


async def test_the_whole_question_is_posted_where_no_body_is_given():
    async with serving(answer(b"Within 14 days.")) as served:
        reply = await ask(served.url)
    assert reply == Reply(output="Within 14 days.")
    assert served.asked[0].line == "POST / HTTP/1.1"
    assert json.loads(served.asked[0].body) == QUESTION


async def test_a_body_takes_parts_of_the_question_as_text_and_as_json():
    body = {
        "query": "{{ variables.question }}",
        "order": "{{variables.order}}",
        "greeting": "They said: {{ messages.0.content }}",
        "as text": "order {{ variables.order }} of {{ trial }}",
        "k": 4,
    }
    async with serving(answer(b"")) as served:
        await ask(served.url, body=body, path="/v1/ask?mode=test")
    assert served.asked[0].line == "POST /v1/ask?mode=test HTTP/1.1"
    assert json.loads(served.asked[0].body) == {
        "query": "Can I return this?",
        "order": {"id": "A1"},
        "greeting": "They said: Hello.",
        "as text": 'order {"id":"A1"} of 0',
        "k": 4,
    }


async def test_the_path_comes_behind_that_of_the_address():
    async with serving(answer(b"")) as served:
        await ask(f"{served.url}/shop/", path="/ask")
    assert served.asked[0].line == "POST /shop/ask HTTP/1.1"


async def test_the_token_and_the_traceparent_go_along_beside_the_entrys_headers():
    async with serving(answer(b"")) as served:
        await ask(served.url, headers={"X-Tenant": "test", "Content-Type": "application/vnd.shop+json"})
    headers = served.asked[0].headers
    assert headers["x-llmgate-token"] == "t-0123"
    assert headers["traceparent"] == QUESTION["traceparent"]
    assert headers["x-tenant"] == "test"
    assert headers["content-type"] == "application/vnd.shop+json"
    assert headers["accept-encoding"] == "identity"


async def test_the_parts_of_an_answer_are_taken_from_where_the_entry_says():
    told = {
        "result": {"text": "Within 14 days.", "a/b~c": 1},
        "sources": [{"id": 3, "text": "…", "score": 0.5, "page": 2}],
        "calls": [{"id": "c1", "type": "function", "function": {"name": "lookup", "arguments": '{"id": "A1"}'}}],
    }
    async with serving(answer(told)) as served:
        reply = await ask(served.url, output="/result/text", documents="/sources", tool_calls="/calls")
    assert reply == Reply(
        output="Within 14 days.",
        documents=(Retrieved(id="3", text="…", score=0.5),),
        tool_calls=(ToolCallPart(id="c1", name="lookup", arguments={"id": "A1"}),),
    )


@pytest.mark.parametrize(
    ("pointer", "output"),
    [
        ("", '{"a/b":[1,{"~":"x"}],"none":null}'),
        ("/a~1b/1/~0", "x"),
        ("/a~1b/0", "1"),
        ("/none", ""),
    ],
)
async def test_an_output_that_is_no_text_is_written_as_json(pointer, output):
    async with serving(answer({"none": None, "a/b": [1, {"~": "x"}]})) as served:
        reply = await ask(served.url, output=pointer)
    assert reply == Reply(output=output)


async def test_without_an_output_the_whole_answer_is_the_text_though_its_documents_are_read():
    async with serving(answer({"sources": [{"id": "a", "text": "b"}]})) as served:
        reply = await ask(served.url, documents="/sources")
    assert reply.output == '{"sources": [{"id": "a", "text": "b"}]}'
    assert reply.documents == (Retrieved(id="a", text="b"),)


async def test_lists_that_a_service_leaves_out_are_empty():
    async with serving(answer({"text": "Hello."})) as served:
        reply = await ask(served.url, output="/text", documents="/sources", tool_calls="/choices/0/calls")
    assert reply == Reply(output="Hello.")


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        (answer({"text": "x"}), "the service's answer has nothing at `/output`, where its output should stand"),
        (answer(b"<html>"), "the service's answer is no JSON that can be read: not JSON"),
        (answer(b"[" * 100 + b"]" * 100), "the service's answer is no JSON that can be read: nested too deep"),
        (
            answer({"output": "x", "sources": [{"id": "a"}]}),
            "the reply is not what it should be: documents.0.text: Field required",
        ),
        (answer(b"no", status="503 Service Unavailable"), "the service answered 503: no"),
        (answer({"detail": "question\x1b is\nmissing"}, status="422 Unprocessable"), "the service answered 422: "),
        (answer(b"", status="302 Found", location="http://127.0.0.1:1/"), "the service redirects (302)"),
        (answer(gzip.compress(b"{}"), content_encoding="gzip"), "the service compressed its answer unasked"),
        (answer(b"x" * (service.MAX_ANSWER_BYTES + 1)), "the service's answer is longer than 8,388,608 bytes"),
        (b"", "the service broke the connection before it had answered"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{", "the service broke the connection before it had answered"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "the service's answer is not HTTP that can be read"),
    ],
    ids=range(12),
)
async def test_what_a_service_does_wrong_is_its_own_failure(told, fault):
    async with serving(told) as served:
        reply = await ask(served.url, output="/output", documents="/sources")
    assert reply.fault is not None
    assert reply.fault.startswith(fault)
    assert reply.fault.isprintable()
    assert (reply.error, reply.timed_out, len(served.asked)) == (None, False, 1)


async def test_an_answer_that_is_no_utf8_is_the_services_failure():
    async with serving(answer(b"\xff")) as served:
        reply = await ask(served.url)
    assert reply == Reply(fault="the service's answer is no text in UTF-8")


async def test_a_service_that_takes_too_long_has_failed_and_its_time_is_told():
    async with serving(answer(b"late"), hang_s=1.0) as served:
        reply = await ask(served.url, timeout_s=0.1)
    assert reply == Reply(fault="the service gave no answer within 0.1 s", timed_out=True)


async def test_a_service_that_is_not_there_is_missing_data():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        reply = await ask(url)
    assert reply == Reply(error=f"the service {url} cannot be reached")


async def test_a_service_that_speaks_no_tls_is_missing_data():
    async with serving(answer(b"x")) as served:
        reply = await ask(served.url.replace("http://", "https://"))
    assert reply.fault is None
    assert reply.error == f"the service {served.url.replace('http://', 'https://')} cannot be reached"


async def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with serving(answer(b"here")) as served:
        reply = await ask(served.url)
    assert reply == Reply(output="here")


async def test_cookies_of_one_answer_are_not_sent_with_the_next_question():
    async with serving(answer(b"1", set_cookie="session=1"), answer(b"2")) as served:
        asking = service.Service(entry(), served.url, tls=trusted_authorities())
        await asking.ask(QUESTION)
        await asking.ask(QUESTION)
        await asking.aclose()
    assert "cookie" not in served.asked[1].headers


async def test_a_large_question_is_posted_whole():
    question = {**QUESTION, "context": "x" * 3_000_000}
    async with serving(answer(b"ok")) as served:
        reply = await ask(served.url, question)
    assert reply == Reply(output="ok")
    assert json.loads(served.asked[0].body) == question


async def test_a_part_that_the_question_does_not_have_is_named():
    with pytest.raises(RenderError, match=r"\{\{ variables.city \}\}, which the question does not have"):
        await ask("http://127.0.0.1:1", body={"q": "{{ variables.city }}"})


async def test_a_body_that_repeats_a_part_without_end_is_refused():
    body = ["{{ context }} and {{ context }}"] * 1_000
    with pytest.raises(RenderError, match="more than 8,388,608 bytes"):
        await ask("http://127.0.0.1:1", {**QUESTION, "context": "x" * 100_000}, body=body)


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:8080", "https://shop.example/v1/", "http://app:80", "http://[::1]:9000/a%20b"]
)
def test_an_address_of_a_service_is_taken(text):
    assert service.address(text) == text.rstrip("/")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "shop.example",
            "ftp://shop.example",
            "http://",
            "http://user:key@shop.example",
            "http://shop.example?a=1",
        ),
        *("http://shop.example#a", "http://shop.example/../x", "http://shop.example:99999", "http://shop.example:0"),
        *("http://shop.example /x", "http://shop.example\n", "http://shop.example/a//b?c", "http://sh\u00f6p.example"),
    ],
)
def test_what_is_no_address_of_a_service_is_refused(text):
    with pytest.raises(UsageError, match="is no address of a service") as caught:
        service.address(text)
    assert "http://HOST:PORT" in caught.value.remedy
