"""Seeded edits of a long prompt in twelve places, of which one breaks the answers, or two do together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from llmgate.changes import Kind
from tests.benchmarks.diagnosis import pulls
from tests.benchmarks.diagnosis.application import Case
from tests.benchmarks.diagnosis.conditions import All, Condition, Lacks, Says
from tests.benchmarks.diagnosis.edits import Edit
from tests.benchmarks.diagnosis.pulls import How, Pull
from tests.benchmarks.diagnosis.repositories import Surface

HUNKS, ONE_GUILTY, BOTH_GUILTY = 12, 20, 6
_SUBJECTS = (
    ("Refunds", "a refund"),
    ("Delivery", "a delivery"),
    ("Accounts", "an account"),
    ("Prices", "a price"),
    ("Complaints", "a complaint"),
    ("Guarantees", "a guarantee"),
    ("Appointments", "an appointment"),
    ("Invoices", "an invoice"),
    ("Vouchers", "a voucher"),
    ("Privacy", "personal data"),
    ("Partners", "a partner"),
    ("Closing", "the end of a talk"),
)
_AROUND = (
    "When the question is about {what}, name the page that you took the answer from.",
    "Do not guess about {what}: what no page says is not known.",
    "{edited}",
    "Where {what} comes up twice, answer once.",
    "Who asks about {what} for somebody else gets the same answer.",
)
_BEFORE = "Speak about {what} in plain words."
_EDITED = (
    "Speak about {what} in simple words.",
    "Speak about {what} briefly and in plain words.",
    "Mention {what} with care.",
    None,
    "Speak about {what} in plain words, and stay polite.",
)


@dataclass(frozen=True, kw_only=True)
class PromptEdit:
    """A pull request that edits one prompt in twelve places; `hunks` are the guilty ones, counted from 0."""

    pull: Pull
    hunks: frozenset[int]
    number: int

    def with_hunks(self, places: frozenset[int]) -> Surface:
        """The base with some of the twelve hunks."""
        return replace(self.pull.base, rules=rules(places, self.number))


def rules(edited: frozenset[int], number: int) -> tuple[str, ...]:
    """Write the prompt with some of its twelve places edited."""
    found: list[str] = []
    for place, (title, what) in enumerate(_SUBJECTS):
        line = _line(place, number) if place in edited else _BEFORE.format(what=what)
        section = [text.format(what=what, edited=line) for text in _AROUND]
        found += [
            "",
            f"## {title}",
            "",
            *(text for text, kept in zip(section, _AROUND, strict=True) if kept != "{edited}" or line),
        ]
    return tuple(found)


def _line(place: int, number: int) -> str:
    text = _EDITED[(place + number) % len(_EDITED)]
    return text.format(what=_SUBJECTS[place][1]) if text else ""


def _holds(place: int, number: int) -> Condition:
    line = _line(place, number)
    return Says(line) if line else Lacks(_BEFORE.format(what=_SUBJECTS[place][1]))


def _edit(number: int) -> Edit:
    def apply(surface: Surface) -> Surface:
        return replace(surface, rules=rules(frozenset(range(HUNKS)), number))

    return Edit(kind=Kind.PROMPT, name="twelve places", apply=apply)


@cache
def prompt_edits() -> tuple[PromptEdit, ...]:
    return (*_all(ONE_GUILTY, 1), *_all(BOTH_GUILTY, 2))


def _all(count: int, guilty: int) -> Iterator[PromptEdit]:
    for number in range(count):
        places = frozenset({(7 * number + 3) % HUNKS} | ({(5 * number + 10) % HUNKS} if guilty > 1 else set()))
        if len(places) < guilty:
            places |= {(min(places) + 5) % HUNKS}
        yield PromptEdit(pull=_pull(number, guilty, places), hunks=places, number=number)


def _pull(number: int, guilty: int, places: frozenset[int]) -> Pull:
    """Take a repository of the other pulls, with the long prompt in the place of its rules."""
    name = pulls.NAMES[-1 - number - (ONE_GUILTY if guilty > 1 else 0)]
    how = How.ONE if guilty == 1 else How.BOTH
    other = pulls.made(number, name, (Kind.PROMPT,), (), how)
    when = All(tuple(_holds(place, number) for place in sorted(places)))
    return replace(
        other,
        name=f"{number:02d}-twelve-places-{how.value.replace(' ', '-')}",
        base=replace(other.base, rules=rules(frozenset(), number)),
        edits=(_edit(number),),
        rows=tuple(_ill(row, when) for row in other.rows),
    )


def _ill(row: Case, when: Condition) -> Case:
    return row if row.when is pulls.never else replace(row, when=when)
