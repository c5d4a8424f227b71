"""A trace → when each of its calls was. Calls are laid end to end: what was waited between them is not kept."""

from __future__ import annotations

from dataclasses import dataclass

from llmgate.trial import Call, Trace

SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Timed:
    """A call with its begin and its end, in nanoseconds since 1970."""

    call: Call
    started_ns: int
    ended_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The calls of a trial: its own, what the judge was asked, and those of each repeat."""

    started_ns: int
    ended_ns: int
    own: tuple[Timed, ...]
    judge: tuple[Timed, ...]
    repeats: tuple[tuple[Timed, ...], ...]


def of(trace: Trace, *, now: float | None = None) -> Timeline:
    """Lay out a trial. `now` takes the place of the time that it was finished at, in seconds since 1970.

    `finished_at` is when the last answer to the request came: behind the repeats, where there are some; what the judge
    was asked lies between, or behind.
    """
    judging = tuple(ruling.call for ruling in trace.rulings.values() if ruling.call)
    groups = (trace.calls, judging, *(repeat.calls for repeat in trace.repeats))
    finished = _ns(trace.finished_at if now is None else now)
    before = groups if any(groups[2:]) or now is not None else groups[:1]
    at = started = finished - sum(_ns(call.latency_s) for group in before for call in group)
    laid: list[tuple[Timed, ...]] = []
    for group in groups:
        timed, at = _laid(group, at)
        laid.append(timed)
    return Timeline(started_ns=started, ended_ns=at, own=laid[0], judge=laid[1], repeats=tuple(laid[2:]))


def _laid(calls: tuple[Call, ...], at: int) -> tuple[tuple[Timed, ...], int]:
    laid: list[Timed] = []
    for call in calls:
        end = at + _ns(call.latency_s)
        laid.append(Timed(call, at, end))
        at = end
    return tuple(laid), at


def _ns(seconds: float) -> int:
    return round(max(seconds, 0.0) * SECOND)
