"""The assertions of a trial → the texts that an answer was to have, or was to be without, and which of them it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from llmgate.assertions import json_text, patterns
from llmgate.assertions.contains import Contains
from llmgate.assertions.contains_all import ContainsAll
from llmgate.assertions.contains_any import ContainsAny
from llmgate.assertions.equals import Equals
from llmgate.assertions.factuality import Factuality
from llmgate.assertions.icontains import IContains
from llmgate.assertions.icontains_all import IContainsAll
from llmgate.assertions.icontains_any import IContainsAny
from llmgate.assertions.levenshtein import Levenshtein
from llmgate.assertions.llm_rubric import LlmRubric
from llmgate.assertions.regex import Regex
from llmgate.assertions.rouge_n import RougeN
from llmgate.assertions.starts_with import StartsWith
from llmgate.diagnose.reading import claims
from llmgate.diagnose.reading.claims import Sort
from llmgate.diagnose.reading.words import Text, is_evidence
from llmgate.errors import CannotJudge

MAX_EXPECTED = 40
MAX_LEAVES = 50
MAX_TEXT_CHARS = 2_000

_SENTENCE = re.compile(r"[^.!?\n]{1,500}")
_DENIED = re.compile(r"(?i)\b(?:not|no|never|without|neither|nor|\w+n't)\b")
_WAS_EXPECTED = re.compile(r": (?:'([^']{1,200})'|\"([^\"]{1,200})\"|(-?[\d.]{1,40})) was expected")


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Texts of which any one would do, or a pattern.

    `met` says whether the answer has it, or is without it where it is `forbidden`; `weak` that it is inferred.
    """

    assertion: str
    texts: tuple[Text, ...] = ()
    pattern: str | None = None
    forbidden: bool = False
    met: bool = False
    weak: bool = False

    def stands_in(self, text: Text) -> bool:
        if self.pattern is not None:
            return _matches(self.pattern, text.written)
        return any(text.has(part) for part in self.texts)

    @property
    def is_evidence(self) -> bool:
        """Whether it says enough to be looked for in documents."""
        if self.pattern is not None:
            return bool(re.search(r"(?<!\\)\d|[^\W\d_]{4,}", re.sub(r"\\[a-zA-Z]", " ", self.pattern)))
        return any(is_evidence(part.written) for part in self.texts)

    @property
    def values(self) -> frozenset[str]:
        """The numbers in it."""
        return frozenset(value for part in self.texts for value in part.values)

    @property
    def units(self) -> frozenset[str]:
        return frozenset(unit for part in self.texts for units in part.units.values() for unit in units)

    @property
    def sort(self) -> Sort | None:
        """How it is looked up, where it is an id or a date."""
        found = {claim.sort for part in self.texts[:1] for claim in claims.of(part)}
        return next((sort for sort in (Sort.ID, Sort.DATE) if sort in found), None)

    @property
    def shown(self) -> str:
        return self.pattern if self.pattern is not None else " or ".join(part.written for part in self.texts[:3])


def of_check(kind: str, check: Any, output: Text, *, reason: str, passed: bool) -> Iterator[Expected]:
    """Say what one assertion expects; `kind` has its `not-`."""
    forbidden = kind.startswith("not-")
    for texts, pattern, weak in _wanted(check, output, reason):
        found = Expected(assertion=kind, texts=texts, pattern=pattern, forbidden=forbidden, weak=weak)
        here = _has(found, output, check) if texts or pattern else passed
        met = not here if forbidden else here
        yield Expected(assertion=kind, texts=texts, pattern=pattern, forbidden=forbidden, weak=weak, met=met)


def of_reference(name: str, reference: str, output: Text) -> Iterator[Expected]:
    """Take the numbers and dates of a right answer for what is expected."""
    whole = Text(written=reference[:MAX_TEXT_CHARS])
    for claim in _figures(whole):
        part = Text(written=claim)
        yield Expected(assertion=name, texts=(part,), met=output.has(part), weak=True)


Wanted = tuple[tuple[Text, ...], str | None, bool]


def _wanted(check: Any, output: Text, reason: str) -> Iterator[Wanted]:
    match check:
        case Contains() | IContains() | StartsWith():
            yield _texts([check.value]), None, False
        case ContainsAll() | IContainsAll():
            yield from ((_texts([value]), None, False) for value in check.value[:MAX_EXPECTED])
        case ContainsAny() | IContainsAny():
            yield _texts(check.value[:MAX_EXPECTED]), None, False
        case Regex():
            yield _texts(_figures(Text(written=_literal(check.value)))), check.value, False
        case Equals():
            yield from ((_texts([leaf]), None, False) for leaf in _leaves(check.value, output.written))
        case Factuality() | RougeN() | Levenshtein():
            yield from ((_texts([claim]), None, True) for claim in _figures(Text(written=check.value[:MAX_TEXT_CHARS])))
        case LlmRubric():
            yield from ((_texts([claim]), None, True) for claim in _demanded(check.value[:MAX_TEXT_CHARS]))
        case _:
            if found := _WAS_EXPECTED.search(reason):
                yield _texts([next(filter(None, found.groups()))]), None, False


def _literal(pattern: str) -> str:
    """Write the numbers in a pattern as they would stand in a text."""
    plain = re.sub(r"\\[bAzZBQE]|\(\?[a-zA-Z:]*|[?()^$]", "", pattern[:MAX_TEXT_CHARS])
    plain = re.sub(r"\[[.,]{1,2}\]|\\\.", ".", re.sub(r"\\s[+*]?", " ", plain))
    return re.sub(r"\[[^\]]*\]|\{[^}]*\}|[\\|*+]", " ", plain)


def _demanded(criterion: str) -> Iterator[str]:
    """Take the figures of what a criterion asks for, and not of what it rules out."""
    for sentence in _SENTENCE.findall(criterion):
        if not _DENIED.search(sentence):
            yield from _figures(Text(written=sentence))


def _texts(written: Iterable[str]) -> tuple[Text, ...]:
    return tuple(Text(written=text[:MAX_TEXT_CHARS]) for text in written)


def _has(expected: Expected, output: Text, check: Any) -> bool:
    if expected.pattern is not None:
        return _matches(expected.pattern, output.written)
    if isinstance(check, StartsWith):
        return output.written.startswith(check.value)
    folded = isinstance(check, IContains | IContainsAll | IContainsAny)
    if expected.weak or isinstance(check, Equals):
        return any(output.has(part) for part in expected.texts)
    if folded:
        return any(part.written.lower() in output.written.lower() for part in expected.texts)
    return any(part.written in output.written for part in expected.texts)


def _matches(pattern: str, text: str) -> bool:
    try:
        return patterns.found(pattern, text)
    except CannotJudge:
        return False


def _figures(text: Text) -> Iterator[str]:
    """Write each number of a text with its unit, and each date."""
    for date in text.found.dates[:MAX_EXPECTED]:
        yield date.text
    for number in text.found.numbers[:MAX_EXPECTED]:
        units = sorted({unit for value in number.values for unit in text.units.get(value, ())})
        yield f"{number.text} {units[0]}" if units else number.text


def _leaves(expected: JsonValue, output: str) -> Iterator[str]:
    """List the texts and numbers of an expected value that the output's value has otherwise."""
    if not isinstance(expected, dict | list):
        if isinstance(expected, str):
            yield expected
        return
    try:
        actual = None if json_text.flaw(output) else json_text.build(output)
    except CannotJudge:
        actual = None
    for count, leaf in enumerate(_differing(expected, actual)):
        if count == MAX_LEAVES:
            return
        yield leaf


def _differing(expected: JsonValue, actual: JsonValue) -> Iterator[str]:
    """Walk along what is expected, whose depth its own reader bounds."""
    if isinstance(expected, dict):
        for key, item in expected.items():
            yield from _differing(item, actual.get(key) if isinstance(actual, dict) else None)
    elif isinstance(expected, list):
        for place, item in enumerate(expected):
            there = isinstance(actual, list) and place < len(actual)
            yield from _differing(item, actual[place] if there and isinstance(actual, list) else None)
    elif isinstance(expected, str | int | float) and not isinstance(expected, bool) and expected != actual:
        yield str(expected)
