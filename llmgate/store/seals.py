"""The values of a row → its seal, by which a row that is no longer what was written is known."""

from __future__ import annotations

import struct
import zlib

Value = str | bytes | float | None


def seal(*values: Value) -> int:
    """Compute the CRC-32 of a row's values, each with its kind and length.

    It finds every flipped bit and every burst of up to 32 of them. It keeps out no one who means to change a row:
    whoever can write the file can write the seal.
    """
    found = 0
    for value in values:
        found = zlib.crc32(_bytes(value), found)
    return found


def is_sealed(row: tuple[Value, ...], key: tuple[Value, ...] = ()) -> bool:
    """Tell whether what was written under `key` is what a row has, whose last value is the seal."""
    return row[-1] == seal(*key, *row[:-1])


def _bytes(value: Value) -> bytes:
    match value:
        case None:
            return b"n"
        case str():
            text = value.encode("utf-8", "surrogatepass")
            return b"t" + len(text).to_bytes(8, "little") + text
        case bytes():
            return b"b" + len(value).to_bytes(8, "little") + value
        case _:
            return b"f" + struct.pack("<d", value)
