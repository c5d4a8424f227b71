"""`levenshtein`: the output is at most so many edits away from a text."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge

MAX_COMPARED_CHARS = 10_000


class Levenshtein(BaseModel):
    """The output is at most `threshold` edits away from `value`.

        {type: levenshtein, value: The parcel is on its way., threshold: 3}

    An edit inserts, deletes or replaces one character (a Unicode code point). A threshold of 0 asks for equality.
    Needs the extra `metrics`: `pip install "llmgate[metrics]"`; without it the assertion cannot judge.
    """

    model_config = fields.STRICT

    value: Annotated[fields.Text, Field(max_length=MAX_COMPARED_CHARS)] = Field(description="The text to compare with.")
    threshold: Annotated[fields.Count, Field(le=MAX_COMPARED_CHARS)] = Field(
        default=5, description="The largest distance that passes."
    )

    def grade(self, subject: Subject) -> Judgement:
        try:
            from rapidfuzz.distance import Levenshtein as Distance  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise CannotJudge(
                "rapidfuzz is not installed", id="extra-missing", remedy='pip install "llmgate[metrics]"'
            ) from error
        output = subject.output
        if abs(len(output) - len(self.value)) > self.threshold:
            distance = self.threshold + 1
        else:
            distance = Distance.distance(output, self.value, score_cutoff=self.threshold)
        near = distance <= self.threshold
        reason = f"the distance is {distance}" if near else f"the distance is more than {self.threshold}"
        return judgement.verdict(near, f"{reason}; the threshold is {self.threshold}")
