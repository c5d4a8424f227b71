"""Seeded pull requests with several changes at once, of which one is guilty, or two are, together or each alone.

with modelserver.serve(pulls.application(some).answer) as server:
    pull = some[0]
    made = project.Project.create(folder / "repository", pull.base_files(server.url))
    made.pull(pull.head_files(server.url))
    ended = project.gate(made, folder)      # the report names pull.broken, and should name pull.guilty
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from llmgate.changes import Kind
from tests.benchmarks.diagnosis import edits, topics, wording
from tests.benchmarks.diagnosis.application import Application, Case, Heard, Tooling
from tests.benchmarks.diagnosis.conditions import All, AnyOf, Condition, Lacks
from tests.benchmarks.diagnosis.edits import Edit
from tests.benchmarks.diagnosis.repositories import Suite, Surface
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


@dataclass(frozen=True, kw_only=True)
class _Shop:
    """A repository in the making: its topics and orders, and which of its questions break."""

    name: str
    number: int
    topics: tuple[Topic, ...]
    sick: tuple[str, ...]
    uses_tools: bool

    @property
    def cases(self) -> Iterator[tuple[str, Topic, str]]:
        for topic in self.topics:
            yield f"{topic.name}-a", topic, topic.asks[0]
        for topic in self.topics[:1]:
            yield f"{topic.name}-b", topic, topic.asks[1]

    @property
    def orders(self) -> tuple[tuple[str, str, str], ...]:
        """Cases about orders: their id, number and state."""
        codes = [f"{self.name[0]}{self.number + 10}-{at}" for at in (1, 2)] if self.uses_tools else []
        states = ("waiting in Bergen", "delayed by a storm")
        return tuple((f"order-{code.lower()}", code, state) for code, state in zip(codes, states, strict=False))


def made(number: int, name: str, guilty: tuple[Kind, ...], others: tuple[Kind, ...], how: How) -> Pull:
    shop = _shop(number, name, guilty, {*guilty, *others})
    harmful = tuple(_harmful(kind, number, shop, how) for kind in guilty)
    harmless = tuple(_harmless(kind, number, shop) for kind in others)
    return Pull(
        name=f"{name.lower().replace(' ', '-')}-{how.value.replace(' ', '-')}",
        base=_surface(shop),
        edits=harmful + harmless,
        guilty=frozenset(edit.kind for edit in harmful),
        how=how,
        broken=frozenset(shop.sick),
        suite=Suite(fixtures=_fixtures(shop)),
        rows=tuple(_rows(shop, harmful, how)),
    )


def _shop(number: int, name: str, guilty: Sequence[Kind], kinds: set[Kind]) -> _Shop:
    found = topics.topics()
    start = 4 * (number % (len(found) // 4))
    mine = found[start : start + 4]
    shop = _Shop(name=name, number=number, topics=mine, sick=(), uses_tools=Kind.TOOLS in kinds)
    count = 1 + number % 3
    if Kind.TOOLS in guilty:
        sick = [case for case, _, _ in shop.orders][: max(1, count - 1)]
    else:
        sick = [case for case, _, _ in shop.cases if not case.startswith(mine[0].name)][:count]
    return _Shop(name=name, number=number, topics=mine, sick=tuple(sick), uses_tools=shop.uses_tools)


def _surface(shop: _Shop) -> Surface:
    documents = {_path(topic.id): topic.gold["text"] + "\n" for topic in shop.topics}
    documents |= {_path(topic.rival["id"]): topic.rival["text"] + "\n" for topic in shop.topics[:2]}
    documents |= {_keyword_path(topic): _keywords(topic) for topic in shop.topics if _is_sick(shop, topic)}
    return Surface(
        company=shop.name,
        rules=edits.RULES,
        model=edits.BASE_MODEL,
        params=edits.PARAMS,
        top_k=edits.TOP_K,
        documents=documents,
        tools=edits.TOOLS if shop.uses_tools else None,
    )


def _path(document: str) -> str:
    return f"docs/{document.replace('.md', '').replace('.html', '').replace('#', '-').replace('/', '-')}.md"


def _keyword_path(topic: Topic) -> str:
    return f"docs/keywords-{topic.name}.md"


def _keywords(topic: Topic) -> str:
    """A page that a search finds first, and that says nothing."""
    return f"See also: {_searched(topic)}. Index: {_searched(topic)}.\n"


def _searched(topic: Topic) -> str:
    """What the application makes of a question before it searches."""
    return " ".join(sorted({word.strip(".,;") for word in topic.gold["text"].split() if len(word) > 3})[:8])


def _is_sick(shop: _Shop, topic: Topic) -> bool:
    return any(case.startswith(topic.name) for case in shop.sick)


def _harmful(kind: Kind, number: int, shop: _Shop, how: How) -> Edit:
    if kind is not Kind.RETRIEVAL:
        choices = edits.HARMFUL[kind][0 if how is How.ONE else 1 :]  # an argument that is renamed breaks all by itself
        return choices[number // len(_KINDS) % len(choices)]
    if how is How.ONE and number % 2:
        gone = {_path(topic.id): "This page has moved.\n" for topic in shop.topics if _is_sick(shop, topic)}
        return edits.other_text(gone, "pages emptied")
    return edits.fewer_documents()


def _harmless(kind: Kind, number: int, shop: _Shop) -> Edit:
    if kind is not Kind.RETRIEVAL:
        choices = edits.HARMLESS[kind]
        return choices[number // len(_KINDS) % len(choices)]
    if number % 2:
        same = {_path(topic.id): topic.gold["text"] + " Last looked through in spring.\n" for topic in shop.topics}
        return edits.other_text(same, "pages dated")
    return edits.fewer_documents(edits.TOP_K - 1)


def _fixtures(shop: _Shop) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for case, topic, ask in shop.cases:
        found[case] = _fixture(case, ask, _searched(topic), {"type": "contains", "value": topic.value})
    everything = " ".join(_searched(topic) for topic in shop.topics)
    for case, code, state in shop.orders:
        results = [{"name": "lookup_order", "arguments": {"order_id": code}, "result": {"state": state}}]
        written = _fixture(case, _about(code), everything, {"type": "contains", "value": state})
        found[case] = {**written, "tools": {"results": results}}
    return found


def _about(code: str) -> str:
    return f"Where is my order {code}?"


def _fixture(case: str, ask: str, searched: str, check: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": case,
        "target": "desk",
        "retrieval": "live",
        "input": {"variables": {"question": ask, "searched": searched}},
        "assert": [dict(check)],
    }


def never(_: Heard) -> bool:
    return False


def _rows(shop: _Shop, harmful: Sequence[Edit], how: How) -> Iterator[Case]:
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
            keys=(shop.name, _about(code)),
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
