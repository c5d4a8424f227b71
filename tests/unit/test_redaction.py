import base64
import html
import json
import subprocess
import sys
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


@pytest.mark.trust("echoed-key")
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


RUN = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6a7B8c9D0e1F2g3H4i5J6k7L8m9N0o1P2q3R4s5T6u7V8w9X0y1Z2"
HEX = "0123456789abcdef" * 4
CAPITALS = "A1B2C3D4E5F6G7H8I9J0"
JWT = ".".join(["eyJ" + RUN[:20], "eyJ" + RUN[:40], RUN[:43]])
PEM = "-----BEGIN {0} KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIEow-IBAAKC/+AQEA=\n-----END {0} KEY-----"


@pytest.mark.parametrize(
    "token",
    [
        # The pieces are joined here, so that no scanner takes this file for a leak.
        *("glpat-" + RUN[:20], "glptt-" + HEX[:40], "gldt-" + RUN[:20], "glrt-t1_" + RUN[:27] + ".01." + RUN[:9]),
        *("npm_" + RUN[:36], "pypi-AgEI" + RUN[:60], "rubygems_" + HEX[:48], "dckr_pat_" + RUN[:27]),
        *("hf_" + RUN[:34], "gsk_" + RUN[:52], "xai-" + RUN[:80], "pplx-" + RUN[:48], "r8_" + RUN[:37]),
        *(
            "sk-lf-" + HEX[:8] + "-" + HEX[:12],
            "lsv2_pt_" + HEX[:32] + "_" + HEX[:10],
            "lsv2_sk_" + HEX[:32],
            "ls__" + HEX[:32],
        ),
        *("sk_live_" + RUN[:24], "rk_test_" + RUN[:24], "whsec_" + RUN[:32], "SK" + HEX[:32], "nvapi-" + RUN[:60]),
        *("SG." + RUN[:22] + "." + RUN[:43], "xapp-1-" + CAPITALS + "-123-" + HEX, "xoxe-1-" + RUN[:40]),
        *("hooks.slack.com/services/T" + CAPITALS[:8] + "/B" + CAPITALS[:8] + "/" + RUN[:24], "AKIA" + CAPITALS[:16]),
        *("discord.com/api/webhooks/" + "1234567890" * 2 + "/" + RUN[:68], "123456789:AA" + RUN[:33]),
        *("ya29." + RUN[:60], "GOCSPX-" + RUN[:28], "1//0" + RUN[:60], "AIza" + RUN[:35]),
        *("abc8Q~" + RUN[:33], "dapi" + HEX[:32], "dapi" + HEX[:32] + "-2", "dop_v1_" + HEX, "hvs." + RUN[:90]),
        *("lin_api_" + RUN[:40], "ntn_" + RUN[:46], "secret_" + RUN[:43], "PMAK-" + HEX[:24] + "-" + HEX[:34]),
        *("shpat_" + HEX[:32], "shpss_" + HEX[:32], "ATATT3" + RUN[:100], "glsa_" + RUN[:32] + "_" + HEX[:8]),
        *(JWT, PEM.format("RSA PRIVATE"), PEM.format("PRIVATE"), PEM.format("OPENSSH PRIVATE").replace("\n", "\\n")),
    ],
)
def test_the_token_of_a_well_known_issuer_is_replaced_whole(token):
    assert Redactor().text(f"key={token}, next") == f"key={MARK}, next"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("postgres://ada:hunter22@db.example/x", f"postgres://{MARK}@db.example/x"),
        ("redis://:hunter22@cache:6379", f"redis://{MARK}@cache:6379"),
        ("Authorization: Basic YWRhOmh1bnRlcjIy", f"Authorization: Basic {MARK}"),
        (f"AccountName=ada;AccountKey={RUN[:86]}==;Suffix=x", f"AccountName=ada;AccountKey={MARK};Suffix=x"),
        (f"https://ada.example/box?sv=2024&sig={RUN[:43]}%3D&se=1", f"https://ada.example/box?sv=2024&sig={MARK}&se=1"),
        (rf"first\nghp_{RUN[:36]}\nlast", rf"first\n{MARK}\nlast"),
        (f"https://x.example/?a%3Dghp_{RUN[:36]}", f"https://x.example/?a%3D{MARK}"),
        (f"-----BEGIN PRIVATE KEY-----\n{RUN}\n{RUN}\n(the end is cut off)", f"{MARK}(the end is cut off)"),
    ],
)
def test_what_stands_around_a_secret_stays(text, redacted):
    assert Redactor().text(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        *("a task-oriented-agent-with-a-plan", "risk-averse-and-very-careful", "ask sk-", "AKIA"),
        *(
            "Basic responsibilities of an engineer",
            "basic authentication1234567",
            "https://docs.example:8080/a?mail=a@b",
        ),
        *("-----BEGIN PUBLIC KEY-----", "the eyJ of a token", "SKU 12345", "a glossary-of-terms-and-abbreviations"),
        *(
            "https://{user}:{password}@host/",
            "see http://a.example and mail b@c.example",
            "3f2b8c1e-0000-4000-8000-0123456789ab",
        ),
    ],
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


HOSTILE = [
    *(
        "eyJabcdefghij-",
        "eyJabcdefghij.",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n-",
        "://a:",
        "://",
    ),
    *(
        "Basic aaaaaaaaaa",
        "SG.abcdefghijklmnopq",
        "1234567890:AA",
        "abc8Q~",
        "AccountKey=aaaa",
        "glpat-aaaa ",
        "%3Dsk-",
    ),
]


@pytest.mark.parametrize(
    "text", ["sk-", "sk-abcdefghijklmno ", "Bearer ", "gh" * 3, "hunter2", "[redacted", "A" * 20, *HOSTILE]
)
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


def test_the_places_of_secrets_are_told_with_the_secret_whatever_its_spelling():
    found = list(Redactor(["hunter/22"]).found("hunter%2F22 or hunter/22"))
    assert found == [(0, 11, "hunter/22"), (15, 24, "hunter/22")]


def test_a_redactor_that_also_knows_others_knows_both_and_the_first_stays_as_it_was():
    first = Redactor(["hunter22"])
    assert first.also(["hunter22-and-more"]).text("hunter22 hunter22-and-more") == f"{MARK} {MARK}"
    assert first.text("hunter22 hunter23") == f"{MARK} hunter23"


def test_pydantic_is_not_loaded_for_it():
    code = "import sys; from llmgate import redaction; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_redactor_is_made_of_the_variables_that_are_named_like_secrets():
    made = redaction.of({"HOUSE_KEY": "canary-canary", "db_password": "open-sesame", "HOME": "/home/ada"})
    assert made.text("canary-canary open-sesame /home/ada") == f"{MARK} {MARK} /home/ada"


@pytest.mark.parametrize(
    "headers",
    [
        "x-honeycomb-team=hcaik0123456789abcdef",
        "a=b,authorization=Basic%20aGNhaWswMTIzNDU2Nzg5YWJjZGVm==",
        "Authorization=Bearer hcaik0123456789abcdef,x-version=4",
    ],
)
def test_the_keys_in_the_headers_of_opentelemetry_are_secrets(headers):
    redactor = redaction.of({"OTEL_EXPORTER_OTLP_TRACES_HEADERS": headers, "OTHER_HEADERS": "plain-enough-text"})
    value = headers.partition("=")[2].split(",")[0].rpartition(" ")[2]
    for secret in ("hcaik0123456789abcdef", "aGNhaWswMTIzNDU2Nzg5YWJjZGVm"):
        assert secret not in redactor.text(f"sent {headers} {secret if secret in headers else ''} {value}")
    assert redactor.text("x-version=4 plain-enough-text") == "x-version=4 plain-enough-text"
