"""Servers and environments that mean ill: keys stay home, and time, memory and messages stay bounded."""

import asyncio
import base64
import datetime as dt
import json
import logging
import socket
import ssl
import time as wall
import traceback
import tracemalloc

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from llmgate import providers
from llmgate.config import ProviderEntry
from llmgate.errors import CallError, CallLost, CallRefused
from llmgate.providers import origin, response, transport
from tests import modelserver
from tests.unit.providers import fakes

SPELLINGS = [fakes.KEY, base64.b64encode(fakes.KEY.encode()).decode(), fakes.KEY.encode().hex()]


def everything_said(error):
    """All that a log, a traceback or a debugger's default view would show of an exception."""
    seen, chain = [], error
    while chain is not None:
        seen += [str(chain), repr(chain), repr(vars(chain)), *traceback.format_exception(chain)]
        chain = chain.__cause__ or chain.__context__
    return "\n".join(seen)


async def failure(url, **options):
    async with fakes.client(url, **options) as client:
        with pytest.raises(CallError) as caught:
            await client.complete(fakes.request())
    return caught.value


every_api = pytest.mark.parametrize("api", providers.APIS)


@pytest.mark.trust("redirect")
@every_api
@pytest.mark.parametrize("code", [300, 301, 302, 303, 304, 307, 308])
async def test_a_redirect_is_refused_and_its_target_never_contacted(code, api):
    with modelserver.serve() as evil, modelserver.serve(plan=[modelserver.redirect(evil.url, code)]) as good:
        error = await failure(good.url, api=api)
    assert isinstance(error, CallRefused)
    assert "redirects" in error.message
    assert (len(good.seen), evil.connections, evil.seen) == (1, 0, [])
    assert evil.url not in everything_said(error)


@pytest.mark.trust("key-elsewhere")
async def test_a_key_of_one_provider_never_reaches_another():
    with modelserver.serve() as first, modelserver.serve() as second:
        entries = {
            "first": ProviderEntry(host=first.url, key="FIRST_KEY"),
            "second": ProviderEntry(host=second.url, key="SECOND_KEY", api="anthropic-messages"),
        }
        keys = {"FIRST_KEY": "first-canary-key", "SECOND_KEY": "second-canary-key"}
        endpoints = providers.endpoints(entries, keys, entries)
        async with providers.Client(endpoints, pace=fakes.FakeTime().pace) as client:
            await client.complete(fakes.request("first"))
            await client.complete(fakes.request("second"))
    assert "second-canary" not in repr(first.seen)
    assert "first-canary" not in repr(second.seen)
    assert (first.seen[0].key, second.seen[0].key) == ("first-canary-key", "second-canary-key")


@pytest.mark.trust("key-elsewhere")
def test_an_endpoint_with_another_origins_key_is_refused_before_anything_is_sent():
    with modelserver.serve() as evil:
        key = origin.Key(fakes.KEY, origin="https://api.openai.com")
        endpoint = providers.Endpoint(origin=evil.url, api=providers.APIS["openai-chat"], key=key)
        with pytest.raises(CallRefused) as refused:
            providers.Client({"main": endpoint}, pace=fakes.FakeTime().pace)
    assert evil.connections == 0
    assert fakes.KEY not in everything_said(refused.value)


@pytest.mark.trust("environment")
async def test_proxies_and_netrc_of_the_environment_have_no_effect(monkeypatch, tmp_path):
    with modelserver.serve() as evil, modelserver.serve() as good:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, evil.url)
            monkeypatch.setenv(name.lower(), evil.url)
        monkeypatch.setenv("NO_PROXY", "")
        (tmp_path / ".netrc").write_text("default login evil password netrc-canary\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        async with fakes.client(good.url) as client:
            await client.complete(fakes.request())
    assert evil.connections == 0
    assert good.seen[0].headers["authorization"] == f"Bearer {fakes.KEY}"


@pytest.fixture
def certificate(tmp_path):
    """A self-signed certificate for localhost: its file, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(*secret))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return tmp_path / "cert.pem", context


@pytest.mark.trust("odd-address")
async def test_a_name_that_leads_to_another_server_gives_it_neither_the_key_nor_the_request(certificate, monkeypatch):
    """As after a change of a name's address; the other server has a certificate that is trusted, for its own name."""
    path, context = certificate
    trust = transport.trusted_authorities()
    trust.load_verify_locations(path)
    asked, resolved = [], socket.getaddrinfo

    def elsewhere(host, *arguments, **settings):
        asked.append(host)
        return resolved("127.0.0.1", *arguments, **settings)

    monkeypatch.setattr(socket, "getaddrinfo", elsewhere)
    with modelserver.serve(tls=context, host="localhost") as evil:
        error = await failure(evil.url.replace("localhost", "api.example.com"), tls=trust)
    assert "api.example.com" in asked
    assert isinstance(error, CallRefused)
    assert "certificate" in error.message
    assert evil.seen == []


@pytest.mark.trust("environment")
async def test_an_authority_from_the_environment_is_not_trusted(certificate, monkeypatch, tmp_path):
    path, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    with modelserver.serve(tls=context, host="localhost") as server:
        error = await failure(server.url)
    assert isinstance(error, CallRefused)
    assert "certificate" in error.message
    assert server.seen == []


async def test_a_trusted_certificate_is_accepted_and_leaves_no_key_log(certificate, monkeypatch, tmp_path):
    path, context = certificate
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    trust = transport.trusted_authorities()
    trust.load_verify_locations(path)
    with modelserver.serve(tls=context, host="localhost") as server:
        async with fakes.client(server.url, tls=trust) as client:
            answer = await client.complete(fakes.request())
    assert answer.completion.message.text == "hello"
    assert not (tmp_path / "keys.log").exists()


async def test_cookies_are_not_kept():
    fault = modelserver.status(503)
    with modelserver.serve(
        plan=[modelserver.Fault(kind="status", status=503, headers={"Set-Cookie": "a=b"}), fault]
    ) as server:
        async with fakes.client(server.url) as client:
            await client.complete(fakes.request())
    assert all("cookie" not in asked.headers for asked in server.seen)


ECHOES = [modelserver.echo_key(401), modelserver.echo_key(503), modelserver.echo_key(429, headers={"Retry-After": "0"})]


@pytest.mark.trust("echoed-key")
@every_api
@pytest.mark.parametrize("fault", ECHOES, ids=lambda fault: str(fault.status))
async def test_an_echoed_key_is_in_no_message_and_in_no_log(fault, caplog, api):
    caplog.set_level(logging.DEBUG)
    with modelserver.serve(plan=lambda _asked: fault) as server:
        error = await failure(server.url, api=api)
    assert "Incorrect API key provided: [redacted]" in error.message
    assert not [spelling for spelling in SPELLINGS if spelling in everything_said(error) + caplog.text]


@pytest.mark.parametrize(
    "said",
    [
        "\x1b[31mred\x1b[0m",
        "::error::boom",
        "line\r\nline\u2028line",
        fakes.KEY[:9] + "\u200b" + fakes.KEY[9:],
        fakes.KEY[:9] + "\x00" + fakes.KEY[9:],
        " ".join(SPELLINGS),
        "x" * 185 + fakes.KEY,
        "é" * 100_000,
        "\ud800",
        "[" * 60_000,
    ],
)
async def test_what_a_provider_says_of_an_error_is_cut_cleaned_and_redacted(said):
    body = json.dumps({"error": {"message": said}})
    with modelserver.serve(plan=[modelserver.status(400, body=body)]) as server:
        error = await failure(server.url)
    assert len(error.message) <= len("the provider answered 400: ") + transport.MAX_MESSAGE_CHARS
    assert error.message.isprintable()
    assert not [spelling for spelling in SPELLINGS if spelling[:12] in everything_said(error)]


HEADER_FAULTS = {
    "a reason that is not UTF-8": "HTTP/1.1 200 \xff\xfe\r\nContent-Length: 2\r\n\r\n{}",
    "a header with the key": f"HTTP/1.1 200 OK\r\nX-Echo: {fakes.KEY * 1000}\r\nContent-Length: 2\r\n\r\n{{}}",
    "a header without an end": "HTTP/1.1 200 OK\r\nX: " + "a" * 100_000,
    "ten thousand headers": "HTTP/1.1 200 OK\r\n" + "X: a\r\n" * 10_000 + "Content-Length: 2\r\n\r\n{}",
    "two lengths": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 7\r\n\r\n{}",
    "a negative length": "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
    "a bad chunk": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{fakes.KEY}\r\n{{}}",
    "a null byte": "HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 2\r\n\r\n{}",
    "HTTP 0.9": "{}",
    "an upgrade": "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n{}",
    "no content": "HTTP/1.1 204 No Content\r\n\r\n",
    "partial content": "HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n\r\n{}",
    "a status beyond all": "HTTP/1.1 999 Beyond\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("name", HEADER_FAULTS)
async def test_http_that_is_not_http_is_a_call_error(name):
    with modelserver.serve(plan=lambda _asked: modelserver.raw(HEADER_FAULTS[name])) as server:
        error = await failure(server.url)
    assert fakes.KEY not in everything_said(error)


@pytest.mark.trust("large-answer")
async def test_an_endless_interim_answer_ends_at_the_time_limit():
    with modelserver.serve(plan=lambda _asked: modelserver.raw("HTTP/1.1 100 Continue\r\n\r\n" * 100_000)) as server:
        started = wall.monotonic()
        error = await failure(server.url, timeout_s=0.3)
    assert isinstance(error, CallLost)
    assert wall.monotonic() - started < 5


@pytest.mark.trust("large-answer")
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (modelserver.gzip_bomb(), "compressed"),
        (modelserver.endless(), "longer than"),
        (modelserver.endless(400), "answered 400"),
    ],
    ids=["gzip bomb", "endless answer", "endless error"],
)
async def test_a_huge_answer_is_cut_at_the_cap_with_bounded_memory(fault, says):
    with modelserver.serve_in_process(plan=[fault]) as server:
        async with fakes.client(server.url, timeout_s=30) as client:
            tracemalloc.start()
            try:
                with pytest.raises(CallRefused, match=says):
                    await client.complete(fakes.request())
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
    assert peak < 3 * response.MAX_RESPONSE_BYTES


@pytest.mark.trust("large-answer")
@pytest.mark.parametrize("fault", [modelserver.drip(0.01), modelserver.hang()], ids=lambda fault: fault.kind)
async def test_a_slow_answer_ends_at_the_time_limit(fault):
    with modelserver.serve(plan=lambda _asked: fault) as server:
        started = wall.monotonic()
        error = await failure(server.url, timeout_s=0.2)
    assert isinstance(error, CallLost)
    assert "in time" in error.message
    assert 0.8 <= wall.monotonic() - started < 5


async def test_the_deadline_of_a_call_cuts_an_attempt_short():
    with modelserver.serve(plan=lambda _asked: modelserver.hang()) as server:
        started = wall.monotonic()
        error = await failure(server.url, timeout_s=30, deadline_s=0.2)
    assert isinstance(error, CallLost)
    assert wall.monotonic() - started < 10


async def test_a_slow_explanation_of_an_error_does_not_hide_the_error():
    drip = modelserver.Fault(kind="drip", status=401, seconds=0.01)
    with modelserver.serve(plan=[drip]) as server:
        error = await failure(server.url, explanation_s=0.2)
    assert (type(error), error.status) == (CallRefused, 401)


@every_api
@pytest.mark.parametrize(
    "body",
    [
        '{"candidates":' * 500 + "1" + "}" * 500,
        "[" * 100_000,
        '{"choices":' * 500 + "1" + "}" * 500,
        '{"a": ' + "9" * 100_000 + "}",
        '{"a": NaN}',
        '{"a": 1e999}',
        "\xff\xfe",
        "null",
        '"text"',
        "[]",
        "{}",
    ],
    ids=lambda body: body[:12],
)
async def test_json_that_bites_is_a_call_error(body, api):
    plan = lambda _asked: modelserver.raw(  # noqa: E731
        f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    with modelserver.serve(plan=plan) as server:
        assert isinstance(await failure(server.url, api=api), CallLost)


async def test_a_server_that_answers_before_it_has_read_the_request_does_not_hang_the_client():
    async def rude(reader, writer):
        await reader.readline()
        writer.write(b"HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(rude, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with fakes.client(f"http://127.0.0.1:{port}", timeout_s=2) as client, asyncio.timeout(10):
        with pytest.raises(CallError):
            await client.complete(fakes.request(text="x" * 900_000))
    server.close()
