"""Signs that there is no answer to judge."""

from __future__ import annotations

import re
from typing import Final

from llmgate.assertions import judgement
from llmgate.assertions.categories import Category
from llmgate.diagnose.label import Confidence, Label
from llmgate.diagnose.reading.seen import Seen
from llmgate.trial import FinishReason, Outcome

_CODES: Final = (
    ("timeout", re.compile(r"(?i)time-?d? ?-?out|deadline|took too long|\b(?:408|504)\b")),
    ("rate_limited", re.compile(r"(?i)rate.?limit|too many requests|quota|\b429\b")),
    ("rejected", re.compile(r"(?i)unauthori[sz]ed|forbidden|api key|\b(?:400|401|403|404|422)\b")),
    ("unavailable", re.compile(r"(?i)overloaded|unavailable|connect|\b5\d\d\b")),
)
_LACKING = re.compile(r"is not installed|no judge was asked|gave no answer")
MAX_ERROR_CHARS = 2_000


def sign(seen: Seen) -> Label | None:
    """Find a call that brought nothing, or a judge that said nothing."""
    if seen.trace.error is not None:
        return _label(_code(seen.trace.error), f"no answer: {seen.trace.error}")
    if seen.trace.fault is not None:
        return _label("application", f"the application failed: {seen.trace.fault}")
    if seen.trace.finish_reason is FinishReason.ERROR:
        return _label("no_answer", "the model's last call ended with the finish reason error")
    if seen.graded.outcome is Outcome.ERROR:
        said = [ruling.error for ruling in seen.trace.rulings.values() if ruling.error]
        said += [remark.error for remark in seen.trace.remarks.values() if remark.error]
        said += [one.error for one in seen.graded.grades if one.error and _LACKING.search(one.error)]
        if said:
            return _label("grader", *said[:3])
    return None


def _code(error: str) -> str:
    text = error[:MAX_ERROR_CHARS]
    return next((code for code, words in _CODES if words.search(text)), "no_answer")


def _label(code: str, *evidence: str) -> Label:
    lines = tuple(map(judgement.short, evidence))
    return Label(category=Category.INFRASTRUCTURE, code=code, confidence=Confidence.HIGH, evidence=lines)
