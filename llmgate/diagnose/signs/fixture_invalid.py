"""Signs that the fixture asks for what cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from llmgate.assertions import judgement
from llmgate.assertions.categories import Category
from llmgate.assertions.subject import MAX_OUTPUT_CHARS
from llmgate.assertions.tool_call_f1 import ToolCallF1
from llmgate.assertions.trajectory_tool_args_match import TrajectoryToolArgsMatch
from llmgate.assertions.trajectory_tool_used import ToolCount, TrajectoryToolUsed
from llmgate.diagnose.label import Confidence, Label
from llmgate.diagnose.reading.seen import Failure, Seen
from llmgate.trial import Grade, Outcome

MAX_LINES = 3


def sign(seen: Seen) -> Label | None:
    """Find state outside of the fixture, tools that nobody offers, and assertions without anything to judge by."""
    if outside := seen.fixture.completeness.depends_on:
        return _label("outside_state", f"the answer hangs on {judgement.listed(outside)}")
    if gone := _gone(seen):
        return _label("tool_gone", f"asked for is a call of {judgement.listed(gone)}, which nobody offers")
    if seen.graded.outcome is Outcome.ERROR and len(seen.trace.output) <= MAX_OUTPUT_CHARS:
        errors = [f"{one.assertion}: {one.error}" for one in _unjudged(seen.graded.grades)]
        return _label("cannot_judge", *(errors[:MAX_LINES] or [seen.graded.reason]))
    return None


def _gone(seen: Seen) -> list[str]:
    """List the tools that failed assertions want called, where tools are offered and these are not among them."""
    known = {tool.name.casefold() for tool in (*seen.offered, *seen.fixture.tools.definitions)}
    known |= {result.name.casefold() for result in seen.fixture.tools.results}
    known |= {call.name.casefold() for call in seen.trace.tool_calls}
    if not known:
        return []
    wanted = (name for failure in seen.failures for name in _wanted(failure))
    return [name for name in dict.fromkeys(wanted) if name.casefold() not in known]


def _wanted(failure: Failure) -> Iterator[str]:
    check = failure.assertion.check if failure.assertion else None
    if failure.grade.assertion.startswith("not-"):
        return
    names: tuple[str, ...] = ()
    match check:
        case TrajectoryToolUsed(value=ToolCount() as count):
            names = (count.glob,) if count.min else ()
        case TrajectoryToolUsed(value=str(name)):
            names = (name,)
        case TrajectoryToolUsed(value=tuple(several)):
            names = several
        case TrajectoryToolArgsMatch():
            names = (check.value.glob,)
        case ToolCallF1():
            names = check.value
        case _:
            pass
    yield from (name for name in names if "*" not in name and "?" not in name)


def _unjudged(grades: tuple[Grade, ...]) -> Iterator[Grade]:
    for one in grades:
        if one.error is not None:
            yield from tuple(_unjudged(one.parts)) or (one,)


def _label(code: str, *evidence: str) -> Label:
    lines = tuple(map(judgement.short, evidence))
    return Label(category=Category.FIXTURE_INVALID, code=code, confidence=Confidence.HIGH, evidence=lines)
