"""Two answers → the lines of a diff: a clause a line, and where most of a clause stays, its words that differ alone."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from llmgate.prompts import wording
from llmgate.prompts.wording import Fate, Segment

WIDTH = 96  # columns of a comment's code block, which does not wrap
MOST_EQUAL_LINES = 6
MOST_CHANGED_LINES = 30  # in one run
LEAST_KEPT_WORDS = 3
LEAST_KEPT_SHARE = 0.5
SIGNS = {Fate.KEPT: " ", Fate.REMOVED: "-", Fate.ADDED: "+"}
ONLY_SPACE = "  … they differ in white space alone …"
_SHOWN_EQUAL = 2
_BEGUN = 2  # words that begin a clause, and what went or came behind them

_STOP = "(?:[.!?…][\"'\u201d\u2019)\\]]*+[^\\S\\n]++(?![a-z])|[\u3002\uff01\uff1f]|\\n)"
_CLAUSE = re.compile(rf"[^\n]*?(?:{_STOP}|\Z)")
_ENDED = re.compile(rf"{_STOP}\Z")
_WORD = re.compile(r"\w+")


def lines(before: str, after: str, *, width: int = WIDTH) -> list[str]:
    """Write both answers as one diff; equal lines are printed once, and only some of many."""
    found = runs(before, after)
    same = all(run.fate is Fate.KEPT for run in found)
    written: list[str] = []
    for place, run in enumerate(found):
        told = list(_wrapped(run.text, width))
        if run.fate is Fate.KEPT and not same:
            told = _shortened(told, first=place == 0, last=place == len(found) - 1)
        if (rest := len(told) - MOST_CHANGED_LINES) > 0:
            told = [*told[:MOST_CHANGED_LINES], f"… {rest:,} more lines …"]
        written += [f"{SIGNS[run.fate]} {line}".rstrip() for line in told]
    return [*written, ONLY_SPACE] if same and before != after else written


def runs(before: str, after: str) -> tuple[Segment, ...]:
    """Compare word by word, and give up on words where hardly any of a clause stays; empty lines are left out."""
    return tuple(_joined(_by_clause(wording.segments(_dense(before), _dense(after)))))


def _dense(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.split("\n") if line.strip())


def _by_clause(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Take what differs together with the rest of its clauses.

    What is left out or put in can be told to begin at each of several words, as `10 line` in `line 9 line 10 line 11`:
    it is told to begin where a clause does.
    """
    region: list[Segment] = []
    for segment in segments:
        if segment.fate is not Fate.KEPT:
            region.append(segment)
            continue
        if _is_whole(region):
            yield from _settled(region)
            region = []
        text = segment.text
        if len(region) == _BEGUN and region[0].fate is Fate.KEPT and region[1].text.endswith(region[0].text):
            begun, changed = region
            yield Segment(changed.fate, begun.text + changed.text.removesuffix(begun.text))
            region, text = [], begun.text + text
        for clause in filter(None, _CLAUSE.findall(text)):
            region.append(Segment(Fate.KEPT, clause))
            if _ENDED.search(clause):
                yield from _settled(region)
                region = []
    yield from _settled(region)


def _is_whole(region: list[Segment]) -> bool:
    """Whether all that went and came last are whole clauses, so that a new one begins here."""
    last = next((at for at in range(len(region), 0, -1) if region[at - 1].fate is Fate.KEPT), 0)
    return all(_ENDED.search(segment.text) for segment in region[last:])


def _settled(region: list[Segment]) -> Iterator[Segment]:
    """Say which words of some clauses differ, or that all do; a word or two beside a change is a part of it."""
    counts = [len(_WORD.findall(segment.text)) for segment in region]
    stays = [
        segment.fate is Fate.KEPT and (count >= LEAST_KEPT_WORDS or len(region) == 1)
        for segment, count in zip(region, counts, strict=True)
    ]
    kept = sum(count for count, stay in zip(counts, stays, strict=True) if stay)
    both = sum(count * (2 if segment.fate is Fate.KEPT else 1) for segment, count in zip(region, counts, strict=True))
    few = 2 * kept < LEAST_KEPT_SHARE * both
    for segment, stay in zip(region, stays, strict=True):
        if segment.fate is not Fate.KEPT or (stay and not few):
            yield segment
        else:
            yield Segment(Fate.REMOVED, segment.text)
            yield Segment(Fate.ADDED, segment.text)


def _joined(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Put neighbours of one fate together, and what goes before what comes."""
    waiting = dict.fromkeys((Fate.KEPT, Fate.REMOVED, Fate.ADDED), "")
    for fate, text in segments:
        changing = waiting[Fate.REMOVED] or waiting[Fate.ADDED]
        if (fate is Fate.KEPT) == bool(changing) or (fate is not Fate.KEPT and waiting[Fate.KEPT]):
            yield from _told(waiting)
        waiting[fate] += text
    yield from _told(waiting)


def _told(waiting: dict[Fate, str]) -> Iterator[Segment]:
    for fate, text in waiting.items():
        if text:
            yield Segment(fate, text)
    waiting.update(dict.fromkeys(waiting, ""))


def _wrapped(text: str, width: int) -> Iterator[str]:
    for line in text.strip("\n").split("\n"):
        for clause in filter(None, _CLAUSE.findall(line)) if line else [""]:
            yield from textwrap.wrap(clause, width, expand_tabs=False, break_on_hyphens=False) or [""]


def _shortened(told: list[str], *, first: bool, last: bool) -> list[str]:
    """Keep the lines beside a change."""
    if len(told) <= MOST_EQUAL_LINES:
        return told
    start, end = (0 if first else _SHOWN_EQUAL), (0 if last else _SHOWN_EQUAL)
    rest = len(told) - start - end
    return [*told[:start], f"… {rest:,} equal lines …", *told[len(told) - end :]]
