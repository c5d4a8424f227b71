"""`word-count`: the output has so many words."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Discriminator, Field, Tag, model_validator

from llmgate.assertions import fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class WordRange(BaseModel):
    """From `min` to `max` words, both included; either may be left out."""

    model_config = fields.STRICT

    min: fields.Count | None = None
    max: fields.Count | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> WordRange:
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max")
        return self


def _form(value: Any) -> str:
    return "a range" if isinstance(value, (dict, WordRange)) else "a number"


class WordCount(BaseModel):
    """The output has `value` words, or as many as its range allows.

        {type: word-count, value: {min: 20, max: 100}}

    Words are what white space separates.
    """

    model_config = fields.STRICT

    value: Annotated[
        Annotated[fields.Count, Tag("a number")] | Annotated[WordRange, Tag("a range")], Discriminator(_form)
    ] = Field(description="The number of words, or `{min, max}`, both included; either may be left out.")

    def grade(self, subject: Subject) -> Judgement:
        count = len(subject.output.split())
        allowed = self.value if isinstance(self.value, WordRange) else WordRange(min=self.value, max=self.value)
        low, high = allowed.min or 0, allowed.max
        fits = low <= count and (high is None or count <= high)
        expected = f"at least {low}" if high is None else f"{low} to {high}"
        return judgement.verdict(fits, f"the output has {count} words; the range is {expected}")
