"""A captured JSON value → the same with secrets and personal data replaced by pseudonyms, and a report of them.

One file per kind of thing that is found. What has the same identity (an address in any case, a number in any grouping)
has the same pseudonym in all of a fixture, so that what belonged together still does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from pydantic import JsonValue

from llmgate.assertions import patterns
from llmgate.capture.redacting import assignments, cards, digits, emails, found, ibans, names, pseudonyms
from llmgate.capture.redacting.found import Found
from llmgate.capture.redacting.names import Meaning
from llmgate.capture.redacting.phones import Phones
from llmgate.capture.redacting.plain import plain
from llmgate.capture.redacting.pseudonyms import Pseudonyms, Redaction
from llmgate.config import RedactionRule as Rule
from llmgate.redaction import MARK, MAX_DEPTH, Redactor

__all__ = ["Redacting", "Redaction", "Rule"]

MAX_ROUNDS = 10
"""What is replaced can lay open what stood beside it; ordinary texts need one round more than none."""
MAX_NAMED = 16
"""Secrets with a key of their own that are also looked for in the rest of the fixture."""
MIN_NAMED_CHARS = 8
MIN_INTEGER, MAX_INTEGER = 1_000, 10**100
LONG_CHARS = 100_000
MAX_CLEAN, MAX_CLEAN_CHARS = 10_000, 100
"""How many short texts without a find are remembered: keys, roles and names come again and again."""
_JSON_KEY = re.compile(r'(\\{0,4}")\s{0,3}:\s{0,3}\Z')
_VALUE_KEYS = ("value", "stringValue", "string_value", "arrayValue", "array_value", "values")


class Redacting:
    """Redacts one fixture. What `known` finds is always replaced; of the rest, nothing that `keep` names.

    `shown` is what stays besides, by kind and identity (`personal`): what the repository itself sends.

    A pseudonym is never one that stands in the value already; hand over a fixture as one value, since no one knows
    what the next would hold.
    """

    def __init__(
        self,
        *,
        rules: Sequence[Rule] = (),
        keep: Sequence[str] = (),
        shown: frozenset[tuple[str, str]] = frozenset(),
        known: Redactor,
    ) -> None:
        self._rules = tuple(rules)
        self._given = self._known = known
        self._named: dict[str, None] = {}
        self._clean: set[str] = set()
        self._phones = Phones()
        self._pseudonyms = Pseudonyms(rule.name for rule in rules)
        self._keep = frozenset(keep)
        self._kept = shown | {(each.kind, each.identity) for text in keep for each in self._each(text)}

    def personal(self, texts: Iterable[str]) -> frozenset[tuple[str, str]]:
        """List what would be replaced in texts, by kind and identity; secrets are left out."""
        found_here = (each for text in texts for each in self._each(text))
        return frozenset((each.kind, each.identity) for each in found_here if each.rank not in found.SECRETS)

    @property
    def report(self) -> tuple[Redaction, ...]:
        """What was replaced so far, by kind."""
        return self._pseudonyms.report()

    def value(self, value: JsonValue) -> JsonValue:
        """Return a copy without secrets and personal data, in keys as well; what lies too deep is cut off."""
        for text, meaning in _texts(value, Meaning.NOTHING, MAX_DEPTH):
            self._pseudonyms.reserve(text)
            if meaning is Meaning.SECRET and len(self._named) < MAX_NAMED and self._is_telling(text):
                self._named[assignments.identity(text)] = None
        self._known = self._given.also(self._named) if self._named else self._given
        self._clean.clear()
        return self._value(value, Meaning.NOTHING, MAX_DEPTH)

    def _value(self, value: JsonValue, meaning: Meaning, depth: int) -> JsonValue:
        match value:
            case str():
                return self._text(value, meaning)
            case bool() | float() | None:
                return value
            case int():
                return self._integer(value, meaning)
            case _ if depth == 0:
                return MARK
            case list():
                return [self._value(item, meaning, depth - 1) for item in value]
            case dict():
                return self._mapping(value, meaning, depth - 1)

    def _mapping(self, value: dict[str, JsonValue], meaning: Meaning, depth: int) -> dict[str, JsonValue]:
        redacted: dict[str, JsonValue] = {}
        for key, item in value.items():
            name = stem = self._text(key, Meaning.NOTHING)
            while name in redacted:  # two spellings of one thing
                name = f"{stem} ({len(redacted)})"
            redacted[name] = self._value(item, _meaning(value, key, meaning), depth)
        return redacted

    def _integer(self, value: int, meaning: Meaning) -> JsonValue:
        if not MIN_INTEGER <= abs(value) < MAX_INTEGER:
            return value
        text = str(value)
        redacted = self._text(text, meaning if meaning is Meaning.PHONE else Meaning.NOTHING)
        return value if redacted == text else redacted

    def _text(self, text: str, meaning: Meaning) -> str:
        whole = self._whole(text, meaning)
        if whole is not None and not self._stays(whole, text):
            return self._pseudonyms.of(whole.kind, whole.identity)
        if text in self._clean:
            return text
        for _ in range(MAX_ROUNDS):
            redacted = self._once(text)
            if redacted is None:
                break
            text = redacted
        if len(text) <= MAX_CLEAN_CHARS and len(self._clean) < MAX_CLEAN:
            self._clean.add(text)
        return text

    def _whole(self, text: str, meaning: Meaning) -> Found | None:
        """Take all of the text for what its key says that it is."""
        if meaning is Meaning.SECRET:
            return _secret(text)
        if meaning is Meaning.NOTHING or self._pseudonyms.own(text):  # what is redacted looks like another thing
            return None
        if meaning is Meaning.PHONE:
            return self._phones.whole(plain(text))
        return _secret(text) if assignments.is_token(text) else None

    def _is_telling(self, text: str) -> bool:
        """Tell a secret that can be looked for from a word that is in every text."""
        secret = assignments.identity(text)
        return len(secret) >= MIN_NAMED_CHARS and assignments.looks_random(secret) and text not in self._keep

    def _stays(self, each: Found, text: str) -> bool:
        return self._is_kept(each, text) or pseudonyms.inside((each.start, each.end), self._pseudonyms.own(text))

    def _is_kept(self, each: Found, text: str) -> bool:
        return (each.kind, each.identity) in self._kept or text[each.start : each.end] in self._keep

    def _once(self, text: str) -> str | None:
        """Replace what is found, or return None if that is nothing."""
        own = self._pseudonyms.own(text)
        seen = (each for each in self._found(text) if not own or not pseudonyms.inside((each.start, each.end), own))
        pieces: list[str] = []
        end = 0
        for each in found.apart(seen, text):
            pieces += text[end : each.start], _fitting(self._pseudonyms.of(each.kind, each.identity), each, text)
            end = each.end
        return "".join([*pieces, text[end:]]) if pieces else None

    def _found(self, text: str) -> Iterable[Found]:
        streams = chain([_secrets(self._known, text)], self._streams(plain(text)))
        ordered = found.in_order(streams, long=len(text) > LONG_CHARS)
        if not self._kept and not self._keep:
            return ordered
        return (each for each in ordered if each.rank == found.KNOWN or not self._is_kept(each, text))

    def _each(self, text: str) -> Iterable[Found]:
        return chain(*self._streams(plain(text)))

    def _streams(self, text: str) -> Iterator[Iterator[Found]]:
        """List what each detector finds that needs to know no secret; each finds in order."""
        yield assignments.found(text)
        for rule in self._rules:
            yield _ruled(rule, text)
        yield emails.found(text)
        yield ibans.found(text)
        if stretches := digits.stretches(text):
            yield cards.found(text, stretches)
            yield self._phones.found(text, stretches)


def _secret(text: str) -> Found | None:
    identity = assignments.identity(text)
    return Found(0, len(text), found.SECRET, "secret", identity) if any(map(str.isalnum, identity)) else None


def _secrets(known: Redactor, text: str) -> Iterator[Found]:
    for start, end, secret in known.found(text):
        yield Found(start, end, found.KNOWN, "secret", assignments.identity(secret))


def _ruled(rule: Rule, text: str) -> Iterator[Found]:
    for start, end in patterns.spans(rule.pattern, text):
        yield Found(start, end, found.RULE, rule.name, text[start:end])


def _fitting(name: str, each: Found, text: str) -> str:
    """Put the quotes of its key around a name that stands for a number in JSON, so that it is JSON still."""
    key = _JSON_KEY.search(text, max(0, each.start - 12), each.start) if text[each.start : each.end].isdigit() else None
    return f"{key[1]}{name}{key[1]}" if key else name


def _meaning(value: dict[str, JsonValue], key: str, outer: Meaning) -> Meaning:
    """Return what a key says, or the one above it in `{"name": "authorization", "value": {"stringValue": …}}`."""
    own = names.meaning(key)
    if own is not Meaning.NOTHING or key not in _VALUE_KEYS:
        return own
    name = value.get("name", value.get("key"))
    return names.meaning(name) if isinstance(name, str) else outer


def _texts(value: JsonValue, meaning: Meaning, depth: int) -> Iterator[tuple[str, Meaning]]:
    """Yield every text of a value, keys too, with what its key says."""
    if isinstance(value, str):
        yield value, meaning
    elif isinstance(value, list) and depth:
        for item in value:
            yield from _texts(item, meaning, depth - 1)
    elif isinstance(value, dict) and depth:
        for key, item in value.items():
            yield key, Meaning.NOTHING
            yield from _texts(item, _meaning(value, key, meaning), depth - 1)
