"""`stable`: further answers to the same request say the same."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, Field, model_validator

from llmgate.assertions import assert_set, fields, json_text, judgement, patterns
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject, bounded
from llmgate.errors import CannotJudge
from llmgate.trial import Repeat

if TYPE_CHECKING:
    from llmgate.assertions import Assertion

MAX_ANSWERS: Final = 10
MAX_MARKS: Final = 30
"""Marks in a row that are put in order, as in https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format: sorting
takes time quadratic in their number."""


class Compared(StrEnum):
    """What of the answers is compared."""

    TEXT = "text"
    JSON = "json"
    TOOL_CALLS = "tool-calls"


def _has_one_group(value: str) -> str:
    if fault := patterns.fault(value):
        raise ValueError(fault)
    if (count := patterns.groups(value)) != 1:
        raise ValueError(f"the pattern has {count} groups; give it one, such as 'in ([0-9]+) days'; (?:…) is no group")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What is compared, None where it agrees with no other answer, and how it is named."""

    compared: str | None
    shown: str


class Stable(BaseModel):
    r"""The share of `n` answers to the same request that agree with the most frequent one is at least `threshold`.

        {type: stable, n: 5, threshold: 0.8, pick: "in ([0-9]+) days"}

    The trial's answer is the first; after it the same request is asked `n` - 1 times more, each time a whole
    conversation with the recorded tool results and, where a seed is recorded, a seed of its own. So a trial costs `n`
    times as much; the calls are paid from the budget and journaled. Several `stable` of a fixture share the answers.
    All other assertions, the judge and the repository's classes among them, see the first answer only, and `cost` and
    `latency` count its calls only. Nothing more is asked of a trial whose own answer is a miss: it has failed.

    `compare: text` compares the last message, in Unicode's form NFC (left out for a text with more than 30 combining
    marks in a row) and with any white space as one space; case counts unless `ignore_case` is set. `compare: json`
    compares the output as one JSON value, in which the order of keys does not matter and `1.0` is `1`.
    `compare: tool-calls` compares names and arguments of all tool calls, in their order, as JSON.

    Models word the same answer differently, so whole texts seldom agree: `pick` is a regular expression (RE2) whose one
    group takes out the part that is compared, at the first match in the output (a `(?s).*` before it finds the last).

    An answer without what is compared agrees with no other: one that `pick` does not match, that is no JSON, or whose
    conversation ended with a call that has no recorded result. Empty texts, and answers without tool calls, agree with
    each other. If one of the answers could not be had, the assertion cannot judge. The score is the share. It is never
    below 1/`n`, so a threshold up to there is a fault.
    """

    model_config = fields.STRICT

    n: Annotated[int, Field(strict=True, ge=2, le=MAX_ANSWERS)] = Field(
        default=3, description="How many answers are compared, the trial's own among them."
    )
    threshold: fields.Share = Field(default=1.0, description="The smallest share that passes.")
    compare: Compared = Field(default=Compared.TEXT, description="`text`, `json` or `tool-calls`.")
    pick: Annotated[fields.Text, AfterValidator(_has_one_group)] | None = Field(
        default=None,
        description="A regular expression (RE2) whose one group is compared, in place of the whole output.",
    )
    ignore_case: bool = Field(default=False, strict=True, description="Whether upper and lower case are the same text.")

    @model_validator(mode="after")
    def _can_fail(self) -> Stable:
        if self.threshold <= 1 / self.n:
            raise ValueError(f"any {self.n} answers reach a threshold of {self.threshold:g}: ask for more")
        if self.pick is not None and self.compare is Compared.TOOL_CALLS:
            raise ValueError("pick takes a part of the output, and tool-calls are not in it")
        if self.ignore_case and self.compare is not Compared.TEXT:
            raise ValueError("ignore_case is for compare: text")
        return self

    def grade(self, subject: Subject) -> Judgement:
        trace = subject.trace
        own = Repeat(output=trace.output, tool_calls=trace.tool_calls)
        answers = self._answers((own, *trace.repeats[: self.n - 1]))
        counted = Counter(one.compared for one in answers if one.compared is not None)
        agreed = max(counted.values(), default=1)
        share = agreed / self.n
        reason = f"{_agreement(answers, counted, agreed)}; the threshold is {self.threshold:g}"
        return Judgement(passed=share >= self.threshold, score=share, reason=reason)

    def _answers(self, repeats: Sequence[Repeat]) -> list[_Answer]:
        if failed := next((one.error for one in repeats if one.error is not None), None):
            raise CannotJudge(f"only {len(repeats) - 1} of {self.n} answers came: {failed}", id="too-few-answers")
        if len(repeats) < self.n:
            raise CannotJudge(f"the request was answered {len(repeats)} of {self.n} times", id="too-few-answers")
        return [self._answer(one, part) for one, part in zip(repeats, self._parts(repeats), strict=True)]

    def _parts(self, repeats: Sequence[Repeat]) -> Sequence[str | None]:
        """Take from each output what is compared of it, None where nothing is."""
        if self.compare is Compared.TOOL_CALLS:
            return [""] * len(repeats)
        outputs = ["" if one.miss else bounded(one.output) for one in repeats]
        return outputs if self.pick is None else patterns.picked(self.pick, outputs)

    def _answer(self, repeat: Repeat, part: str | None) -> _Answer:
        if repeat.miss is not None:
            return _Answer(compared=None, shown=f"a miss ({repeat.miss})")
        if part is None:
            return _Answer(compared=None, shown="nothing that pick matches")
        match self.compare:
            case Compared.TEXT:
                return _said(_text(part, ignore_case=self.ignore_case))
            case Compared.JSON:
                flaw = json_text.flaw(part)
                return _Answer(compared=None, shown=f"no JSON ({flaw})") if flaw else _said(_json(part))
            case Compared.TOOL_CALLS:
                return _said(json_text.canonical([[call.name, call.arguments] for call in repeat.tool_calls]))


def answers(assertions: Iterable[Assertion]) -> int:
    """Count the answers that a trial's request needs: those of the check that compares most, else the trial's own."""
    return max((check.n for check in assert_set.checks(assertions) if isinstance(check, Stable)), default=1)


def _said(compared: str) -> _Answer:
    return _Answer(compared=compared, shown=judgement.quoted(compared))


def _agreement(answers: Sequence[_Answer], counted: Counter[str], agreed: int) -> str:
    shown = list(dict.fromkeys(one.shown for one in answers))
    if agreed == 1:
        return f"no two of {len(answers)} answers agree: {', '.join(shown)}"
    compared = counted.most_common(1)[0][0]
    most = judgement.quoted(compared)
    others = ", ".join(name for name in shown if name != most)
    return f"{agreed} of {len(answers)} answers agree on {most}" + (f", not {others}" if others else "")


def _json(text: str) -> str:
    return json_text.canonical(json_text.build(text))


def _text(text: str, *, ignore_case: bool) -> str:
    """Write canonically equivalent texts alike; with `ignore_case`, canonical caseless matches (Unicode's D145)."""
    if ignore_case:
        text = _normalized("NFD", text).casefold()
    return " ".join(_normalized("NFC", text).split())


def _normalized(form: Literal["NFC", "NFD"], text: str) -> str:
    return text if text.isascii() or _has_many_marks(text) else unicodedata.normalize(form, text)


def _has_many_marks(text: str) -> bool:
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        if marks > MAX_MARKS:
            return True
    return False
