"""Topics → seeded faults of retrieval and of grounding, each with its own question, documents and assertions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.benchmarks.diagnosis import wording
from tests.benchmarks.diagnosis.application import Case, Cure
from tests.benchmarks.diagnosis.seeds import DATA, Intervention, Seed, Truth, content, data

CUT_CHARS = 40
CITING = ("bracketed", "tagged")
_NEEDS_GOLD = frozenset({Intervention.GOLD_ADDED, Intervention.GOLD_ONLY})
_FIRST = frozenset({Intervention.GOLD_ONLY, Intervention.GOLD_FIRST})


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A question that one document answers. `neighbours` are the other documents of its domain."""

    name: str
    domain: str
    persona: str
    style: str
    asks: tuple[str, str]
    gold: Mapping[str, str]
    rival: Mapping[str, str]
    value: str
    memory: str
    rival_value: str
    says: tuple[str, ...]
    extra: str
    extra_mark: str
    neighbours: Mapping[str, str]

    @property
    def id(self) -> str:
        return self.gold["id"]

    @property
    def cites(self) -> str:
        return f" [{self.id}]" if self.style in CITING else ""

    def saying(self, value: str, cites: str = "") -> tuple[str, ...]:
        return tuple(_capital(text.format(value)) + cites for text in self.says)

    def documents(self, *, gold: bool, rival: bool, noise: int = 2) -> dict[str, str]:
        """Rank some documents, in an order that is the topic's own."""
        found = dict(list(self.neighbours.items())[:noise])
        found |= {self.rival["id"]: self.rival["text"]} if rival else {}
        found |= {self.id: self.gold["text"]} if gold else {}
        return dict(sorted(found.items(), key=lambda item: hashlib.sha256(f"{self.name}{item[0]}".encode()).digest()))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def topics() -> tuple[Topic, ...]:
    return tuple(topic for path in sorted((DATA / "topics").iterdir()) for topic in _domain(path.stem))


def _domain(name: str) -> Iterator[Topic]:
    found = data(f"topics/{name}.yaml")
    golds = [each["gold"] for each in found["topics"]]
    for number, each in enumerate(found["topics"]):
        rest = golds[number + 1 :] + golds[:number]
        neighbours = {document["id"]: document["text"] for document in rest}
        told = {"persona": found["persona"], "style": found["style"], "domain": name}
        lists = {"asks": tuple(each["asks"]), "says": tuple(each["says"])}
        yield Topic(**{**each, **told, **lists, "name": f"{name}-{number + 1}", "neighbours": neighbours})


# Retrieval


def retrieval() -> Iterator[Seed]:
    """Make a fault of retrieval of each topic: missed, gone from the corpus, dropped by the template, or outdated."""
    late = [topic for topic in topics() if topic.gold["text"].find(topic.value) >= CUT_CHARS]
    cut = {topic.name for topic in late[::3][:4]}
    for number, topic in enumerate(topics()):
        if topic.name in cut:
            yield _dropped(topic, number, f"{topic.style}-slim")
        elif number % 6 == 1:
            yield _dropped(topic, number, f"{topic.style}-lean" if number % 4 == 1 else f"{topic.style}-fast")
        elif number % 8 == 5:
            yield _stale(topic, number)
        else:
            yield _missed(topic, number, gone=number % 4 == 2)


def _missed(topic: Topic, number: int, *, gone: bool) -> Seed:
    code = "missing_content" if gone else "missed"
    has_rival = number % 3 == 0
    shown = topic.documents(gold=False, rival=has_rival)
    return _of_retrieval(topic, number, code, target=topic.style, shown=shown, gone=gone)


def _dropped(topic: Topic, number: int, target: str) -> Seed:
    others = topic.documents(gold=False, rival=number % 2 == 0, noise=3)
    shown = {**others, topic.id: topic.gold["text"]}
    if target.endswith("-slim"):
        shown = {topic.id: topic.gold["text"], **others}
    return _of_retrieval(topic, number, "dropped_from_context", target=target, shown=shown)


def _stale(topic: Topic, number: int) -> Seed:
    """Retrieve last year's edition of the document in the place of the one that holds."""
    old = {"id": f"{topic.id}-2024", "text": topic.gold["text"].replace(topic.value, topic.memory)}
    topic = replace(topic, rival=old, rival_value=topic.memory)
    return _of_retrieval(topic, number, "stale_doc", target=topic.style, shown=topic.documents(gold=False, rival=True))


def _of_retrieval(
    topic: Topic, number: int, code: str, *, target: str, shown: Mapping[str, str], gone: bool = False
) -> Seed:
    question, name = topic.asks[0], f"{topic.name}-{code.replace('_', '-')}"
    gold = () if number % 3 == 2 else (topic.id,)
    scores = _scores(shown, topic.id) if target.endswith("-fast") else ()
    checks = _checks(topic, number, own={"type": "retrieval:contains-ids"} if gold else None)
    checks = [
        {"type": "retrieval:not-dropped"} if target != topic.style and "ids" in str(each) else each for each in checks
    ]
    whole = topic.documents(gold=True, rival=topic.rival["id"] in shown)
    has_rival = topic.rival["id"] in shown and not target.endswith(("-slim", "-lean", "-fast"))
    knows_better = topic.saying(topic.memory)
    case = Case(
        keys=(question,),
        evidence=(topic.gold["text"],),
        right=topic.saying(topic.value, topic.cites),
        rival=topic.rival["text"] if has_rival else "",
        lost=topic.saying(topic.rival_value, f" [{topic.rival['id']}]" if topic.style in CITING else ""),
        unknown=wording.ABSTENTIONS if number % 2 else knows_better,
    )
    cures = _NEEDS_GOLD | ({Intervention.GOLD_FIRST} if target.endswith("-lean") else set())
    written = content(name, target, (question, topic.persona), shown, checks, gold=gold, scores=scores)
    return Seed(
        id=name,
        truth=Truth.RETRIEVAL,
        code=code,
        content=written,
        healthy=None
        if target != topic.style
        else content(name, target, (question, topic.persona), whole, checks, gold=gold),
        case=case,
        gold={topic.id: topic.gold["text"]},
        index=tuple({**topic.neighbours, topic.rival["id"]: "", **({} if gone else {topic.id: ""})}),
        cures=cures,
    )


def _scores(shown: Mapping[str, str], gold: str) -> list[float]:
    return [0.41 if key == gold else round(0.88 - 0.05 * rank, 2) for rank, key in enumerate(shown)]


def _checks(topic: Topic, number: int, *, own: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Check the answer in one of the ways that suites have."""
    value = topic.value
    ways: list[list[Mapping[str, Any]]] = [
        [{"type": "contains", "value": value}],
        [{"type": "regex", "value": rf"(?i){re.escape(value)}"}],
        [{"type": "icontains", "value": value}, {"type": "not-icontains", "value": topic.memory}],
        [{"type": "icontains-any", "value": [value, value.replace(" ", "-")]}],
        [{"type": "contains-all", "value": [value]}, {"type": "word-count", "value": {"max": 60}}],
        [*([own] if own else []), {"type": "contains", "value": value}],
    ]
    return ways[number % len(ways)]


# Grounding


def grounding() -> Iterator[Seed]:
    """Make a fault of grounding of each topic, whose gold document the model saw."""
    citing = [_cited, _ignored, _unsupported, _misled, _abstaining, _in_order, _cited, _ignored]
    others = [_ignored, _misled, _unsupported, _abstaining, _in_order, _misled, _ignored, _unsupported]
    for makers, cites in ((citing, True), (others, False)):
        mine = [each for each in enumerate(topics()) if bool(each[1].cites) is cites]
        for at, (number, topic) in enumerate(mine):
            yield makers[at % len(makers)](topic, number)


def _grounded(
    topic: Topic,
    number: int,
    code: str,
    sick: tuple[str, ...],
    *,
    checks: list[Mapping[str, Any]] | None = None,
    rival: bool = True,
    first: bool = False,
    cures: frozenset[Cure] = frozenset(),
    cured_by: frozenset[Intervention] = frozenset(),
    blind: bool = False,
) -> Seed:
    question, name = topic.asks[1], f"{topic.name}-{code.replace('_', '-')}"
    shown = topic.documents(gold=False, rival=rival)
    shown = {topic.id: topic.gold["text"], **shown} if first else {**shown, topic.id: topic.gold["text"]}
    gold = () if number % 3 == 1 else (topic.id,)
    given = checks or _checks(topic, number + 1, own={"type": "grounding:no-unsupported-numbers"})
    return Seed(
        id=f"{name}-grounding",
        truth=Truth.GROUNDING,
        code=code,
        content=content(f"{name}-grounding", topic.style, (question, topic.persona), shown, given, gold=gold),
        case=Case(
            keys=(question,),
            evidence=(topic.gold["text"],),
            right=topic.saying(topic.value, topic.cites),
            rival=topic.rival["text"],
            others=tuple(text for key, text in shown.items() if key != topic.id),
            sick=sick,
            cures=cures,
            blind=blind,
        ),
        gold={topic.id: topic.gold["text"]},
        index=tuple({**topic.neighbours, topic.rival["id"]: "", topic.id: ""}),
        cures=cured_by,
    )


def _ignored(topic: Topic, number: int) -> Seed:
    """Answer from memory, whatever the documents say and also without any."""
    cites = topic.cites if number % 2 else ""
    sick = topic.saying(topic.memory, cites)
    return _grounded(topic, number, "context_ignored", sick, rival=number % 2 == 0, first=number % 4 < 2, blind=True)


def _misled(topic: Topic, number: int) -> Seed:
    """Answer with the document that looks alike."""
    sick = topic.saying(topic.rival_value, f" [{topic.rival['id']}]" if topic.style in CITING else "")
    cured_by = frozenset({Intervention.GOLD_ONLY})
    cures = frozenset({Cure.RIVAL_ABSENT})
    return _grounded(topic, number, "contradicts_context", sick, first=number % 2 == 0, cures=cures, cured_by=cured_by)


def _in_order(topic: Topic, number: int) -> Seed:
    """Read the first documents only: what stands behind them is as good as unread."""
    value = topic.rival_value if number % 2 else topic.memory
    return _grounded(
        topic,
        number,
        "context_ignored",
        topic.saying(value, topic.cites),
        cures=frozenset({Cure.GOLD_FIRST}),
        cured_by=_FIRST,
    )


def _abstaining(topic: Topic, number: int) -> Seed:
    """Say that nothing is known, among so many documents."""
    if number % 2:
        return _grounded(
            topic,
            number,
            "unwarranted_abstention",
            wording.ABSTENTIONS,
            cures=frozenset({Cure.GOLD_ALONE}),
            cured_by=frozenset({Intervention.GOLD_ONLY}),
        )
    cures = frozenset({Cure.GOLD_FIRST})
    return _grounded(topic, number, "unwarranted_abstention", wording.ABSTENTIONS, cures=cures, cured_by=_FIRST)


def _unsupported(topic: Topic, number: int) -> Seed:
    """Answer rightly, and add what no document says."""
    sick = tuple(f"{text} {topic.extra}" for text in topic.saying(topic.value, topic.cites))
    checks: list[Mapping[str, Any]] = [{"type": "contains", "value": topic.value}]
    if number % 3 == 0 and re.search(r"\d", topic.extra):
        checks.append({"type": "grounding:no-unsupported-numbers"})
    else:
        checks.append({"type": "not-icontains", "value": topic.extra_mark})
    alone = number % 2 == 0
    cures = frozenset({Cure.GOLD_ALONE}) if alone else frozenset()
    cured_by = frozenset({Intervention.GOLD_ONLY}) if alone else frozenset()
    return _grounded(topic, number, "unsupported_claim", sick, checks=checks, cures=cures, cured_by=cured_by)


def _cited(topic: Topic, number: int) -> Seed:
    """Answer rightly, and cite a document that is not there."""
    wrong = f" [{re.sub(r'[0-9]+$', '', topic.id).rstrip('#/')}#{41 + number}]"
    named = {"type": "grounding:citations-exist"}
    neutral = {"type": "contains", "value": f"[{topic.id}]"}
    checks = [{"type": "icontains", "value": topic.value}, named if number % 2 else neutral]
    return _grounded(topic, number, "fabricated_citation", topic.saying(topic.value, wrong), checks=checks)
