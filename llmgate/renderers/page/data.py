"""A Report and the trials beside it → the JSON that the page's script reads, which cannot leave its element."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from llmgate.renderers import causes, figures, inert, sentences
from llmgate.renderers.page import comparisons, markup
from llmgate.renderers.parts import Code, Part, Prose, Sentence, Strong
from llmgate.report import FixtureEntry, Report
from llmgate.report.plotted import SkippedEntry
from llmgate.report.shown import Shown, ShownTrial

_ESCAPES = ("<", ">", "&", "\u2028", "\u2029")


def document(report: Report, shown: Shown) -> str:
    """Write what the script needs; the same report and trials give the same bytes."""
    trials: defaultdict[str, list[ShownTrial]] = defaultdict(list)
    for trial in shown.trials:
        trials[trial.fixture].append(trial)
    names = {entry.category: entry.name for entry in report.guarded}
    ran = (_fixture(entry, trials[entry.id], names) for entry in sorted(report.fixtures, key=_order))
    skipped = (_skipped(entry, names) for entry in report.skipped)
    told = {"fixtures": [_told(fixture) for fixture in (*ran, *skipped)]}
    written = json.dumps(_clean(told), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in _ESCAPES:
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return written


_TIERS = ("confirmed", "likely", "suspected", "new", "clear", "excepted")
_OUTCOMES = {"confirmed": "broken", "likely": "worse", "suspected": "worse", "new": "new", "excepted": "excepted"}


def _order(entry: FixtureEntry) -> tuple[int, bool, float, bool, str]:
    whole = entry.head.passed == entry.head.trials
    return _TIERS.index(entry.tier), not entry.critical, -(entry.evidence or 0.0), whole, entry.id


def outcome(entry: FixtureEntry) -> str:
    """Name what became of a fixture, as the filter does."""
    if not entry.head.trials:
        return "unanswered"
    return _OUTCOMES.get(entry.tier, "passed")


def _fixture(entry: FixtureEntry, trials: list[ShownTrial], names: Mapping[str, str]) -> dict[str, Any]:
    kind = causes.kind(entry)
    return {
        "id": inert.line(entry.id, markup.NAME_CHARS),
        "title": inert.line(entry.title, markup.NAME_CHARS),
        "outcome": outcome(entry),
        "tier": entry.tier,
        "guards": _named(entry.guards, names),
        "notes": [*(["critical"] if entry.critical else []), *(["base form"] if entry.form == "base" else [])],
        "base": sentences.score(entry.base) if entry.base.trials else figures.NONE,
        "head": sentences.score(entry.head) if entry.head.trials else figures.NONE,
        "odds": figures.odds(entry.evidence),
        "difference": figures.points(entry.difference) if entry.difference is not None else figures.NONE,
        "interval": _interval(entry),
        "kind": inert.line(entry.category or "", markup.NAME_CHARS),
        "cause": _parts((sentences.cause(entry),)) if entry.attribution else [],
        "why": [_parts(said) for said in (kind, *causes.facts(entry), *causes.sentences(entry)) if said],
        "error": _error(entry),
        **comparisons.of(entry, trials),
    }


def _error(entry: FixtureEntry) -> str:
    if not entry.errors:
        return ""
    return f"{figures.count(entry.errors, 'trial')} without an answer: {inert.line(entry.error, markup.PROSE_CHARS)}"


def _told(fixture: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing: of ten thousand fixtures it would be a megabyte."""
    return {name: value for name, value in fixture.items() if value not in ("", [], None)}


def _interval(entry: FixtureEntry) -> str:
    return f"{figures.points(entry.interval[0])} to {figures.points(entry.interval[1])}" if entry.interval else ""


def _skipped(entry: SkippedEntry, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": inert.line(entry.id, markup.NAME_CHARS),
        "title": inert.line(entry.title, markup.NAME_CHARS),
        "outcome": "skipped",
        "tier": "",
        "guards": _named(entry.guards, names),
        "why": [[["text", "Both arms send the same bytes, so there was nothing to compare: skipped."]]],
    }


def _named(category: str, names: Mapping[str, str]) -> str:
    return inert.line(names.get(category, category.replace("_", " ")), markup.NAME_CHARS)


def _parts(sentence: Sentence) -> list[list[str]]:
    return [_part(part) for part in sentence]


def _part(part: Part) -> list[str]:
    match part:
        case Code(words):
            return ["code", inert.line(words, markup.CODE_CHARS) or figures.NONE]
        case Prose(words):
            return ["text", inert.line(words, markup.PROSE_CHARS)]
        case Strong(words):
            return ["strong", words]
        case str():
            return ["text", part]


def _clean(value: Any) -> Any:
    """Drop what cannot be seen from every text, whatever it is in."""
    match value:
        case str():
            return value if value.isascii() and value.isprintable() else inert.clean(value)
        case dict():
            return {key: _clean(item) for key, item in value.items()}
        case list() | tuple():
            return _all_clean(value)
        case _:
            return value


def _all_clean(values: Iterable[Any]) -> list[Any]:
    return [_clean(item) for item in values]
