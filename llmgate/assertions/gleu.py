"""`gleu`: the output shares enough runs of words with a reference, in both directions."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, overlap
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject

LONGEST_RUN = 4


class Gleu(BaseModel):
    """The GLEU of the output against `value`, or against the best of its references, is at least `threshold`.

        {type: gleu, value: [The cat sat on the mat, A cat is on the mat], threshold: 0.6}

    GLEU (Google-BLEU; Wu et al. 2016, arXiv:1609.08144) is the smaller of precision and recall of all runs of one
    to four words. As in promptfoo, words are what white space separates, case is ignored and full stops at their
    ends are dropped; equal texts score 1, an empty output 0. Outputs of more than 100,000 characters cannot be
    judged.
    """

    model_config = fields.STRICT

    value: overlap.References = Field(description="A text, or a list of texts that are all good answers.")
    threshold: fields.Share = Field(default=0.5, description="The lowest score that passes, from 0 to 1.")

    def grade(self, subject: Subject) -> Judgement:
        output = overlap.words(overlap.comparable(subject.output))
        score = max(_gleu(output, overlap.words(reference)) for reference in self.value)
        return overlap.judged("GLEU", score, self.threshold)


def _gleu(output: list[str], reference: list[str]) -> float:
    matches = output_runs = reference_runs = 0
    for length in range(1, LONGEST_RUN + 1):
        ours, theirs = overlap.runs(output, length), overlap.runs(reference, length)
        matches += overlap.shared(ours, theirs)
        output_runs += ours.total()
        reference_runs += theirs.total()
    return matches / max(output_runs, reference_runs, 1)
