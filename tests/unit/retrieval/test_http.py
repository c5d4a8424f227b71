import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from llmgate.errors import NotEvaluated
from llmgate.retrieval.http import Http

ANSWER = json.dumps({"documents": [{"id": "a#1", "text": "one", "score": 2}]}).encode()


@contextmanager
def serving(status=200, body=ANSWER, headers=(), wait=None):
    """A search service on loopback that answers each request alike and keeps what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            sent = self.rfile.read(int(self.headers["content-length"]))
            asked.append((self.path, dict(self.headers), json.loads(sent)))
            if wait is not None:
                wait.wait(10)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        if wait is not None:
            wait.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def engine(origin, key=None, timeout_s=5.0, **options):
    made = Http(f"{origin}/v1", {"host": "search", "path": "/search", **options}, key, timeout_s=timeout_s)
    try:
        yield made
    finally:
        made.close()


def refused(timeout_s=5.0, **answer):
    with serving(**answer) as (origin, asked), engine(origin, timeout_s=timeout_s) as made:
        with pytest.raises(NotEvaluated) as caught:
            made.search("q", 3)
        return str(caught.value), asked


def test_the_question_is_posted_and_the_documents_come_back():
    with serving() as (origin, asked), engine(origin, body={"lang": "en"}, query="q", limit="size") as made:
        (hit,) = made.search("retürns?", 3)
    assert (hit.id, hit.text, hit.score) == ("a#1", "one", 2.0)
    assert asked[0][0] == "/v1/search"
    assert asked[0][2] == {"lang": "en", "q": "retürns?", "size": 3}


def test_a_key_goes_along_as_a_bearer_token_and_without_one_there_is_no_header():
    with serving() as (origin, asked):
        for key in ("s3cret", None):
            with engine(origin, key) as made:
                made.search("q", 1)
    sent = [{name.lower(): value for name, value in headers.items()} for _, headers, _ in asked]
    assert [each.get("authorization") for each in sent] == ["Bearer s3cret", None]


@pytest.mark.parametrize("status", [204, 301, 401, 404, 500])
def test_another_status_than_200_is_no_answer(status):
    told, _ = refused(status=status, body=b"")
    assert f"answered with the status {status}" in told


def test_a_redirect_is_not_followed():
    with serving() as (elsewhere, reached):
        refused(status=302, headers=[("location", f"{elsewhere}/v1/search")], body=b"")
    assert reached == []


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"documents": 3}'])
def test_an_answer_that_is_none_is_told(body):
    assert "its answer cannot be used" in refused(body=body)[0]


def test_an_answer_without_end_is_cut_off():
    assert "too long" in refused(body=b" " * 3_000_000)[0]


def test_a_service_that_does_not_answer_is_told_in_time():
    assert "cannot be reached: ReadTimeout" in refused(timeout_s=0.3, wait=threading.Event())[0]


def test_a_service_that_is_not_there_is_told_with_what_to_do():
    with engine("http://127.0.0.1:9") as made, pytest.raises(NotEvaluated) as caught:
        made.search("q", 1)
    assert "policy.retrieval_hosts" in caught.value.remedy


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with serving() as (origin, _), engine(origin) as made:
        assert len(made.search("q", 1)) == 1
