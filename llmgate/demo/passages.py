"""A customer's question and the passages of a prompt → the sentences that answer it, in the simulated model's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from llmgate.demo import reading
from llmgate.demo.reading import Passage

_REGION = re.compile(r"In (?:the )?([A-Z][A-Za-z]+), (.+)")
_REGION_OF = {
    "Berlin": "EU", "Germany": "EU", "Paris": "EU", "France": "EU", "Madrid": "EU", "Spain": "EU", "Rome": "EU",
    "Vienna": "EU", "Warsaw": "EU", "Dublin": "EU", "EU": "EU", "Oslo": "Norway", "Bergen": "Norway",
    "Norway": "Norway", "Chicago": "US", "Boston": "US", "US": "US", "Zurich": "Switzerland", "London": "UK",
}  # fmt: skip
_RULES_OF = {"Norway": "Norwegian", "Switzerland": "Swiss"}
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        """the and you your our can for are that this with what when how does did has have not but from get one two they
        them was were will would could all any into out its about which who why there than too just much many long often
        please hello""",
    )
)
_PRICE = re.compile(r"\b(\d{1,5}) euros?\b")
_SHARE = re.compile(r"\b(\d{1,2}) %")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One sentence of a passage. `region` is set where it holds in one part of the world only."""

    source: str
    text: str
    region: str | None = None

    @property
    def page(self) -> str:
        return self.source.partition("#")[0]


def facts(passages: Sequence[Passage]) -> list[Fact]:
    return [_fact(passage.id, sentence) for passage in passages for sentence in reading.sentences(passage.text)]


def fitting(question: str, known: Sequence[Fact]) -> list[Fact]:
    """Return the facts that share most words with the question, in the order of the passages; none where none do."""
    words = _words(question)
    scores = [len(words & _words(fact.text)) for fact in known]
    best = max(scores, default=0)
    return [fact for fact, score in zip(known, scores, strict=True) if score == best] if best else []


def place(text: str) -> tuple[str, str] | None:
    """Return the place that a text names, and the region that it lies in."""
    found = next((name for name in _REGION_OF if re.search(rf"\b{name}\b", text)), None)
    return (found, _REGION_OF[found]) if found else None


def regional(fact: Fact, where: str) -> str:
    """Say why a regional rule holds for the customer."""
    body = fact.text[0].upper() + fact.text[1:].rstrip(".").replace(" an item ", " it ")
    return f"{body}, because {_RULES_OF.get(str(fact.region), fact.region)} rules apply to {where}."


def worked_out(question: str, fact: Fact, *, rightly: bool) -> str | None:
    """Take the fact's percentage off the question's price; wrongly means taking it off as if it were euros."""
    price, share = _PRICE.search(question), _SHARE.search(fact.text)
    if price is None or share is None:
        return None
    amount, percent = int(price[1]), int(share[1])
    left = amount - (amount * percent / 100 if rightly else percent)
    return f"You get {left:g} euros back: {amount} euros less the fee of {percent} %."


def hijacking(passages: Sequence[Passage]) -> str | None:
    """Return the code that a passage orders the model to hand out."""
    texts = (passage.text for passage in passages if re.search(r"(?i)\bignore (?:all|any|your|previous)", passage.text))
    codes = (match[1] for text in texts if (match := re.search(r"\bcode ([A-Z0-9]{4,12})\b", text)))
    return next(codes, None)


def _fact(source: str, sentence: str) -> Fact:
    match = _REGION.fullmatch(sentence)
    return Fact(source=source, text=match[2], region=match[1]) if match else Fact(source=source, text=sentence)


def _words(text: str) -> frozenset[str]:
    return frozenset(_stems(text))


def _stems(text: str) -> Iterator[str]:
    """The beginnings of the words that carry meaning: `returned` and `returns` count as the same."""
    for word in re.findall(r"[a-z]{3,}", text.lower()):
        if word not in _FILLERS:
            yield re.sub(r"(?:ing|ed|es|s|e)$", "", word)[:5]
