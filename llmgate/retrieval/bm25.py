"""The engine `bm25`: Okapi BM25 over the corpus, with the two constants that SQLite's ranking has fixed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from llmgate.engine_options import Bm25Options
from llmgate.retrieval.engine import MAX_WORDS, Hit, Passage

_WORD = re.compile(r"\w+")


class Bm25:
    r"""Ranks by Okapi BM25 (Robertson and Zaragoza 2009, §3.1), with the idf of Lucene, which is never negative.

    score(D, Q) = Σ_q ln(1 + (N − n_q + 0.5) / (n_q + 0.5)) · f (k1 + 1) / (f + k1 (1 − b + b |D| / avgdl))

    f is how often q is in D, n_q in how many of the N passages it is, |D| a passage's words, avgdl their mean. Words
    are runs of `\w`, without case; each word of the question counts once.
    """

    def __init__(self, passages: Iterable[Passage], options: Mapping[str, JsonValue]) -> None:
        self._options = Bm25Options.model_validate(dict(options))
        self._passages = tuple(passages)
        self._lengths: list[int] = []
        self._places: dict[str, list[tuple[int, int]]] = {}
        for place, passage in enumerate(self._passages):
            counts = Counter(words(passage.text))
            self._lengths.append(counts.total())
            for word, count in counts.items():
                self._places.setdefault(word, []).append((place, count))
        self._mean = sum(self._lengths) / len(self._lengths) if self._lengths else 0.0

    def search(self, query: str, k: int) -> tuple[Hit, ...]:
        scores: dict[int, float] = {}
        for word in list(dict.fromkeys(words(query)))[:MAX_WORDS]:
            found = self._places.get(word, [])
            rarity = math.log1p((len(self._passages) - len(found) + 0.5) / (len(found) + 0.5))
            for place, count in found:
                scores[place] = scores.get(place, 0.0) + rarity * self._weight(place, count)
        hits = (self._hit(place, score) for place, score in scores.items())
        return tuple(sorted(hits, key=lambda hit: (-(hit.score or 0.0), hit.id))[:k])

    def _weight(self, place: int, count: int) -> float:
        k1, b = self._options.k1, self._options.b
        return count * (k1 + 1) / (count + k1 * (1 - b + b * self._lengths[place] / self._mean))

    def _hit(self, place: int, score: float) -> Hit:
        passage = self._passages[place]
        return Hit(id=passage.id, document=passage.document, text=passage.text, score=round(score, 6))


def words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
