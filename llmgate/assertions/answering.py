"""A judge's answer to an Inquiry → a Judgement; CannotJudge where it is malformed or quotes what is not there."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from llmgate.assertions import json_text, judgement
from llmgate.assertions.asking import Inquiry
from llmgate.assertions.judgement import Judgement
from llmgate.errors import CannotJudge
from llmgate.trial import FinishReason, Ruling

MAX_ANSWER_CHARS = 20_000

_FENCE = re.compile(r"```(?:json)?[ \t]*\n(.*)\n```", re.DOTALL)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str
    quote: str
    reason: str
    verdict: Literal["pass", "fail"]


def judged(ruling: Ruling | None, inquiry: Inquiry) -> Judgement:
    """Read the verdict on an inquiry.

    Raises:
        CannotJudge: nobody was asked or no answer came; the answer was cut off, filtered or too long, is not the one
            object that was asked for, repeats another id, or quotes what is not in the output.
    """
    answer = _read(_said(ruling))
    if answer.id != inquiry.id:
        raise CannotJudge(
            f"the judge's answer is to another question: its id is {judgement.quoted(answer.id)}", id="judge-answer"
        )
    _verify(answer.quote, inquiry.output)
    reason = f"the judge says {answer.verdict}: {answer.reason.strip()} ({judgement.quoted(answer.quote)})"
    return judgement.verdict(answer.verdict == "pass", reason)


def _said(ruling: Ruling | None) -> str:
    if ruling is None:
        raise CannotJudge("no judge was asked", id="judge-missing", remedy="name one under policy.judge on the base")
    if ruling.call is None:
        raise CannotJudge(f"the judge gave no answer: {ruling.error}", id="judge-silent")
    completion = ruling.call.completion
    if completion.finish_reason is not FinishReason.STOP:
        raise CannotJudge(f"the judge did not finish its answer: {completion.finish_reason}", id="judge-silent")
    if len(text := completion.message.text) > MAX_ANSWER_CHARS:
        raise CannotJudge(
            f"the judge's answer has {len(text)} characters; at most {MAX_ANSWER_CHARS} are read", id="judge-answer"
        )
    return text.strip()


def _read(text: str) -> _Answer:
    fenced = _FENCE.fullmatch(text)
    written = fenced[1] if fenced else text
    if flaw := json_text.flaw(written):
        raise CannotJudge(f"the judge's answer is not one JSON object: {flaw}", id="judge-answer")
    json_text.build(written)  # refuses what is too deep
    try:
        return _Answer.model_validate(json.loads(written, object_pairs_hook=_once))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise CannotJudge(f"the judge's answer has another form: {where}: {first['msg']}", id="judge-answer") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise CannotJudge("the judge's answer contradicts itself: it has a key twice", id="judge-answer")
    return found


def _verify(quote: str, output: str) -> None:
    """See that what is quoted is there, in any white space: a judge that quotes what nobody said has not read it."""
    wanted, text = " ".join(quote.split()), " ".join(output.split())
    if not wanted and text:
        raise CannotJudge("the judge quotes nothing of the output", id="judge-answer")
    if wanted not in text:
        raise CannotJudge(f"the judge quotes what is not in the output: {judgement.quoted(wanted)}", id="judge-answer")
