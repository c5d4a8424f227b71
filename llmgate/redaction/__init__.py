"""Text and JSON values on their way to any sink → the same with every secret replaced."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from llmgate.redaction import shapes, spellings

if TYPE_CHECKING:  # this module is in the way of every command, and pydantic takes 30 ms to load
    from pydantic import JsonValue

MARK = "[redacted]"
MIN_SECRET_CHARS = 6  # shorter ones are ordinary words: replacing them would tear texts apart and hide nothing
MIN_HEADER_CHARS = 12  # a header may say a version or a name as well
MAX_DEPTH = 100


class Secret(NamedTuple):
    """A place in a text, and the secret that stands there in whatever spelling."""

    start: int
    end: int
    secret: str


class Redactor:
    """Replaces given secrets, their usual encodings, and whatever has the shape of a well-known token.

    Linear in the length of the text for a given number of secrets. Secrets shorter than `MIN_SECRET_CHARS` are ignored.
    Surrounding white space is no part of a secret.
    """

    __slots__ = ("_needles",)

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        usable = (secret.strip() for secret in secrets)
        self._needles = _longest_first(
            {
                needle: secret
                for secret in usable
                if len(secret) >= MIN_SECRET_CHARS
                for needle in spellings.of(secret)
                if needle not in MARK
            }
        )

    def __repr__(self) -> str:
        return f"Redactor({len(self._needles)} spellings)"

    def also(self, secrets: Iterable[str]) -> Redactor:
        """Return a redactor that knows further secrets, too."""
        both = Redactor(secrets)
        both._needles = _longest_first({**both._needles, **self._needles})
        return both

    def text(self, text: str) -> str:
        """Return `text` without secrets."""
        for needle in self._needles:
            if needle in text:
                text = text.replace(needle, MARK)
        return _without_shapes(text)

    def found(self, text: str) -> Iterator[Secret]:
        """Yield the places of secrets by their start; they may overlap, as a shape and a given secret in it do."""
        known = (_places(text, needle, self._needles[needle]) for needle in self._needles if needle in text)
        shaped = ((Secret(start, end, text[start:end]) for start, end in spans) for spans in shapes.spans(text))
        return heapq.merge(*known, *shaped)

    def value(self, value: JsonValue) -> JsonValue:
        """Return a copy of a JSON value without secrets, in keys as well; what lies too deep is cut off."""
        return self._value(value, MAX_DEPTH)

    def _value(self, value: JsonValue, depth: int) -> JsonValue:
        if isinstance(value, str):
            return self.text(value)
        if not isinstance(value, dict | list):
            return value
        if depth == 0:
            return MARK
        if isinstance(value, list):
            return [self._value(item, depth - 1) for item in value]
        return {self.text(key): self._value(item, depth - 1) for key, item in value.items()}


def _longest_first(needles: dict[str, str]) -> dict[str, str]:
    return {needle: needles[needle] for needle in sorted(needles, key=lambda needle: (-len(needle), needle))}


def _places(text: str, needle: str, secret: str) -> Iterator[Secret]:
    start = text.find(needle)
    while start >= 0:
        end = start + len(needle)
        yield Secret(start, end, secret)
        start = text.find(needle, end)


def _without_shapes(text: str) -> str:
    pieces, end = [], 0
    for start, stop in heapq.merge(*shapes.spans(text)):
        if start >= end:
            pieces.append(text[end:start])
        end = max(end, stop)
    return MARK.join([*pieces, text[end:]]) if end else text


def of(environment: Mapping[str, str]) -> Redactor:
    """Make the redactor that knows the value of every variable that is named like a secret, and those of headers."""
    found = {name: environment[name] for name in sorted(environment) if is_secret(name)}
    listed = (secret for name, value in found.items() if _has_headers(name) for secret in _of_headers(value))
    return Redactor((*found.values(), *listed))


def is_secret(name: str) -> bool:
    """Tell by its name whether a variable holds a secret; `config.ProviderEntry.key` allows only names that do."""
    words = ("KEY", "TOKEN", "SECRET", "PASSW", "CREDENTIAL")
    return _has_headers(name) or any(word in name.upper() for word in words)


def _has_headers(name: str) -> bool:
    """Tell whether a variable holds the headers that OpenTelemetry sends, which are how backends are shown a key."""
    return name.upper().startswith("OTEL_EXPORTER_OTLP_") and name.upper().endswith("HEADERS")


def _of_headers(text: str) -> Iterator[str]:
    """Yield the values of `name=value,name=value` that are long enough for keys, without the scheme before them."""
    for entry in text.split(","):
        for value in (entry.partition("=")[2], unquote(entry.partition("=")[2])):
            key = value.rpartition(" ")[2].rstrip("=")  # without the padding of base64, which may be lost
            yield from (found for found in (value, key) if len(found) >= MIN_HEADER_CHARS)
