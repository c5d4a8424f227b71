"""`TRACEPARENT` and what a run is → the place of the run in a trace, and the ids of its spans.

Ids are hashes of what they name, of when the run began, and of a nonce: applications are told the ids of their trials,
and who could compute them would know the arm.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from llmgate.trial import Trial

MAX_CARRIED_CHARS = 8_192
TRACEPARENT, TRACESTATE, BAGGAGE = "TRACEPARENT", "TRACESTATE", "BAGGAGE"

# https://www.w3.org/TR/trace-context/#traceparent-header; a later version may have more behind a dash
_PARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[!-~]{0,400})?")
_PRINTABLE = re.compile(r"[ -~\t]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The span of another program that this run is a part of."""

    trace: str
    span: str
    flags: int
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The trace of a run and the id of its first span; `carried` is what programs that it starts are told."""

    trace: str
    root: str
    parent: Parent | None = None
    carried: Mapping[str, str] = field(default_factory=dict)
    nonce: str = field(default="", repr=False)

    def span(self, *parts: object) -> str:
        """Name a span of this trace."""
        return _hashed(self.nonce, self.trace, *parts)[:16]

    def trial(self, trial: Trial) -> str:
        """Name the span of a trial."""
        return self.span("trial", f"{trial.fixture}/{trial.arm}/{trial.index}")


def of(environment: Mapping[str, str], *run: object, nonce: str = "") -> Place:
    """Find the place of a run, which `run` tells apart from all others. What is malformed begins a new trace."""
    parent = parsed(environment.get(TRACEPARENT, ""), environment.get(TRACESTATE, ""))
    trace = parent.trace if parent else _hashed("trace", *run)[:32]
    root = _hashed(trace, "run", *run)[:16]
    flags = parent.flags if parent else 1
    others = {TRACESTATE: parent.state if parent else "", BAGGAGE: _fit(environment.get(BAGGAGE, ""))}
    carried = {name: value for name, value in others.items() if value}
    carried[TRACEPARENT] = f"00-{trace}-{root}-{flags:02x}"
    return Place(trace=trace, root=root, parent=parent, carried=carried, nonce=nonce)


def parsed(text: str, state: str = "") -> Parent | None:
    """Read a `traceparent`; None where it is none."""
    found = _PARENT.fullmatch(text.strip()[:512])
    if found is None:
        return None
    version, trace, span, flags, more = found.groups()
    if version == "ff" or (version == "00" and more) or not trace.strip("0") or not span.strip("0"):
        return None
    return Parent(trace=trace, span=span, flags=int(flags, 16) & 1, state=_fit(state))


def _fit(value: str) -> str:
    return value if len(value) <= MAX_CARRIED_CHARS and _PRINTABLE.fullmatch(value) else ""


def _hashed(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()
