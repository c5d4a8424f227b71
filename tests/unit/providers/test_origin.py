import copy
import pickle
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate.errors import CallRefused
from llmgate.providers import origin

GOOD = "https://api.openai.com"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (GOOD, "https://api.openai.com:443"),
        (f"{GOOD}:443/v1", "https://api.openai.com:443"),
        (f"{GOOD}:8443", "https://api.openai.com:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost", "http://localhost:80"),
        ("http://[::1]:9", "http://[::1]:9"),
    ],
)
def test_an_origin_has_one_spelling(address, expected):
    assert origin.of(address) == expected


SUSPECT = [
    "https://api.openai.com@evil.com",
    "https://api.openai.com:443@evil.com",
    "https://user:pass@api.openai.com",
    "https://api.openai.com\\@evil.com",
    "https://api.openai.com\\.evil.com",
    "https://API.openai.com",
    "https://api.openai.com.",
    "https://.api.openai.com",
    "https://аpi.openai.com",  # noqa: RUF001 - a Cyrillic letter
    "https://api。openai.com",
    "https://api.openai.com%2eevil.com",
    "https://api.openai.com\n.evil.com",
    "https://api.openai.com\t",
    " https://api.openai.com",
    "https:///api.openai.com",
    "https:api.openai.com",
    "//api.openai.com",
    "api.openai.com",
    "",
    "https://",
    "https://:443",
    "https://api.openai.com:",
    "https://api.openai.com:0",
    "https://api.openai.com:65536",
    "https://api.openai.com:44３",  # noqa: RUF001 - a full-width 3
    "https://[::1",
    "https://[::1]evil.com",
    "http://api.openai.com",
    "http://127.0.0.1.evil.com",
    "http://169.254.169.254",
    "http://localhost.evil.com",
    "ftp://127.0.0.1",
    "file:///etc/passwd",
    "HTTPS://api.openai.com",
]


@pytest.mark.trust("odd-address")
@pytest.mark.parametrize("address", SUSPECT)
def test_an_address_that_is_not_plain_is_refused(address):
    with pytest.raises(CallRefused):
        origin.of(address)


@pytest.mark.parametrize("address", SUSPECT)
def test_a_key_is_not_revealed_to_a_suspect_address(address):
    with pytest.raises(CallRefused):
        origin.Key("canary", origin=GOOD).reveal(to=address)


@pytest.mark.parametrize(
    "address",
    ["https://evil.com", "https://api.openai.com:8443", "https://openai.com", "https://api.openai.com.evil.com"],
)
def test_a_key_is_not_revealed_to_another_origin(address):
    with pytest.raises(CallRefused, match="nothing was sent") as refused:
        origin.Key("canary", origin=GOOD).reveal(to=address)
    assert "canary" not in str(refused.value)


@pytest.mark.trust("odd-address")
@given(st.text(max_size=30), st.text(max_size=10))
def test_no_spelling_wins_a_key_for_another_host(before, after):
    """A key is revealed only to addresses that Python's and httpx's parsers both place on its host."""
    for address in (f"https://{before}api.openai.com{after}", f"{before}{GOOD}{after}", f"{GOOD}{before}{after}"):
        try:
            origin.Key("canary", origin=GOOD).reveal(to=address)
        except CallRefused:
            continue
        assert (urlsplit(address).hostname, urlsplit(address).port or 443) == ("api.openai.com", 443)
        assert httpx.URL(origin.of(address)).host == "api.openai.com"


def test_a_key_is_revealed_to_its_origin_in_any_spelling():
    assert origin.Key("canary", origin=GOOD).reveal(to=f"{GOOD}:443/v1/chat/completions") == "canary"


def test_a_key_neither_prints_nor_copies():
    key = origin.Key("canary", origin=GOOD)
    assert "canary" not in f"{key} {key!r} {key:} {[key]} {dir(key)}"
    for copying in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not copied"):
            copying(key)


@pytest.mark.parametrize(
    "path", ["", "v1", "/v1/../../x", "/v1?a=b", "/v1#a", "//evil.com", "/v1/\n", "/v1/%2e", "/@evil", "/."]
)
def test_a_path_that_is_not_plain_is_refused(path):
    with pytest.raises(CallRefused):
        origin.address(GOOD, path)


def test_an_origin_and_a_path_make_an_address():
    assert origin.address(GOOD, "/v1/chat/completions") == "https://api.openai.com:443/v1/chat/completions"


@pytest.mark.parametrize(
    ("address", "expected"), [("http://127.0.0.1:1", True), ("https://localhost", True), (GOOD, False)]
)
def test_loopback_is_known(address, expected):
    assert origin.is_loopback(origin.of(address)) is expected
