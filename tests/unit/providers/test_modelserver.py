"""The loopback server is what other tests stand on, so it is tested against a client that is not ours."""

import http.client
import json
import time

import pytest

from tests import modelserver

BODY = {
    "model": "m-1",
    "seed": 7,
    "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "hello"}],
}
PATHS = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}


def ask(url, path=PATHS["openai"], body=BODY):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("POST", path, json.dumps(body), {"Authorization": "Bearer k"})
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read()
    finally:
        connection.close()


def test_it_records_what_it_was_asked():
    with modelserver.serve() as server:
        ask(server.url)
    [asked] = server.seen
    assert (asked.model, asked.seed, asked.system, asked.prompt, asked.key) == ("m-1", 7, "S", "hello", "k")
    assert server.connections == 1


@pytest.mark.parametrize("api", PATHS)
def test_it_answers_in_the_api_that_was_asked(api):
    with modelserver.serve(lambda asked: f"you said {asked.prompt}") as server:
        _, _, body = ask(server.url, PATHS[api])
    answer = json.loads(body)
    message = answer["choices"][0]["message"] if api == "openai" else {"content": answer["content"][0]["text"]}
    assert message["content"] == "you said hello"


def test_faults_come_in_order_and_then_all_is_well():
    plan = [modelserver.status(503, retry_after="3"), modelserver.OK, modelserver.redirect("http://127.0.0.1:1/")]
    with modelserver.serve(plan=plan) as server:
        answers = [ask(server.url) for _ in range(4)]
    assert [status for status, _, _ in answers] == [503, 200, 307, 200]
    assert answers[0][1]["Retry-After"] == "3"
    assert answers[2][1]["Location"] == "http://127.0.0.1:1/"


def test_a_plan_may_look_at_the_request():
    plan = lambda asked: modelserver.status(500) if asked.seed == 7 else modelserver.OK  # noqa: E731
    with modelserver.serve(plan=plan) as server:
        assert ask(server.url)[0] == 500
        assert ask(server.url, body={**BODY, "seed": 8})[0] == 200


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (modelserver.reset(), ConnectionResetError),
        (modelserver.truncated(), http.client.IncompleteRead),
        (modelserver.raw("nonsense\r\n"), http.client.BadStatusLine),
        (modelserver.hang(), TimeoutError),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_faults_are_what_they_are_called(fault, error):
    with modelserver.serve(plan=[fault]) as server:
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=0.3)
        connection.request("POST", PATHS["openai"], json.dumps(BODY))
        with pytest.raises(error):
            connection.getresponse().read()
        connection.close()


def test_latency_is_served():
    with modelserver.serve(latency_s=0.1) as server:
        started = time.monotonic()
        ask(server.url)
    assert time.monotonic() - started >= 0.1


def test_a_server_of_its_own_process_answers_and_counts():
    with modelserver.serve_in_process(plan=[modelserver.status(503)]) as server:
        assert [ask(server.url)[0] for _ in range(3)] == [503, 200, 200]
        assert server.count() == 3
    with pytest.raises(ConnectionRefusedError):
        ask(server.url)
