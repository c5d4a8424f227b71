import ssl
import subprocess
import time
import tracemalloc

import pytest

from llmgate.errors import NotEvaluated, UsageError
from llmgate.retrieval.adapters import qdrant, rest
from llmgate.retrieval.adapters.options import checked
from tests import modelserver

KEY = "sk-reader-0815-secret"


class Options(rest.RestOptions):
    text: str = "text"
    document: str | None = None


def ask(url, *, shape=dict, key=KEY, body=None, **options):
    asked = checked(Options, {"url": url, "index": "a", **options}, "store")
    with rest.Store("store", asked, {"authorization": f"Bearer {key}"}, key) as store:
        return store.ask(shape, "POST" if body else "GET", "/things", body)


def refused(*plan, **options):
    """What is raised when the store misbehaves so."""
    with modelserver.serve(plan=plan) as server, pytest.raises(NotEvaluated) as raised:
        ask(server.url, **options)
    return raised.value


def test_an_answer_is_read():
    with modelserver.serve(plan=[modelserver.json_body({"a": [1]})]) as server:
        assert ask(server.url, body={"q": "ü"}) == {"a": [1]}
        assert server.seen[0].body == {"q": "ü"}


def test_several_requests_share_one_connection():
    with modelserver.serve(plan=[modelserver.json_body({}) for _ in range(3)]) as server:
        asked = checked(Options, {"url": server.url, "index": "a"}, "store")
        with rest.Store("store", asked, {}, None) as store:
            for _ in range(3):
                store.ask(dict, "GET", "/things")
        assert server.connections == 1


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_is_an_error_and_the_key_stays(code):
    with modelserver.serve() as elsewhere:
        error = refused(modelserver.redirect(elsewhere.url, code))
        assert elsewhere.seen == []
    assert f"answered with {code}" in error.message
    assert "redirects are not followed" in error.remedy


@pytest.mark.parametrize("code", [401, 403])
def test_a_wrong_key_is_an_error_that_does_not_show_it(code):
    error = refused(modelserver.echo_key(code))
    assert f"answered with {code}" in error.message
    assert "[redacted]" in error.message
    assert KEY not in str(error)
    assert "Check the key" in error.remedy


def test_of_a_user_and_password_the_password_is_redacted_too():
    said = modelserver.status(401, body='{"reason": "hunter2-hunter2 is wrong for reader"}')
    error = refused(said, key="reader:hunter2-hunter2")
    assert "hunter2" not in str(error)


def test_what_a_store_says_is_cut_and_made_printable():
    error = refused(modelserver.status(500, body="\x1b[31m" + "x" * 100_000))
    assert error.message.isprintable()
    assert len(error.message) < 400


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (modelserver.garbage(), "something else than expected: not JSON"),
        (modelserver.json_body([1]), "something else than expected"),
        (modelserver.garbage('{"a": NaN}'), "NaN is not a number"),
        (modelserver.garbage('{"a": 1, "a": 2}'), "repeated"),
        (modelserver.garbage('{"a": "\\ud800"}'), "half a character"),
        (modelserver.garbage("[" * 100_000), "nested deeper"),
        (modelserver.garbage('{"a": ' + "9" * 100_000 + "}"), "a number of 100000 characters"),
        (modelserver.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe"), "not UTF-8"),
        (modelserver.gzip_bomb(), "compressed"),
        (modelserver.endless(), "longer than 16777216 bytes"),
        (modelserver.endless(500), "answered with 500"),
        (modelserver.reset(), "connection broke"),
        (modelserver.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"), "connection broke"),
        (modelserver.raw("SSH-2.0-OpenSSH\r\n"), "connection broke"),
        (modelserver.raw("HTTP/1.1 200 OK\r\nX: " + "x" * 300_000), "connection broke"),
    ],
)
def test_nonsense_is_an_error(fault, message):
    assert message in refused(fault).message


@pytest.mark.parametrize("fault", [modelserver.hang(), modelserver.drip(0.05)])
def test_a_store_that_hangs_or_drips_is_an_error_in_time(fault):
    started = time.monotonic()
    error = refused(fault, timeout_s=0.4)
    assert time.monotonic() - started < 3
    assert "no complete answer within 0.4 s" in error.message
    assert "options.timeout_s" in error.remedy


def test_an_answer_without_end_takes_bounded_memory():
    tracemalloc.start()
    try:
        refused(modelserver.endless())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * rest.MAX_ANSWER_BYTES


def test_a_store_that_is_not_there_is_an_error():
    with pytest.raises(NotEvaluated, match="cannot be reached"):
        ask("http://127.0.0.1:1")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY", "http_proxy"])
def test_proxies_of_the_environment_are_not_used(name, monkeypatch):
    with modelserver.serve() as proxy, modelserver.serve(plan=[modelserver.json_body({})]) as server:
        monkeypatch.setenv(name, proxy.url)
        assert ask(server.url) == {}
        assert proxy.seen == []


@pytest.mark.parametrize("key", ["", "two\nlines", "päss", " padded "])
def test_a_key_that_cannot_travel_is_refused_unseen(key):
    with pytest.raises(UsageError, match="cannot be sent") as raised:
        qdrant.collection({"url": "http://127.0.0.1:1", "index": "a"}, key)
    assert not key.strip() or key.strip() not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://store.example.com:6333",
        "https://user:pass@store.example.com",
        "https://store.example.com/?api_key=1",
        "https://store.example.com/a/../b",
        "https://169.254.169.254",
        "file:///etc/passwd",
        "store.example.com",
        "https://127.1:6333",
    ],
)
def test_an_address_that_is_not_plain_is_refused(url):
    with pytest.raises(UsageError, match=r"options\.url"):
        ask(url)


def certificate(folder, name):
    """A certificate that vouches for localhost, signed by itself, as clusters make them for themselves."""
    key, file = folder / f"{name}.key", folder / f"{name}.pem"
    subject = ["-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", file, "-days", "2"]
    subprocess.run([*command, *subject], check=True, capture_output=True, timeout=60)
    return key, file


def test_tls_trusts_the_authority_of_the_options_and_no_other(tmp_path):
    key, file = certificate(tmp_path, "store")
    _, other = certificate(tmp_path, "other")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    with modelserver.serve(plan=[modelserver.json_body({"a": 1})], tls=context) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        for stranger in ({}, {"ca": str(other)}):
            with pytest.raises(NotEvaluated, match="certificate is not trusted"):
                ask(url, **stranger)
        assert ask(url, ca=str(file)) == {"a": 1}


@pytest.mark.parametrize("content", [None, b"not a certificate"])
def test_a_file_of_authorities_that_is_none_is_an_error(tmp_path, content):
    file = tmp_path / "ca.pem"
    if content:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=r"options\.ca"):
        ask("https://localhost:1", ca=str(file))
