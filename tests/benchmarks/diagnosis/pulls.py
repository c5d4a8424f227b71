"""Seeded pull requests with several changes at once, of which one is guilty, or two are, together or each alone.

with modelserver.serve(pulls.application(some).answer) as server:
    pull = some[0]
    made = project.Project.create(folder / "repository", pull.base_files(server.url))
    made.pull(pull.head_files(server.url))
    ended = project.gate(made, folder)      # the report names pull.broken, and should name pull.guilty
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from llmgate.changes import Kind
from tests.benchmarks.diagnosis import edits, shops, wording
from tests.benchmarks.diagnosis.application import Application, Case, Heard, Tooling
from tests.benchmarks.diagnosis.conditions import All, AnyOf, Condition, Lacks
from tests.benchmarks.diagnosis.edits import Edit
from tests.benchmarks.diagnosis.repositories import Suite, Surface
from tests.benchmarks.diagnosis.shops import Shop
from tests.benchmarks.diagnosis.topics import Topic

ONE_GUILTY, BOTH_GUILTY, EITHER_GUILTY = 100, 12, 6
_ADJECTIVES = (
    "Amber",
    "Birch",
    "Copper",
    "Dover",
    "Ember",
    "Fjord",
    "Garnet",
    "Harbour",
    "Indigo",
    "Juniper",
    "Karst",
    "Lumen",
)
_NOUNS = (
    "Goods",
    "Mutual",
    "Outfitters",
    "Supply",
    "Works",
    "Trading",
    "Partners",
    "House",
    "Market",
    "Group",
    "Lines",
    "Studio",
)
NAMES = tuple(f"{adjective} {noun}" for noun in _NOUNS for adjective in _ADJECTIVES)


class How(StrEnum):
    """How the guilty changes break what they break."""

    ONE = "one alone"
    BOTH = "two together"
    EITHER = "each of two alone"


@dataclass(frozen=True, kw_only=True)
class Pull:
    """A pull request with its truth. `guilty` are the kinds of the changes that break the fixtures `broken`."""

    name: str
    base: Surface
    edits: tuple[Edit, ...]
    guilty: frozenset[Kind]
    how: How
    broken: frozenset[str]
    suite: Suite
    rows: tuple[Case, ...]

    @property
    def changed(self) -> frozenset[Kind]:
        return frozenset(edit.kind for edit in self.edits)

    @property
    def head(self) -> Surface:
        return self.with_changes(self.changed)

    def with_changes(self, kinds: Iterable[Kind]) -> Surface:
        """The base with some of the changes: an arm as swapped replays have it."""
        surface, wanted = self.base, frozenset(kinds)
        for edit in self.edits:
            surface = edit.apply(surface) if edit.kind in wanted else surface
        return surface

    def base_files(self, origin: str) -> dict[str, str]:
        return {**self.base.files(origin), **self.suite.files()}

    def head_files(self, origin: str) -> dict[str, str]:
        """The files that the head has otherwise."""
        before = self.base.files(origin)
        return {path: text for path, text in self.head.files(origin).items() if before.get(path) != text}


def application(pulls: Iterable[Pull]) -> Application:
    return Application(row for pull in pulls for row in pull.rows)


@cache
def pulls() -> tuple[Pull, ...]:
    return (*_one_guilty(), *_both_guilty(), *_either_guilty())


_KINDS = (Kind.PROMPT, Kind.MODEL, Kind.PARAMS, Kind.TOOLS, Kind.RETRIEVAL)


def _one_guilty() -> Iterator[Pull]:
    for number in range(ONE_GUILTY):
        guilty = _KINDS[number % len(_KINDS)]
        rest = [kind for kind in _KINDS if kind is not guilty]
        turn = number // len(_KINDS)
        others = list(itertools.islice(itertools.cycle(rest), turn % 4, turn % 4 + 1 + number % 2))
        yield made(number, NAMES[number], (guilty,), tuple(others), How.ONE)


def _both_guilty() -> Iterator[Pull]:
    pairs = list(itertools.combinations(_KINDS, 2))
    for number in range(BOTH_GUILTY):
        pair = pairs[number % len(pairs)]
        others = [kind for kind in _KINDS if kind not in pair][: number % 2]
        yield made(number, NAMES[ONE_GUILTY + number], pair, tuple(others), How.BOTH)


def _either_guilty() -> Iterator[Pull]:
    pairs = list(itertools.combinations(_KINDS[:4], 2))
    for number in range(EITHER_GUILTY):
        yield made(number, NAMES[ONE_GUILTY + BOTH_GUILTY + number], pairs[number], (), How.EITHER)


def made(number: int, name: str, guilty: tuple[Kind, ...], others: tuple[Kind, ...], how: How) -> Pull:
    shop = shops.opened(number, name, guilty, {*guilty, *others})
    harmful = tuple(_harmful(kind, number, shop, how) for kind in guilty)
    harmless = tuple(_harmless(kind, number, shop) for kind in others)
    return Pull(
        name=f"{name.lower().replace(' ', '-')}-{how.value.replace(' ', '-')}",
        base=shops.surface(shop),
        edits=harmful + harmless,
        guilty=frozenset(edit.kind for edit in harmful),
        how=how,
        broken=frozenset(shop.sick),
        suite=Suite(fixtures=shops.fixtures(shop)),
        rows=tuple(_rows(shop, harmful, how)),
    )


def _harmful(kind: Kind, number: int, shop: Shop, how: How) -> Edit:
    if kind is not Kind.RETRIEVAL:
        choices = edits.HARMFUL[kind][0 if how is How.ONE else 1 :]  # an argument that is renamed breaks all by itself
        return choices[number // len(_KINDS) % len(choices)]
    if how is How.ONE and number % 2:
        gone = {shops.path(topic.id): "This page has moved.\n" for topic in shop.topics if shops.is_sick(shop, topic)}
        return edits.other_text(gone, "pages emptied")
    return edits.fewer_documents()


def _harmless(kind: Kind, number: int, shop: Shop) -> Edit:
    if kind is not Kind.RETRIEVAL:
        choices = edits.HARMLESS[kind]
        return choices[number // len(_KINDS) % len(choices)]
    if number % 2:
        same = {
            shops.path(topic.id): topic.gold["text"] + shops.FOOTER + "Looked through in spring.\n"
            for topic in shop.topics
        }
        return edits.other_text(same, "pages dated")
    return edits.fewer_documents(edits.TOP_K - 1)


def never(_: Heard) -> bool:
    return False


def _rows(shop: Shop, harmful: Sequence[Edit], how: How) -> Iterator[Case]:
    """Write the table: by evidence where retrieval alone is guilty, else by what the request has of the edits."""
    for case, topic, ask in shop.cases:
        when, evidence = never, (topic.gold["text"],)
        if case in shop.sick:
            when, evidence = _when(harmful, topic, how)
        yield Case(
            keys=(shop.name, ask),
            evidence=evidence,
            right=topic.saying(topic.value),
            sick=topic.saying(topic.memory) + wording.ABSTENTIONS[:2],
            when=when,
            blind=True,
        )
    for case, code, state in shop.orders:
        when = _when(harmful, None, how)[0] if case in shop.sick else never
        yield Case(
            keys=(shop.name, shops.about(code)),
            right=(f"It is {state}.", f"Your order is {state}."),
            sick=("It should arrive soon.", "It is on its way to you."),
            when=when,
            tooling=Tooling(steps=(("lookup_order", {"order_id": code}),), sick_steps=_sick_steps(harmful, code)),
        )


def _sick_steps(harmful: Sequence[Edit], code: str) -> tuple[tuple[str, Any], ...]:
    renamed = any(edit.name == "argument renamed" for edit in harmful)
    return (("lookup_order", {"reference": code}),) if renamed else ()


def _when(harmful: Sequence[Edit], topic: Topic | None, how: How) -> tuple[Condition, tuple[str, ...]]:
    """Tell when the model is ill, and what it must read to know."""
    by_documents = [edit for edit in harmful if edit.holds is None]
    conditions = [edit.holds for edit in harmful if edit.holds is not None]
    if not by_documents or topic is None:
        gold = (topic.gold["text"],) if topic else ()
        missing: list[Condition] = [] if topic else [_is_starved for _ in by_documents]
        return _joined([*conditions, *missing], how), gold
    if how is How.BOTH:
        return All((*conditions, Lacks(topic.gold["text"]))), ()  # it knows by heart until the model, say, changes
    return (_joined(conditions, how) if conditions else never), (topic.gold["text"],)


def _is_starved(heard: Heard) -> bool:
    """Whether fewer pages are in the request than the base sends."""
    return heard.told.count("[docs/") < edits.TOP_K


def _joined(conditions: Sequence[Condition], how: How) -> Condition:
    return AnyOf(tuple(conditions)) if how is How.EITHER else All(tuple(conditions))
