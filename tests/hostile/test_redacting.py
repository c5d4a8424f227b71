"""What is made to be slow is redacted at half a megabyte a second or more, and time grows with the text only."""

import json
import time

import pytest

from llmgate.capture.redacting import Redacting, Rule
from llmgate.redaction import Redactor

HALF_A_MEGABYTE = 500_000
PATTERNS = [
    *("a@", "a@b.", "@a.b", "a@b.cc ", ".", "-a", "%40", "ada%40acme.io", "\\u0040", "a.a@", "\\n", "a" * 70 + "@"),
    *("+49 30 9018", "+4930901820 ", "+1", "1-", "1 ", "1", "(0", "00", "phone ", "phone: 1234567 ", "415-555-2671"),
    *("4111 ", "4111-1111-", "411111111111111", "4111111111111111 ", "DE89", "DE89 3704 ", "DE00 DE", "AA"),
    *(
        "password=",
        'key="',
        "key='\"",
        'api_key=\\"',
        'api_key="\\',
        "token: ",
        "secret=a1a1a1a1 ",
        "cookie: a=",
        "key",
    ),
    *(
        "://a:",
        "://",
        "eyJabcdefgh.",
        "-----BEGIN PRIVATE KEY-----",
        "sk-",
        "Basic ",
        "[secret-1]",
        "person-1@example.com",
    ),
    *("４", "٣", "\ud800", "é@", "ORD-", "ORD-123456", "\t", "{", "[", '"', "\\", "\\\\"),  # noqa: RUF001
]


def redacting():
    rules = [Rule(name="order", pattern="ORD-[0-9]{6}"), Rule(name="name", pattern="(?i)[a-z]{1,20} said")]
    return Redacting(rules=rules, keep=["support@acme.example"], known=Redactor(["canary-canary", "hunter22"]))


def seconds(text):
    started = time.process_time()
    redacting().value(text)
    return time.process_time() - started


@pytest.mark.parametrize("pattern", PATTERNS)
def test_half_a_megabyte_of_hostile_text_takes_seconds(pattern):
    assert seconds(pattern * (HALF_A_MEGABYTE // len(pattern))) < 3


@pytest.mark.parametrize("pattern", ["a@", "1-", 'key="', "4111 ", "+4930901820 ", "(0", "DE89 3704 "])
def test_time_is_linear_in_the_text(pattern):
    once, more = (min(seconds(pattern * (size // len(pattern))) for _ in range(2)) for size in (150_000, 600_000))
    assert more < 4 * once * 2 + 0.1


def test_a_hundred_thousand_different_numbers_take_seconds_and_none_is_left():
    text = " ".join(f"+49 30 {number}" for number in range(9_000_000, 9_100_000))
    started = time.process_time()
    redacted = redacting().value(text)
    assert time.process_time() - started < 10
    assert "+49" not in redacted


def test_ten_thousand_secrets_with_keys_of_their_own_take_seconds():
    value = [{"password": f"hunter{number}x"} for number in range(10_000)]
    started = time.process_time()
    redacted = json.dumps(redacting().value(value))
    assert time.process_time() - started < 5
    assert "hunter" not in redacted


def test_a_key_of_a_megabyte_is_read():
    assert redacting().value({"a_" * HALF_A_MEGABYTE: "x"}) == {"a_" * HALF_A_MEGABYTE: "x"}
