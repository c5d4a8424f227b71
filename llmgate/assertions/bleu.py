"""`bleu`: the output is made of the runs of words of its references."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, overlap
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge

NEARLY_NONE = 1e-7


class Bleu(BaseModel):
    """The BLEU of the output against `value`, one reference or several, is at least `threshold`.

        {type: bleu, value: The cat sat on the mat, threshold: 0.6}

    BLEU-4 (Papineni et al. 2002, aclanthology.org/P02-1040) of one text, from 0 to 1, by sacrebleu. As in
    promptfoo, words are what white space separates, case is ignored, and a run of n words that is not found counts
    as 0.0000001 found, so that the score is small and not 0. An output of fewer than four words scores 0, even an
    equal one: use `gleu` for short texts. Outputs of more than 100,000 characters cannot be judged.
    Needs the extra `metrics`: `pip install "llmgate[metrics]"`; without it the assertion cannot judge.
    """

    model_config = fields.STRICT

    value: overlap.References = Field(description="A text, or a list of texts that are all good answers.")
    threshold: fields.Share = Field(default=0.5, description="The lowest score that passes, from 0 to 1.")

    def grade(self, subject: Subject) -> Judgement:
        try:
            from sacrebleu.metrics.bleu import BLEU  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise CannotJudge(
                "sacrebleu is not installed", id="extra-missing", remedy='pip install "llmgate[metrics]"'
            ) from error
        metric = BLEU(lowercase=True, tokenize="none", smooth_method="floor", smooth_value=NEARLY_NONE)
        output = _spaced(overlap.comparable(subject.output))
        found = metric.corpus_score([output], [[_spaced(reference)] for reference in self.value])
        return overlap.judged("BLEU", min(1.0, found.score / 100), self.threshold)


def _spaced(text: str) -> str:
    return " ".join(text.split())
