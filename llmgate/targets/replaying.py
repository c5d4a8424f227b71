"""A model's tool calls and a fixture's recorded results → what each call is answered, or the miss that ends the trial.

Arguments are compared as JSON values: the order of keys is nothing, `1` and `1.0` are the same number, `1` and `true`
are not the same, and text that holds a JSON object is that object, because some APIs carry arguments as text.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pydantic import JsonValue

from llmgate.fixture import ToolResult
from llmgate.message import ToolCallPart, ToolDefinition
from llmgate.providers import api
from llmgate.trial import Miss, MissKind

MAX_CALLS_PER_ANSWER = 100
MAX_NEIGHBOURS = 50
MAX_DIFFERENCES = 20
MAX_SHOWN_CHARS = 60
MAX_SHOWN = 3

_Ignored = dict[str, Any]
"""The ignored arguments by name: an empty mapping for all of one, a filled one for parts of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recorded:
    """One entry of a fixture, in its place."""

    place: int
    entry: ToolResult

    @property
    def specificity(self) -> tuple[bool, int, int]:
        """Sort first what fits the fewest calls: exact before ignoring before subset, then the most that is asked."""
        subset = self.entry.match == "subset"
        return subset, len(self.entry.ignore), -_leaves(self.entry.arguments)


class Replay:
    """The tools of one trial. What was served is counted here, so that each trial has one of its own."""

    def __init__(self, recorded: Iterable[ToolResult], offered: Iterable[ToolDefinition]) -> None:
        self._offered = tuple(tool.name for tool in offered)
        self._recorded: defaultdict[str, list[_Recorded]] = defaultdict(list)
        for place, entry in enumerate(recorded):
            self._recorded[entry.name].append(_Recorded(place=place, entry=entry))
        self._served: Counter[int] = Counter()

    def answers(self, calls: Sequence[ToolCallPart]) -> tuple[ToolResult, ...] | Miss:
        """Answer the calls of one message in their order; the first that has no answer is a miss."""
        if len(calls) > MAX_CALLS_PER_ANSWER:
            message = f"{len(calls)} tools were called in one answer; at most {MAX_CALLS_PER_ANSWER} are served"
            return Miss(kind=MissKind.TOO_MANY_CALLS, message=message)
        served: list[ToolResult] = []
        for call in calls:
            answer = self._answer(call)
            if isinstance(answer, Miss):
                return answer
            served.append(answer)
        return tuple(served)

    def _answer(self, call: ToolCallPart) -> ToolResult | Miss:
        if call.name not in self._offered:
            return Miss(kind=MissKind.HALLUCINATED_TOOL, message=f"{_named(call)}; offered: {_names(self._offered)}")
        recorded = self._recorded.get(call.name)
        if not recorded:
            return Miss(kind=MissKind.UNRECORDED_CALL, message=f"{_named(call)}; no result of this tool is recorded")
        called = api.arguments(call.arguments)
        fitting = [each for each in recorded if _fits(called, each.entry)]
        if not fitting:
            return Miss(kind=MissKind.WRONG_ARGUMENTS, message=f"{_named(call)}; {_nearest(called, recorded)}")
        best = min(fitting, key=lambda each: each.specificity)
        return self._next([each.entry for each in fitting if _alike(each.entry, best.entry)], best.place, call)

    def _next(self, sequence: Sequence[ToolResult], first: int, call: ToolCallPart) -> ToolResult | Miss:
        """Serve the next of equal entries; a lone one answers every repetition."""
        if len(sequence) == 1:
            return sequence[0]
        count = self._served[first]
        if count == len(sequence):
            return Miss(kind=MissKind.EXHAUSTED, message=f"{_named(call)}; all {count} recorded results were served")
        self._served[first] += 1
        return sequence[count]


def _fits(called: JsonValue, entry: ToolResult) -> bool:
    return _within(called, api.arguments(entry.arguments), _tree(entry.ignore), subset=entry.match == "subset")


def _alike(one: ToolResult, other: ToolResult) -> bool:
    """Tell whether two entries, which fit the same call, record the same call."""
    if (one.match, sorted(set(one.ignore))) != (other.match, sorted(set(other.ignore))):
        return False
    first, second = api.arguments(one.arguments), api.arguments(other.arguments)
    return _within(first, second, _tree(one.ignore), subset=False)


def _within(called: JsonValue, recorded: JsonValue, ignored: _Ignored, *, subset: bool) -> bool:
    """Compare by key, down to where one differs; what it takes is bounded by what is recorded."""
    if not isinstance(called, dict) or not isinstance(recorded, dict):
        return _same(called, recorded)
    skipped = {name for name, parts in ignored.items() if not parts}
    names = [name for name in recorded if name not in skipped]
    if not subset and len(called) - sum(name in called for name in skipped) != len(names):
        return False
    return all(
        name in called and _within(called[name], recorded[name], ignored.get(name, {}), subset=subset) for name in names
    )


def _same(one: JsonValue, other: JsonValue) -> bool:
    """Compare as JSON does: to Python, 1 and true are equal."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and len(one) == len(other)
            and all(name in other and _same(item, other[name]) for name, item in one.items())
        )
    if isinstance(one, list):
        return (
            isinstance(other, list)
            and len(one) == len(other)
            and all(_same(first, second) for first, second in zip(one, other, strict=True))
        )
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def _tree(names: Iterable[str]) -> _Ignored:
    """Read `a` and `b.c`: of all of an argument and of its parts, all of it is meant."""
    tree: _Ignored = {}
    for name in sorted(set(names), key=lambda each: -each.count(".")):
        *parents, last = name.split(".")
        place = tree
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = {}
    return tree


def _leaves(value: JsonValue) -> int:
    if not isinstance(value, dict | list):
        return 1
    return sum(_leaves(item) for item in (value.values() if isinstance(value, dict) else value))


def _nearest(called: JsonValue, recorded: Sequence[_Recorded]) -> str:
    """Say how the call differs from the recorded one that it is most like."""
    known = [(each.entry, api.arguments(each.entry.arguments)) for each in recorded[:MAX_NEIGHBOURS]]
    told = [list(islice(_differences(called, arguments, entry), MAX_DIFFERENCES)) for entry, arguments in known]
    nearest = min(told, key=len)
    more = " and other differences" if len(nearest) > MAX_SHOWN else ""
    return f"the nearest recorded call has {', '.join(nearest[:MAX_SHOWN])}{more}"


def _differences(called: JsonValue, recorded: JsonValue, entry: ToolResult) -> Iterator[str]:
    if not isinstance(called, dict) or not isinstance(recorded, dict):
        yield f"the arguments {_shown(recorded)}"
        return
    ignored, subset = _tree(entry.ignore), entry.match == "subset"
    for name, item in recorded.items():
        parts = ignored.get(name)
        if parts is not None and not parts:
            continue
        if name not in called or not _within(called[name], item, parts or {}, subset=subset):
            yield f"{_cut(name)}: {_shown(item)}"
    if not subset:
        yield from (f"no {_cut(name)}" for name in called if name not in recorded and name not in ignored)


def _named(call: ToolCallPart) -> str:
    return f"the model called {_cut(call.name)}({_shown(call.arguments)})"


def _names(offered: Sequence[str]) -> str:
    more = f" and {len(offered) - MAX_SHOWN} more" if len(offered) > MAX_SHOWN else ""
    return ", ".join(map(_cut, offered[:MAX_SHOWN])) + more or "no tools"


def _shown(value: JsonValue) -> str:
    return _cut(json.dumps(value, sort_keys=True, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN_CHARS else text[: MAX_SHOWN_CHARS - 1] + "…"
