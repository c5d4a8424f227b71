"""Exceptions, the suite, and the day → which of them can hold, and what to tell of the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from llmgate import config
from llmgate.exceptions.entry import MOST_DAYS, Entry, Kind
from llmgate.exceptions.reading import Listed
from llmgate.suite import Suite
from llmgate.verdict import Finding, Severity

RULE = "exceptions"
MOST_NAMED = 3


class State(StrEnum):
    """What an entry does. Only one that holds keeps a fixture from counting."""

    HOLDS = "holds"
    OTHER_REQUEST = "other_request"  # the head sends something else than was accepted: the fixture counts
    IDLE = "idle"  # the fixture has nothing to count: it sends the same on both arms, or does not run
    EXPIRED = "expired"
    TOO_LONG = "too_long"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The entries that decide; `void` says of some why they cannot hold, whatever is planned."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    void: Mapping[str, State] = field(default_factory=dict)

    def excepts(self, fixture: str, request: str) -> bool:
        """Tell whether a fixture for which the head sends this request does not count."""
        entry = self.entries.get(fixture)
        return entry is not None and fixture not in self.void and entry.request in (None, request)

    def states(self, excepted: Container[str], compared: Container[str]) -> Iterator[tuple[Entry, State]]:
        """Tell what each entry did in a plan that was made with them, by the ids of its fixtures."""
        for name, entry in sorted(self.entries.items()):
            if state := self.void.get(name):
                yield entry, state
            elif name in excepted:
                yield entry, State.HOLDS
            else:
                yield entry, State.OTHER_REQUEST if entry.request and name in compared else State.IDLE


def standing(listed: Listed, suite: Suite, known: Container[str], today: dt.date) -> Standing:
    """Find the entries that may hold today. `known` are the ids of all fixtures, active or not."""
    critical = frozenset(case.fixture.id for case in suite.cases if case.fixture.critical)
    states = {name: _void(entry, known, critical, today) for name, entry in listed.entries.items()}
    return Standing(entries=listed.entries, void={name: state for name, state in states.items() if state})


def _void(entry: Entry, known: Container[str], critical: Container[str], today: dt.date) -> State | None:
    if entry.fixture not in known:
        return State.UNKNOWN
    if today > entry.expires:
        return State.EXPIRED
    if entry.is_too_long(today):
        return State.TOO_LONG
    if entry.kind is Kind.QUARANTINED and entry.fixture in critical:
        return State.CRITICAL
    return None


def unreadable(listed: Listed) -> Iterator[Finding]:
    """Faults of the base's own file: nothing is excepted until they are mended."""
    yield from (Finding.at(fault, rule=RULE, severity=Severity.WARN) for fault in listed.faults)


def told(found: Standing) -> Iterator[Finding]:
    """Name the entries that cannot hold, with who answers for them: one finding for each reason."""
    for state, (said, remedy) in _SAID.items():
        entries = [found.entries[name] for name, void in found.void.items() if void is state]
        if entries:
            names = ", ".join(f"{each.fixture!r} ({each.who}, {each.expires})" for each in entries[:MOST_NAMED])
            rest = f" and {len(entries) - MOST_NAMED} more" if len(entries) > MOST_NAMED else ""
            yield Finding(
                rule=RULE,
                severity=Severity.WARN,
                message=f"{said}, so that they count for nothing: {names}{rest}",
                remedy=remedy,
                file=config.EXCEPTIONS,
                line=entries[0].line,
            )


_SAID = {
    State.EXPIRED: (
        "exceptions have expired",
        "mend the fixture and take the entry out, or renew it: `llmgate accept`, `llmgate quarantine`",
    ),
    State.TOO_LONG: (
        f"exceptions end more than {MOST_DAYS} days ahead",
        "give them an earlier day, and look again then",
    ),
    State.CRITICAL: (
        "critical fixtures cannot be quarantined",
        "accept what one request does (`llmgate accept`), or say in the fixture that it is not critical",
    ),
    State.UNKNOWN: ("exceptions name fixtures that there are not", "take these entries out, or correct the ids"),
}
