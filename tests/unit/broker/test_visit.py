"""What a trial's way in keeps, and what its environment says."""

from urllib.parse import unquote

import pytest

from llmgate.broker import Asked, visit
from llmgate.broker.refused import Refused
from llmgate.providers import Wire
from llmgate.redaction import Redactor
from tests import brokers

ORIGIN = "http://127.0.0.1:8123"


def opened():
    return visit.Visit(token="t o/k=n", trial=brokers.TRIAL, entries=brokers.ENTRIES, origin=ORIGIN)


def test_the_environment_leads_every_library_to_the_broker_and_holds_no_key_but_the_token():
    told = opened().environment()
    assert told["OPENAI_BASE_URL"] == f"{ORIGIN}/openai/v1"
    assert told["ANTHROPIC_BASE_URL"] == f"{ORIGIN}/anthropic"
    assert told["GOOGLE_GEMINI_BASE_URL"] == f"{ORIGIN}/gemini"
    keys = {value for name, value in told.items() if name.endswith("_KEY")}
    assert keys == {"t o/k=n"}


def test_the_environment_tells_neither_the_arm_nor_the_fixture():
    told = " ".join(opened().environment().values())
    assert not {word for word in ("base", "head", brokers.TRIAL.fixture) if word in told}


def test_the_exporters_header_holds_the_token_as_the_specification_writes_it():
    name, _, value = opened().environment()["OTEL_EXPORTER_OTLP_HEADERS"].partition("=")
    assert (name, unquote(value)) == ("authorization", "Bearer t o/k=n")
    assert not set(value) & set(" ,;=")


def test_the_oldest_requests_lose_their_bodies_first_and_the_last_never():
    into = opened()
    big = b"x" * (visit.MAX_KEPT_BYTES // 2 + 1)
    for body in (b"small", big, big, b"y" * (visit.MAX_KEPT_BYTES + 1)):
        into.begin(Asked(dialect=Wire.CHAT, model="m", body=body), "digest")
    assert [len(asked.body) for asked in into.asked] == [0, 0, 0, visit.MAX_KEPT_BYTES + 1]


def test_the_requests_of_a_trial_have_so_many_bytes_together_and_no_more():
    into = opened()
    body = b"x" * (visit.MAX_ASKED_BYTES // 4)
    for _ in range(4):
        into.begin(Asked(dialect=Wire.CHAT, model="m", body=body), "digest")
    with pytest.raises(Refused, match="bytes together"):
        into.begin(Asked(dialect=Wire.CHAT, model="m", body=b"x"), "digest")


def test_nothing_that_prints_a_visits_parts_prints_what_was_asked():
    assert "secret" not in repr(Asked(dialect=Wire.CHAT, model="m", body=b"secret"))
    assert Redactor([opened().token]).text(f"key {opened().token}") == "key [redacted]"
