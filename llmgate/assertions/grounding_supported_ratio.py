"""`grounding:supported-ratio`: most sentences of the answer have their words from the documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge

MAX_GRAM = 4

_SENTENCE_END = re.compile(r"(?<=[.!?…])[ \t]+|[\u3002\uff01\uff1f\n\r]+")
_CITATION = re.compile(r"\[[^\[\]\n]{1,300}\](?!\()")
_WORD = re.compile(r"\w+")
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a about after all also an and any are as at be been before but by can could did do does for from had has have "
        "he her here his how i if in into is it its may me might more most must my no not of on or our out over she "
        "should so some such than that the their them then there these they this those to under until up us was we "
        "were what when where which while who will with within without would you your",
    )
)

Gram = tuple[str, ...]


class GroundingSupportedRatio(BaseModel):
    """Enough sentences of the answer have enough of their content in the documents that the model saw.

        {type: "grounding:supported-ratio", threshold: 0.8, overlap: 0.6}

    The score is supported sentences / all sentences, and must reach `threshold`. A sentence is supported if
    |grams of the sentence that are in a document| / |grams of the sentence| reaches `overlap`. A gram is a run of `n`
    content words (of all of them where the sentence has fewer), each gram counted once; content words are runs of
    letters and digits, in any case, but for English function words such as `the`. So it measures wording and not
    meaning: a paraphrase may fail, and a negated sentence passes. It suits languages that put spaces between words.

    Sentences end at `.`, `!`, `?` or `…` before white space, at their full-width forms, and at line ends; citations in
    square brackets, and sentences without a content word, are left out. An answer without a sentence fails. A trial
    without documents cannot be judged.
    """

    model_config = fields.STRICT

    threshold: fields.Share = Field(default=1.0, description="The smallest share of supported sentences that passes.")
    overlap: Annotated[fields.Share, Field(gt=0)] = Field(
        default=0.6, description="The smallest share of its grams with which a sentence is supported."
    )
    n: Annotated[int, Field(strict=True, ge=1, le=MAX_GRAM)] = Field(default=1, description="The words of a gram.")

    def grade(self, subject: Subject) -> Judgement:
        if not subject.trace.documents:
            raise CannotJudge(
                "the model saw no documents", id="nothing-to-judge-by", remedy="record them under context.documents"
            )
        known: set[Gram] = set()
        for document in subject.trace.documents:
            words = content(document.text)
            known.update(gram for size in range(1, self.n + 1) for gram in _grams(words, size))
        support = [(sentence, self._share(sentence, known)) for sentence in _sentences(subject.output)]
        return self._judged([(text, share) for text, share in support if share is not None])

    def _share(self, sentence: str, known: set[Gram]) -> float | None:
        words = content(sentence)
        grams = set(_grams(words, min(self.n, len(words))))
        return len(grams & known) / len(grams) if grams else None

    def _judged(self, support: list[tuple[str, float]]) -> Judgement:
        if not support:
            return judgement.verdict(passed=False, reason="the answer has no sentence")
        unsupported = [text for text, share in support if share < self.overlap]
        score = 1 - len(unsupported) / len(support)
        counted = f"{len(support) - len(unsupported)} of {len(support)} sentences are supported"
        reason = f"{counted}; not: {judgement.listed(unsupported)}" if unsupported else counted
        return Judgement(passed=score >= self.threshold, score=score, reason=reason)


def _sentences(output: str) -> Iterable[str]:
    return _SENTENCE_END.split(_CITATION.sub(" ", output))


def content(text: str) -> list[str]:
    """List the words of a text but for the function words, in one case."""
    return [word for word in map(str.casefold, _WORD.findall(text)) if word not in _FUNCTION_WORDS]


def _grams(words: list[str], size: int) -> Iterator[Gram]:
    return (tuple(words[at : at + size]) for at in range(len(words) - size + 1)) if size else iter(())
