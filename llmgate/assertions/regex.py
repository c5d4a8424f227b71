"""`regex`: the output matches a regular expression."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from llmgate.assertions import fields, judgement, patterns
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


def _is_a_pattern(value: str) -> str:
    if fault := patterns.fault(value):
        raise ValueError(fault)
    return value


class Regex(BaseModel):
    r"""The regular expression `value` matches somewhere in the output.

        {type: regex, value: "\\b14 (calendar )?days\\b"}

    The syntax is RE2's, which takes time linear in the output: no look-around, no backreferences. Case counts unless
    the pattern begins with `(?i)`; `.` matches no line break unless it begins with `(?s)`; `^` and `$` are the
    ends of the output unless it begins with `(?m)`. Half surrogate pairs in the output count as U+FFFD. A pattern with
    large counted repetitions, such as `.{0,900}`, cannot judge a very long output.
    """

    model_config = fields.STRICT

    value: Annotated[fields.Text, AfterValidator(_is_a_pattern)] = Field(description="The regular expression (RE2).")

    def grade(self, subject: Subject) -> Judgement:
        found = patterns.found(self.value, subject.output)
        shown = judgement.quoted(self.value)
        return judgement.verdict(found, f"the output {'matches' if found else 'does not match'} {shown}")
