import struct
import zlib

import pytest

from llmgate.errors import UsageError
from llmgate.store.seals import MIN_SECRET_CHARS, Seals

SECRET = "5f" * 32
ROW = ("e", 1, None, b"x")


@pytest.mark.parametrize("seals", [Seals(), Seals.of(SECRET)])
@pytest.mark.parametrize(
    "other", [("e", 1, None, b"y"), ("e1", None, b"x"), ("e", "1", None, b"x"), (None, 1, "e", b"x")]
)
def test_a_seal_is_of_these_values_in_this_order_and_of_these_kinds(seals, other):
    assert seals.fit("call", (*ROW, seals.seal("call", *ROW)))
    assert not seals.fit("call", (*other, seals.seal("call", *ROW)))


def test_a_seal_of_one_table_fits_in_no_other():
    seals = Seals.of(SECRET)
    assert not seals.fit("void", (*ROW, seals.seal("call", *ROW)))


def test_neither_another_secret_nor_another_repository_nor_none_makes_the_same_seal():
    made = {Seals.of(secret, where).seal("call", *ROW) for secret in (SECRET, "6f" * 32) for where in ("1", "2", "")}
    assert len(made) == 6
    for seal in made:
        assert not Seals().fit("call", (*ROW, seal))
        assert not Seals.of("7f" * 32).fit("call", (*ROW, seal))


@pytest.mark.parametrize("seal", [None, 0, "text", b"", b"x" * 32, Seals().seal("call", *ROW)])
def test_what_is_no_signature_does_not_fit(seal):
    assert not Seals.of(SECRET).fit("call", (*ROW, seal))


def test_without_a_secret_a_seal_is_the_checksum_that_earlier_formats_have():
    packed = b"t" + (1).to_bytes(8, "little") + b"e" + b"f" + struct.pack("<d", 2)
    assert Seals.of("").seal("call", "e", 2) == zlib.crc32(packed)
    assert Seals.of("").name is None


def test_a_secret_that_could_be_guessed_is_refused():
    assert Seals.of("x" * MIN_SECRET_CHARS).name
    with pytest.raises(UsageError) as caught:
        Seals.of("x" * (MIN_SECRET_CHARS - 1))
    assert "openssl rand -hex 32" in caught.value.remedy
    assert "xxx" not in str(caught.value)


def test_neither_the_secret_nor_the_key_is_in_what_a_store_or_a_log_shows():
    seals = Seals.of(SECRET, "1")
    shown = seals.name + seals.seal("call", *ROW) + repr(seals).encode()
    assert SECRET.encode() not in shown
    assert bytes.fromhex(SECRET) not in shown
    assert seals.key not in shown
