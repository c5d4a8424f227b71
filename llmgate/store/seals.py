"""The values of a row → its seal, by which a row that is no longer what was written is known.

Without a key it is a checksum, which finds accidents. With one it is a signature: who has not the key can neither write
a row, nor change one, nor give it another name or table.
"""

from __future__ import annotations

import hmac
import struct
import zlib
from dataclasses import dataclass, field

from llmgate.errors import UsageError

MIN_SECRET_CHARS = 32
"""What a store tells of its key could be tried against shorter secrets until one fits."""

_LABEL = "llmgate store 1"

Value = str | bytes | float | None
Seal = int | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seals:
    """How the rows of a store are sealed: by HMAC-SHA256 where there is a key, else by CRC-32."""

    key: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, secret: str, repository: str = "") -> Seals:
        """Derive the key of a repository's store from a secret: no other repository's store has it. No secret: no key.

        Raises:
            UsageError: where the secret is so short that it could be guessed.
        """
        if not secret:
            return cls()
        if len(secret) < MIN_SECRET_CHARS:
            raise UsageError(
                f"the store key has fewer than {MIN_SECRET_CHARS} characters",
                id="store-key",
                remedy="make one with `openssl rand -hex 32`, and save it as the secret LLMGATE_STORE_KEY",
            )
        return cls(key=_mac(secret.encode("utf-8", "surrogatepass"), _packed((_LABEL, repository))))

    @property
    def name(self) -> bytes | None:
        """What a store says of its key, from which nobody can find the key; nothing where there is none."""
        return None if self.key is None else _mac(self.key, _packed(("key",)))

    def seal(self, table: str, *values: Value) -> Seal:
        """Compute the seal of a row's values, each with its kind and length."""
        if self.key is None:
            return checksum(*values)
        return _mac(self.key, _packed((table, *values)))

    def fit(self, table: str, row: tuple[Value, ...], key: tuple[Value, ...] = ()) -> bool:
        """Tell whether what was written under `key` is what a row has, whose last value is the seal."""
        wanted = self.seal(table, *key, *row[:-1])
        if isinstance(wanted, int):
            return row[-1] == wanted
        return isinstance(row[-1], bytes) and hmac.compare_digest(row[-1], wanted)


def checksum(*values: Value) -> int:
    """Compute the CRC-32 of values: it finds every flipped bit and every burst of up to 32 of them."""
    return zlib.crc32(_packed(values))


def _mac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, "sha256")


def _packed(values: tuple[Value, ...]) -> bytes:
    return b"".join(map(_bytes, values))


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
