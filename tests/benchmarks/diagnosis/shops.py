"""A number and what is to break → a repository in the making: its topics, pages, orders and fixtures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llmgate.changes import Kind
from tests.benchmarks.diagnosis import edits, topics
from tests.benchmarks.diagnosis.repositories import Surface
from tests.benchmarks.diagnosis.topics import Topic

TOPICS_A_SHOP = 4
FOOTER = " Page of the handbook.\n"


@dataclass(frozen=True, kw_only=True)
class Shop:
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


def opened(number: int, name: str, guilty: Sequence[Kind], kinds: set[Kind]) -> Shop:
    """Choose a domain and one to three questions that break: about orders where tools are guilty."""
    found = topics.topics()
    start = TOPICS_A_SHOP * (number % (len(found) // TOPICS_A_SHOP))
    mine = found[start : start + TOPICS_A_SHOP]
    shop = Shop(name=name, number=number, topics=mine, sick=(), uses_tools=Kind.TOOLS in kinds)
    count = 1 + number % 3
    if Kind.TOOLS in guilty:
        sick = [case for case, _, _ in shop.orders][: max(1, count - 1)]
    else:
        sick = [case for case, _, _ in shop.cases if not case.startswith(mine[0].name)][:count]
    return replace(shop, sick=tuple(sick))


def surface(shop: Shop) -> Surface:
    documents = {path(topic.id): topic.gold["text"] + FOOTER for topic in shop.topics}
    documents |= {path(topic.rival["id"]): topic.rival["text"] + FOOTER for topic in shop.topics[:2]}
    documents |= {_keyword_path(topic): _keywords(topic) for topic in shop.topics if is_sick(shop, topic)}
    return Surface(
        company=shop.name,
        rules=edits.RULES,
        model=edits.BASE_MODEL,
        params=edits.PARAMS,
        top_k=edits.TOP_K,
        documents=documents,
        tools=edits.TOOLS if shop.uses_tools else None,
    )


def path(document: str) -> str:
    return f"docs/{document.replace('.md', '').replace('.html', '').replace('#', '-').replace('/', '-')}.md"


def _keyword_path(topic: Topic) -> str:
    return f"docs/keywords-{topic.name}.md"


def _keywords(topic: Topic) -> str:
    """A page that a search finds first, and that says nothing."""
    return f"See also: {_searched(topic)}. Index: {_searched(topic)}.\n"


def _searched(topic: Topic) -> str:
    """What the application makes of a question before it searches."""
    words = sorted({word.strip(".,;") for word in topic.gold["text"].split() if len(word) > 3})
    return " ".join([*words[:8], "handbook"])


def is_sick(shop: Shop, topic: Topic) -> bool:
    return any(case.startswith(topic.name) for case in shop.sick)


def fixtures(shop: Shop) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for case, topic, ask in shop.cases:
        found[case] = _fixture(case, ask, _searched(topic), {"type": "contains", "value": topic.value})
    everything = " ".join(_searched(topic) for topic in shop.topics)
    for case, code, state in shop.orders:
        results = [{"name": "lookup_order", "arguments": {"order_id": code}, "result": {"state": state}}]
        written = _fixture(case, about(code), everything, {"type": "contains", "value": state})
        found[case] = {**written, "tools": {"results": results}}
    return found


def about(code: str) -> str:
    return f"Where is my order {code}?"


def _fixture(case: str, ask: str, searched: str, check: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": case,
        "target": "desk",
        "retrieval": "live",
        "input": {"variables": {"question": ask, "searched": searched}},
        "assert": [dict(check)],
    }
