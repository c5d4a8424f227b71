"""`meteor`: the output has the words of a reference, their other forms or their synonyms, in much the same order."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, Field

from llmgate.assertions import fields, overlap, porter, wordnet
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge

MAX_COMPARED_WORDS = 500_000

Placed = dict[int, str]
Pairs = list[tuple[int, int]]


class Meteor(BaseModel):
    """The METEOR of the output against `value`, or against the best of its references, is at least `threshold`.

        {type: meteor, value: The cat sat on the mat, threshold: 0.6}

    METEOR (Lavie and Agarwal 2007, aclanthology.org/W07-0734) pairs words of both texts: equal ones, then those of one
    stem, then synonyms. P is the share of the output's words that have a pair, R that of the reference's; the score is
    PR / (alpha P + (1 - alpha) R), less the share gamma (chunks / pairs)^beta of it, where a chunk is a run of pairs
    that stand side by side in both texts. So equal texts score a little less than 1, and one equal word scores 0.5.

    As in promptfoo, words are what white space separates, case is ignored, full stops at their ends are dropped, and
    synonyms are looked for by stems. Pairs, stems and synonyms are those of NLTK's `meteor_score`: Porter's stems with
    NLTK's extensions, and Princeton's WordNet 3.0, which is part of llmgate, with its rules for base forms. promptfoo
    has Porter's stems without extensions and WordNet 3.1 without base forms, so that scores may differ where such a
    word decides: "feet" and a reference's "foot" are a pair here only. In both a stem that WordNet does not know has
    no synonyms, such as "gees" of "geese". A word with `_` has none, either. An empty output scores 0, in promptfoo it
    is an error; an `alpha` or `gamma` beyond 1, which would give scores outside 0 to 1, is a fault.

    Outputs of more than 100,000 characters cannot be judged, nor those with more than 500,000 words to compare: the
    output's, times the number of references.
    """

    model_config = fields.STRICT

    value: overlap.References = Field(description="A text, or a list of texts that are all good answers.")
    threshold: fields.Share = Field(default=0.5, description="The lowest score that passes, from 0 to 1.")
    alpha: fields.Share = Field(default=0.9, description="From P (0) to R (1): 1 counts only what the output lacks.")
    beta: fields.Quantity = Field(default=3.0, description="How fast what is taken off falls as chunks get longer.")
    gamma: fields.Share = Field(default=0.5, description="The largest share that is taken off, when no pairs adjoin.")

    def grade(self, subject: Subject) -> Judgement:
        output = _comparable(overlap.words(overlap.comparable(subject.output)), len(self.value))
        forms = _Forms(stem=cache(porter.stem), synonyms=cache(wordnet.synonyms))
        score = max(self._meteor(output, overlap.words(reference), forms) for reference in self.value)
        return overlap.judged("METEOR", score, self.threshold)

    def _meteor(self, output: Sequence[str], reference: Sequence[str], forms: _Forms) -> float:
        pairs = _aligned(output, reference, forms)
        if not pairs:
            return 0.0
        precision, recall = len(pairs) / len(output), len(pairs) / len(reference)
        mean = precision * recall / (self.alpha * precision + (1 - self.alpha) * recall)
        return min(1.0, mean * (1 - self.gamma * math.pow(_chunks(pairs) / len(pairs), self.beta)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forms:
    stem: Callable[[str], str]
    synonyms: Callable[[str], frozenset[str]]


def _comparable(output: list[str], references: int) -> list[str]:
    if len(output) * references > MAX_COMPARED_WORDS:
        raise CannotJudge(
            f"the output has {len(output)} words to compare with {references} references; at most {MAX_COMPARED_WORDS}"
            " words, times references, are compared",
            id="too-much-to-judge",
            remedy="limit the answer, for example with max_tokens, or give fewer references",
        )
    return output


def _aligned(output: Sequence[str], reference: Sequence[str], forms: _Forms) -> Pairs:
    """Pair places of equal words, then of equal stems, then of synonyms, in the order of the output."""
    ours, theirs = dict(enumerate(output)), dict(enumerate(reference))
    pairs = _taken(ours, theirs, _itself)
    ours, theirs = ({place: forms.stem(word) for place, word in left.items()} for left in (ours, theirs))
    pairs += _taken(ours, theirs, _itself)
    return sorted(pairs + _taken(ours, theirs, forms.synonyms))


def _itself(word: str) -> Collection[str]:
    return (word,)


def _taken(ours: Placed, theirs: Placed, alike: Callable[[str], Collection[str]]) -> Pairs:
    """From the last word of ours to the first, pair each with the last of theirs that is like it, and take both out."""
    free: dict[str, list[int]] = {}
    for place, word in theirs.items():
        free.setdefault(word, []).append(place)
    like = {word: [free[name] for name in alike(word) if name in free] for word in set(ours.values())}
    pairs: Pairs = []
    for place, word in reversed(ours.items()):
        left = [places for places in like[word] if places]
        if left:
            pairs.append((place, max(left, key=lambda places: places[-1]).pop()))
    for our, their in pairs:
        del ours[our], theirs[their]
    return pairs


def _chunks(pairs: Pairs) -> int:
    """Count the runs of pairs that stand side by side in both texts."""
    return 1 + sum((our + 1, their + 1) != following for (our, their), following in itertools.pairwise(pairs))
