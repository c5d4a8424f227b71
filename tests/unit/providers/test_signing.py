"""AWS's signatures, recomputed by its specification from what arrived."""

import hashlib
import hmac
import logging
import re
import subprocess
import sys
from urllib.parse import quote

import pytest
from pydantic import ValidationError

from llmgate import providers
from llmgate.config import ProviderEntry
from llmgate.errors import CallRefused, NotEvaluated
from llmgate.providers import api, signing
from llmgate.providers.origin import Key
from tests import modelserver
from tests.unit.providers import fakes

SECRETS = {
    "AWS_ACCESS_KEY_ID": "AKIACANARYCANARY",
    "AWS_SECRET_ACCESS_KEY": "secret-canary/0123456789",
    "AWS_SESSION_TOKEN": "session-canary-0123456789",
}
SIGNING = {"key_id": "AWS_ACCESS_KEY_ID", "session": "AWS_SESSION_TOKEN", "region": "eu-central-1"}
MODEL = "arn:aws:bedrock:eu-central-1:1:inference-profile/eu.claude-v1:0"


def declared(url, **signed):
    entry = ProviderEntry(host=url, key="AWS_SECRET_ACCESS_KEY", api="bedrock", signing={**SIGNING, **signed})
    return {"main": entry}


def client(url, time=None, **signed):
    endpoints = providers.endpoints(declared(url, **signed), SECRETS, ["main"])
    return providers.Client(endpoints, pace=(time or fakes.FakeTime()).pace)


def signature(asked, secret=SECRETS["AWS_SECRET_ACCESS_KEY"]):
    """What AWS computes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html."""
    said = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
        asked.headers["authorization"],
    )
    _, day, region, service, end = said[1].split("/")
    names = said[2].split(";")
    payload = hashlib.sha256(api.encode(asked.body)).hexdigest()
    headers = "".join(f"{name}:{asked.headers[name].strip()}\n" for name in names)
    canonical = "\n".join(["POST", quote(asked.path, safe="/~"), "", headers, said[2], payload])
    scope = f"{day}/{region}/{service}/{end}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join(["AWS4-HMAC-SHA256", asked.headers["x-amz-date"], scope, digest])
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, end):
        key = hmac.digest(key, part.encode(), "sha256")
    return said[3], hmac.new(key, to_sign.encode(), "sha256").hexdigest(), set(names), scope


@pytest.mark.parametrize("model", ["eu.anthropic.claude-v1:0", MODEL, "a b/ü"])
async def test_the_signature_is_that_of_what_arrived(model):
    with modelserver.serve() as server:
        async with client(server.url) as one:
            answer = await one.complete(fakes.request(model=model, text="hello"))
    said, computed, names, scope = signature(server.seen[0])
    assert said == computed
    assert {"host", "x-amz-date", "x-amz-security-token"} <= names
    assert scope.endswith("/eu-central-1/bedrock/aws4_request")
    assert answer.completion.message.text == "hello"


async def test_a_request_that_was_altered_has_another_signature():
    with modelserver.serve() as server:
        async with client(server.url) as one:
            await one.complete(fakes.request())
    server.seen[0].body["messages"][0]["content"][0]["text"] = "altered"
    said, computed, *_ = signature(server.seen[0])
    assert said != computed


async def test_each_attempt_is_signed_with_its_own_time():
    times = iter([1_795_694_400.0, 1_795_695_000.0])
    clock = fakes.FakeTime()
    pace = providers.Pace(jitter=clock, sleep=clock.sleep, clock=clock.clock, now=lambda: next(times))
    endpoints = providers.endpoints(declared("http://127.0.0.1:9"), SECRETS, ["main"])
    with modelserver.serve(plan=[modelserver.status(503)]) as server:
        endpoints = providers.endpoints(declared(server.url), SECRETS, ["main"])
        async with providers.Client(endpoints, pace=pace) as one:
            await one.complete(fakes.request())
    assert [asked.headers["x-amz-date"] for asked in server.seen] == ["20261126T120000Z", "20261126T121000Z"]
    assert all(said == computed for said, computed, *_ in map(signature, server.seen))


async def test_the_secret_is_sent_to_nobody_and_written_nowhere(caplog):
    caplog.set_level(logging.DEBUG)
    with modelserver.serve() as server:
        async with client(server.url) as one:
            await one.complete(fakes.request())
    assert SECRETS["AWS_SECRET_ACCESS_KEY"] not in repr(server.seen)
    assert not [secret for secret in SECRETS.values() if secret in caplog.text]


async def test_an_error_that_echoes_the_token_is_redacted():
    body = f'{{"message": "The security token {SECRETS["AWS_SESSION_TOKEN"]} is expired"}}'
    with modelserver.serve(plan=[modelserver.status(403, body=body)]) as server:
        async with client(server.url) as one:
            with pytest.raises(CallRefused, match=r"The security token \[redacted\] is expired"):
                await one.complete(fakes.request())


def test_keys_sign_for_their_own_origin_only():
    key = Key("x" * 20, origin="https://bedrock-runtime.eu-central-1.amazonaws.com")
    signer = signing.Signer(region="eu-central-1", key_id=key, secret=key)
    with pytest.raises(CallRefused, match="nothing was sent"):
        signer.headers("https://example.com/model/m/converse", b"{}", now=0.0)


async def test_without_a_session_no_token_is_sent():
    with modelserver.serve() as server:
        async with client(server.url, session=None) as one:
            await one.complete(fakes.request())
    assert "x-amz-security-token" not in server.seen[0].headers
    said, computed, *_ = signature(server.seen[0])
    assert said == computed


def test_every_variable_that_is_missing_is_told():
    with pytest.raises(NotEvaluated) as missing:
        providers.endpoints(declared("http://127.0.0.1:9"), {}, ["main"])
    assert all(name in missing.value.message for name in SECRETS)


@pytest.mark.parametrize(
    "entry",
    [
        {"api": "openai-chat", "key": "A_KEY", "signing": SIGNING},
        {"api": "bedrock", "signing": SIGNING},
        {"api": "bedrock", "key": "A_KEY", "signing": {**SIGNING, "region": "eu/../x"}},
        {"api": "bedrock", "key": "A_KEY", "signing": {**SIGNING, "key_id": "PATH"}},
    ],
)
def test_signing_goes_with_bedrock_and_its_secret(entry):
    with pytest.raises(ValidationError):
        ProviderEntry(host="example.com", **entry)


async def test_without_signing_the_key_is_bedrocks_own():
    with modelserver.serve() as server:
        async with fakes.client(server.url, api="bedrock") as one:
            await one.complete(fakes.request())
    assert server.seen[0].headers["authorization"] == f"Bearer {fakes.KEY}"


def test_where_botocore_is_not_installed_it_is_said_before_anything_is_asked():
    code = (
        "import sys; sys.modules['botocore'] = None\n"
        "import importlib.util; found = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *more: None if name == 'botocore' else found(name, *more)\n"
        "from llmgate.providers import signing\n"
        "try:\n    signing.see_that_it_can_sign()\n"
        "except Exception as error:\n    print(error.remedy)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "llmgate[bedrock]" in done.stdout


def test_signing_is_imported_only_where_something_is_signed():
    code = "import sys, llmgate.providers.transport; print([name for name in sys.modules if 'botocore' in name])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
