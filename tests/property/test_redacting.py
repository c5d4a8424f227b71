"""Properties of the redaction of captured values."""

import json
import re

from hypothesis import example, given
from hypothesis import strategies as st

from llmgate.capture.redacting import Redacting, Rule
from llmgate.redaction import Redactor

RULES = (Rule(name="order", pattern="ORD-[0-9]{6}"), Rule(name="odd", pattern=r"[a-z]+ \[?"))
SECRETS = ("canary-canary", "secret-1", "person-1@example", "555-0100")
PIECES = (
    *("ada@acme.io", "Bob@acme.io", "person-1@example.com", "canary@example.com", "x%40y.org", "@", "a@", "git@b.c"),
    *("+49 30 901820", "+1-202-555-0100", "+44-7700-900123", "415-555-2671", "(030) 901820", "phone: ", "0049 ", "+"),
    *("4111111111111111", "4111 1111 1111 1111", "4111-", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00"),
    *(
        "ORD-123456",
        "[order-1]",
        "[secret-1]",
        "[card-",
        "1]",
        "[redacted]",
        "password=",
        '"api_key": "',
        '\\"',
        "hunter22",
    ),
    *("canary-canary", "Y2FuYXJ5LWNhbmFyeQ==", "ghp_" + "a1B2" * 9, "Bearer ", "https://", "://u:p4ss@", "eyJ", "SK"),
    *(" ", "\n", "\\n", ".", ",", "-", "_", ":", "/", "%20", "0", "12", "é", "４", "\ud800", "person-", "example.com"),  # noqa: RUF001
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join)
KEYS = TEXTS | st.sampled_from(["password", "phone", "token", "name", "value", "key"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS | st.just(4111111111111111),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def redacting(rules=RULES):
    return Redacting(rules=rules, keep=["support@acme.io"], known=Redactor(SECRETS))


def shape(value):
    """What a value is without its texts; a number may have become one."""
    if isinstance(value, list):
        return [shape(item) for item in value]
    return [shape(item) for item in value.values()] if isinstance(value, dict) else None


@given(VALUES)
def test_redacting_again_changes_nothing(value):
    """A redacted value is its own redaction, by the same instance and by another."""
    made = redacting()
    once = made.value(value)
    assert made.value(once) == once
    assert redacting().value(once) == once


@given(VALUES)
def test_the_shape_of_a_value_is_kept(value):
    """Lists keep their lengths and mappings the number and order of their keys."""
    assert shape(redacting().value(value)) == shape(value)


@given(st.lists(TEXTS, max_size=5))
def test_the_same_texts_are_redacted_alike(texts):
    """Redaction is a function: it depends on nothing but what it is given, in this order."""
    assert redacting().value(texts) == redacting().value(texts)


@given(st.text("abcdefghij", min_size=1, max_size=10), st.text(max_size=9), st.text(max_size=9))
@example("canary", "mailto:", "?subject=x")
def test_an_address_is_the_same_person_everywhere(name, before, after):
    """Whatever stands around it and whatever its case, an address has one pseudonym."""
    address = f"{name}@acme.net"
    value = [f"{before} <{address}> {after}", {"mail": address.upper()}, json.dumps({"to": address})]
    redacted = redacting().value(value)
    person = redacted[1]["mail"]
    assert re.fullmatch(r"person-\d+@example\.com", person)
    assert json.loads(redacted[2]) == {"to": person}
    assert f"<{person}>" in redacted[0]


@given(TEXTS, TEXTS)
def test_a_given_secret_survives_nowhere(before, after):
    """Whatever surrounds it, a given secret is in no text afterwards."""
    assert "canary-canary" not in redacting().value(f"{before}canary-canary{after}")


@given(st.dictionaries(st.sampled_from(["email", "card", "note", "password"]), TEXTS | st.just(4111111111111111)))
def test_json_within_a_text_is_json_afterwards(value):
    """Arguments of a tool call are JSON in a text: redacted, they can be read still, and have the same keys."""
    text = json.dumps(value)
    assert json.loads(redacting(RULES[:1]).value(text)).keys() == value.keys()
