"""Two answers → the runs of words that stay, go and come, in bounded time, and the lines of a diff made of them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from llmgate.prompts import wording

WIDTH = 96  # columns of a comment's code block, which does not wrap
MOST_EDITS = 120
MOST_EQUAL_LINES = 6
MOST_CHANGED_LINES = 30  # in one run
LEAST_KEPT_WORDS = 3
LEAST_KEPT_SHARE = 0.5
_SHOWN_EQUAL = 2

_SYLLABLES = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # scripts without spaces: each sign is a word
_WORD = re.compile(rf"\n|[^\S\n]+|(?:[{_SYLLABLES}]|[^\W{_SYLLABLES}]+|[^\w\s])[^\S\n]*")
_STOPS, _WIDE_STOPS, _CLOSING = "[.!?…]", "[\u3002\uff01\uff1f]", "[\"'\u201d\u2019)\\]]"
_CLAUSE = re.compile(rf"\n|[^\n]+?(?:{_STOPS}{_CLOSING}*+[^\S\n]++(?![a-z])|{_WIDE_STOPS}|(?=\n)|\Z)")
_ALONE = re.compile(r"\w")


class Kind(StrEnum):
    """What became of words; the value is the first sign of their lines in a diff."""

    KEPT = " "
    REMOVED = "-"
    ADDED = "+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words with one fate. All but the added make the text before, all but the removed the text after."""

    kind: Kind
    text: str


@dataclass(slots=True, kw_only=True)
class _Piece:
    """Words that stay, and what goes and comes right behind them."""

    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


def runs(before: str, after: str) -> tuple[Run, ...]:
    """Compare clause by clause, and what differs word by word where enough of it stays."""
    pieces: list[_Piece] = []
    for piece in _pieces(_clauses(before), _clauses(after)):
        pieces += [_Piece(kept=piece.kept), *_within("".join(piece.removed), "".join(piece.added))]
    return tuple(_joined(pieces))


def lines(before: str, after: str, *, width: int = WIDTH) -> list[str]:
    """Write the runs as the lines of a diff, a clause a line; equal lines are printed once, and only some of many."""
    found = runs(before, after)
    same = all(run.kind is Kind.KEPT for run in found)
    written: list[str] = []
    for place, run in enumerate(found):
        told = list(_wrapped(run.text, width))
        if run.kind is Kind.KEPT and not same:
            told = _shortened(told, first=place == 0, last=place == len(found) - 1)
        if (rest := len(told) - MOST_CHANGED_LINES) > 0:
            told = [*told[:MOST_CHANGED_LINES], f"… {rest:,} more lines …"]
        written += [f"{run.kind} {line}".rstrip() for line in told]
    return written


def _clauses(text: str) -> list[str]:
    """Split into sentences, or lines where these are shorter; each line break is a clause of its own."""
    return _CLAUSE.findall(text)


def _pieces(old: Sequence[str], new: Sequence[str]) -> list[_Piece]:
    """Compare two lists; where they differ too much to say how, all of one goes and all of the other comes."""
    within = len(old) + len(new) <= wording.MAX_WORDS
    found = wording.edits(old, new, MOST_EDITS) if within else None
    if found is None:
        return [_Piece(removed=list(old), added=list(new))]
    pieces, at = [_Piece()], 0
    for edit in found:
        if edit.old > at:
            pieces.append(_Piece(kept=list(old[at : edit.old])))
            at = edit.old
        if edit.inserts:
            pieces[-1].added.append(new[edit.new])
        else:
            pieces[-1].removed.append(old[edit.old])
            at += 1
    return [*pieces, _Piece(kept=list(old[at:]))]


def _within(removed: str, added: str) -> list[_Piece]:
    """Say which words of some clauses differ, or that all do where hardly any is left as it was."""
    old, new = _WORD.findall(removed), _WORD.findall(added)
    pieces = list(_smoothed(_pieces(old, new)))
    kept = sum(len(piece.kept) for piece in pieces)
    if 2 * kept < LEAST_KEPT_SHARE * (len(old) + len(new)):
        return [_Piece(removed=[removed], added=[added])]
    return pieces


def _smoothed(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Take a word or two beside a change for a part of it: a reader wants phrases."""
    for piece in pieces:
        if sum(bool(_ALONE.match(word)) for word in piece.kept) < LEAST_KEPT_WORDS:
            yield _Piece(removed=[*piece.kept, *piece.removed], added=[*piece.kept, *piece.added])
        else:
            yield piece


def _joined(pieces: Iterable[_Piece]) -> Iterator[Run]:
    """Put neighbours of one kind together."""
    waiting = dict.fromkeys(Kind, "")
    for piece in pieces:
        kept = "".join(piece.kept)
        if kept and (waiting[Kind.REMOVED] or waiting[Kind.ADDED]):
            yield from _told(waiting)
        waiting[Kind.KEPT] += kept
        waiting[Kind.REMOVED] += "".join(piece.removed)
        waiting[Kind.ADDED] += "".join(piece.added)
    yield from _told(waiting)


def _told(waiting: dict[Kind, str]) -> Iterator[Run]:
    for kind in Kind:
        if text := waiting[kind]:
            yield Run(kind=kind, text=text)
        waiting[kind] = ""


def _wrapped(text: str, width: int) -> Iterator[str]:
    for line in (text.strip("\n") or "").split("\n"):
        for clause in _clauses(line) or [""]:
            yield from textwrap.wrap(clause, width, expand_tabs=False, break_on_hyphens=False) or [""]


def _shortened(told: list[str], *, first: bool, last: bool) -> list[str]:
    """Keep the lines beside a change."""
    if len(told) <= MOST_EQUAL_LINES:
        return told
    start, end = (0 if first else _SHOWN_EQUAL), (0 if last else _SHOWN_EQUAL)
    rest = len(told) - start - end
    return [*told[:start], f"… {rest:,} equal lines …", *told[len(told) - end :]]
