"""`grounding:no-unsupported-numbers`: no number in the answer that the model was not given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement, numerals, sent
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.numerals import Day, Found
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge

_LIST_MARK = re.compile(r"^[ \t]{0,10}\d{1,3}[.)](?=[ \t])", re.MULTILINE)
_CITATION = re.compile(r"\[\d{1,4}(?:[ ]?[,;][ ]?\d{1,4}){0,20}\](?!\()")


class GroundingNoUnsupportedNumbers(BaseModel):
    """Every number and date in the answer also stands in the documents, the question or the system text.

        {type: "grounding:no-unsupported-numbers", allow: ["24"]}

    Looked at are numbers, amounts, percentages and dates in digits. They may stand in the retrieved documents, in any
    message that was sent but the model's own, or in what tools answered. Values are compared, not writing: `1,000`,
    `1.000`, `1 000`, `1'000`, `1k` and `1 thousand` are equal, and so are `30.00` and `30`; `1.000` may also be 1, so
    that it is supported by either. `2026-11-03`, `03.11.2026`, `11/3/2026`, `November 3, 2026` and `3rd of November`
    are dates: they need the same day somewhere (names of months are English), and a year that is written must stand
    there too. The words `zero` to `twelve` support digits, and with `words` they are checked as well.

    Left out are the marks of numbered lists, citations such as `[1, 2]`, and digits within a name (`A1`, `md#3`).
    It does not find: a right number with a wrong unit, sign or meaning (`14 days` for `14 weeks`, `30 %` for `30 USD`);
    a number in words beyond twelve; a month without a day. It does find, though it may be right: a sum, a rounding or a
    conversion (`2 weeks` for `14 days`); list such numbers in `allow`.

    The score is the share of supported numbers; an answer without numbers has the score 1. A trial of which the request
    is not known cannot be judged, and neither can an unsupported number where the request sends files, or more than
    50,000 numbers in the answer or in what was given.
    """

    model_config = fields.STRICT

    allow: fields.Texts | None = Field(default=None, description="Numbers that need no support, as texts.")
    words: bool = Field(default=False, strict=True, description="Whether `zero` to `twelve` in the answer count too.")

    def grade(self, subject: Subject) -> Judgement:
        texts = [*_sources(subject), *(self.allow or ())]
        answer = numerals.find(_bare(subject.output), words=self.words)
        unsupported = list(_unsupported(answer, numerals.find("\n".join(texts), words=True)))
        if not unsupported:
            return judgement.verdict(passed=True, reason="all numbers of the answer are supported")
        if sent.has_files(subject):
            raise CannotJudge(
                f"the request sends files, in which {judgement.listed(dict.fromkeys(unsupported))} may stand",
                id="nothing-to-judge-by",
                remedy="list the numbers of the files in allow",
            )
        score = 1 - len(unsupported) / (len(answer.numbers) + len(answer.dates))
        return Judgement(
            passed=False, score=score, reason=f"without support: {judgement.listed(dict.fromkeys(unsupported))}"
        )


def _bare(output: str) -> str:
    return _CITATION.sub(" ", _LIST_MARK.sub(" ", output))


def _sources(subject: Subject) -> Iterator[str]:
    yield from sent.texts(subject)
    for document in subject.trace.documents:
        yield document.id
        yield document.text


def _unsupported(answer: Found, given: Found) -> Iterator[str]:
    days = {day for dated in given.dates for day in dated.days}
    values = {value for written in given.numbers for value in written.values} | set(_parts(days))
    yearless = {Day(month=day.month, day=day.day) for day in days}
    for dated in answer.dates:
        if not any(_stands(day, days, yearless, values) for day in dated.days):
            yield dated.text
    for written in answer.numbers:
        if values.isdisjoint(written.values):
            yield written.text


def _stands(day: Day, days: set[Day], yearless: set[Day], values: set[str]) -> bool:
    if day in days:
        return True
    plain = Day(month=day.month, day=day.day)
    if day.year is None:
        return plain in yearless
    return plain in days and str(day.year) in values


def _parts(days: Iterable[Day]) -> Iterator[str]:
    """A date also supports its day and its year alone, such as `in 2026`."""
    for day in days:
        yield str(day.day)
        if day.year is not None:
            yield str(day.year)
