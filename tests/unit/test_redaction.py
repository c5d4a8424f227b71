import base64
import html
import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate import redaction
from llmgate.redaction import MARK, MAX_DEPTH, Redactor

SECRET = "pa55/w<rd&\"quoted'+\\é-canary"
ANY_SECRET = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=6, max_size=40)
    .map(str.strip)
    .filter(lambda secret: len(secret) >= 6 and secret not in MARK)
)


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        quote(SECRET),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        json.dumps(SECRET)[1:-1].replace("/", "\\/"),
        html.escape(SECRET),
        html.escape(SECRET, quote=False),
    ],
)
def test_every_spelling_of_a_secret_is_replaced(spelling):
    assert Redactor([SECRET]).text(f"before {spelling} after") == f"before {MARK} after"


@given(ANY_SECRET, st.binary(max_size=9), st.binary(max_size=9))
def test_base64_is_found_at_every_alignment(secret, before, after):
    """Base64 of a text that holds the secret keeps none of the characters that the secret alone decides."""
    whole = base64.b64encode(before + secret.encode() + after).decode()
    redacted = Redactor([secret]).text(whole)
    assert len(redacted.replace(MARK, "")) <= len(whole) - (len(secret.encode()) * 8 // 6 - 1)


@given(ANY_SECRET, st.text(max_size=50), st.text(max_size=50))
def test_a_secret_never_survives(secret, before, after):
    """Whatever surrounds it, the secret is not in the text afterwards, unless the mark itself makes it up."""
    pieces = Redactor([secret]).text(before + secret + after).split(MARK)
    assert not [piece for piece in pieces if secret in piece]


@pytest.mark.parametrize(
    "token",
    [
        "sk-abcdefghijklmnop1234",
        "sk-ant-api03-AbCdEf_GhIjKl-123456",
        "sk-proj-AbCdEfGhIjKlMnOp_1234",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "ghs_abcdefghijklmnopqrstuvwxyz0123456789",
        "github_pat_11ABCDEFG0abcdefghij_klmnopqrstuvwxyz",
        "AKIAIOSFODNN7EXAMPLE",
        "AIzaSyA1234567890abcdefghijklmnopqrstuv",
        "xoxb-123456789012-abcdefghij",
        "Bearer abcdefghijklmnop.qrstuv",
    ],
)
def test_the_shape_of_a_well_known_token_is_replaced(token):
    assert Redactor().text(f"key={token}, next") == f"key={MARK}, next"


@pytest.mark.parametrize(
    "text", ["a task-oriented-agent-with-a-plan", "risk-averse-and-very-careful", "ask sk-", "AKIA"]
)
def test_ordinary_words_stay(text):
    assert Redactor(["short"]).text(text) == text


def test_secrets_of_fewer_than_six_characters_are_ignored():
    assert Redactor(["", "  ", "abcde"]).text("abcde abcde") == "abcde abcde"


def test_white_space_around_a_secret_is_no_part_of_it():
    assert Redactor(["hunter22\n"]).text("is hunter22.") == f"is {MARK}."


def test_the_longer_of_two_secrets_is_replaced_whole():
    assert Redactor(["secret-one", "secret-one-and-two"]).text("secret-one-and-two") == MARK


def test_values_are_redacted_in_keys_and_at_every_depth():
    value = {"a": [1, None, True, {"k-hunter22": "hunter22"}], "b": 2.5}
    assert Redactor(["hunter22"]).value(value) == {"a": [1, None, True, {f"k-{MARK}": MARK}], "b": 2.5}


def test_what_lies_too_deep_is_cut_off():
    deep = "hunter22"
    for _ in range(MAX_DEPTH * 50):
        deep = [deep]
    assert "hunter22" not in json.dumps(Redactor(["hunter22"]).value(deep))


def test_redacting_twice_changes_nothing_more():
    redactor = Redactor(["redacted", "[redact", "hunter22"])
    once = redactor.text("redacted hunter22 sk-abcdefghijklmnop1234")
    assert redactor.text(once) == once


def test_the_secrets_do_not_show():
    assert "hunter22" not in repr(Redactor(["hunter22"]))


@pytest.mark.parametrize("text", ["sk-", "sk-abcdefghijklmno ", "Bearer ", "gh" * 3, "hunter2", "[redacted", "A" * 20])
def test_time_is_linear_in_the_text(text):
    redactor = Redactor(["hunter22", SECRET])
    once, twice = (
        min(_seconds(redactor, text * (size // len(text))) for _ in range(3)) for size in (500_000, 2_000_000)
    )
    assert twice < 4 * once * 2.5 + 0.05


def _seconds(redactor, text):
    started = time.perf_counter()
    redactor.text(text)
    return time.perf_counter() - started


def test_a_redactor_is_made_of_the_variables_that_are_named_like_secrets():
    made = redaction.of({"HOUSE_KEY": "canary-canary", "db_password": "open-sesame", "HOME": "/home/ada"})
    assert made.text("canary-canary open-sesame /home/ada") == f"{MARK} {MARK} /home/ada"
