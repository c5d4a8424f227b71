"""`rouge-n`: the output has enough words of a reference, and little else."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import BaseModel, Field

from llmgate.assertions import fields, overlap
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject

MAX_RUN = 9

_SPLITS: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"``|''|\"", ' " '),
        (r"\.{3}", " ... "),
        (r"[:,](?!\d)", r" \g<0> "),
        (r"[;@#$%&?!\][(){}<>]", r" \g<0> "),
        (r"--", " -- "),
        (r"(?<=[^'])'(?= )", " ' "),
        (r"'(?:[smd]|ll|re|ve)(?= )|n't(?= )", r" \g<0>"),
        (r"\b(can)(not)\b", r"\1 \2"),
        (r"\b(d)('ye)\b", r"\1 \2"),
        (r"\b(gim|lem)(me)\b", r"\1 \2"),
        (r"\b(gon)(na)\b", r"\1 \2"),
        (r"\b(got)(ta)\b", r"\1 \2"),
        (r"\b(more)('n)\b", r"\1 \2"),
        (r"\b(wan)(na)(?= )", r"\1 \2"),
        (r"(?<!\w)('t)(is|was)\b", r"\1 \2"),
    )
)
_ABBREVIATION = re.compile(r"(?:^|\W)[a-z]\.[a-z]$")
_CLOSERS = " ])}>'\""


class RougeN(BaseModel):
    """The ROUGE-N of the output against `value` is at least `threshold`.

        {type: rouge-n, value: The parcel arrives on Monday., threshold: 0.7}

    ROUGE-N (Lin 2004, aclanthology.org/W04-1013) is here, as in promptfoo, the F1 of the words that both texts have (of
    their runs of `n` words), each counted as often as in the text that has fewer. Words are those of the Penn Treebank:
    punctuation stands alone and "can't" is "ca", "n't"; case is ignored. Opening and closing quotation marks count as
    the same word, in promptfoo as two. A text of fewer than `n` words scores 0. Outputs of more than 100,000
    characters cannot be judged.
    """

    model_config = fields.STRICT

    value: fields.Text = Field(description="The text to compare with.")
    threshold: fields.Share = Field(default=0.75, description="The lowest score that passes, from 0 to 1.")
    n: Annotated[int, Field(strict=True, ge=1, le=MAX_RUN)] = Field(
        default=1, description="How many words a run has: 1 for ROUGE-1, which is promptfoo's `rouge-n`."
    )

    def grade(self, subject: Subject) -> Judgement:
        output = overlap.runs(_words(overlap.comparable(subject.output)), self.n)
        reference = overlap.runs(_words(self.value), self.n)
        return overlap.judged(f"ROUGE-{self.n}", _f1(output, reference), self.threshold)


def _f1(output: overlap.Runs, reference: overlap.Runs) -> float:
    """Return 2PR / (P + R), which is twice the shared runs over the runs of both texts."""
    return 2 * overlap.shared(output, reference) / max(output.total() + reference.total(), 1)


def _words(text: str) -> list[str]:
    padded = f" {_with_last_stop_apart(' '.join(text.lower().split()))} "
    for pattern, replacement in _SPLITS:
        padded = pattern.sub(replacement, padded)
    return padded.split()


def _with_last_stop_apart(text: str) -> str:
    """Only the stop that ends the text is a word: others may belong to abbreviations and numbers."""
    body = text.rstrip(_CLOSERS)
    if not body.endswith(".") or body.endswith("..") or _ABBREVIATION.search(body[-5:-1]):
        return text
    return f"{body[:-1]} . {text[len(body) :]}"
