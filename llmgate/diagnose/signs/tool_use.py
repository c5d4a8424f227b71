"""Signs that a tool was called wrongly, needlessly or not at all: the first step that goes another way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from llmgate.assertions import Assertion, bfcl, judgement
from llmgate.assertions import tools as named
from llmgate.assertions.categories import Category, implied
from llmgate.assertions.tool_call_f1 import ToolCallF1
from llmgate.assertions.tool_no_unknown import ToolNoUnknown
from llmgate.assertions.trajectory_tool_sequence import TrajectoryToolSequence
from llmgate.diagnose.label import Confidence, Label
from llmgate.diagnose.reading import calls
from llmgate.diagnose.reading.calls import MAX_CALLS, MAX_RECORDED
from llmgate.diagnose.reading.seen import Failure, Seen
from llmgate.diagnose.reading.words import Text
from llmgate.fixture import ToolResult
from llmgate.message import ToolCallPart, ToolResponsePart
from llmgate.trial import Miss, MissKind

LOOP_CALLS = 3
MIN_WORD_CHARS = 4

_VALID = Assertion.model_validate({"type": "is-valid-openai-tools-call"})
_CODE = re.compile(r"([a-z_]+(?::[a-z_/]+)?): ")
_CODES = frozenset(map(str, bfcl.Code))


def sign(seen: Seen) -> Label | None:
    """Find the first step that goes another way; what only a recorded result hints at comes last."""
    for find in (_missed, _asserted, _unoffered, _written, _malformed, _unserved, _ignored, _repeated, _uncalled):
        if label := find(seen):
            return label
    return None


def faint(seen: Seen) -> Label | None:
    """An error that a tool answered with, after which it was not called again: of the environment, it may be."""
    answered = [
        (message.name, part)
        for message in (seen.trace.request.messages if seen.trace.request else ())
        for part in message.parts
        if isinstance(part, ToolResponsePart)
    ]
    if answered and answered[-1][1].is_error:
        name = answered[-1][0] or "a tool"
        return _label(
            "tool_error", Confidence.LOW, f"{judgement.quoted(name)} answered with an error, and was the last"
        )
    return None


def _missed(seen: Seen) -> Label | None:
    """A call that no recorded result answers."""
    miss = seen.trace.miss
    if miss is None:
        return None
    code, confidence = _of_miss(miss, seen)
    return _label(code, confidence, f"{miss.kind}: {miss.message}")


def _of_miss(miss: Miss, seen: Seen) -> tuple[str, Confidence]:
    match miss.kind:
        case MissKind.HALLUCINATED_TOOL:
            return "hallucinated_tool", Confidence.HIGH
        case MissKind.TOO_MANY_CALLS | MissKind.EXHAUSTED:
            return "loop", Confidence.HIGH
        case MissKind.UNRECORDED_CALL:
            called = {call.name for call in seen.trace.tool_calls}
            instead = any(result.name not in called for result in seen.fixture.tools.results)
            return ("wrong_func_name", Confidence.HIGH) if instead else ("unneeded_call", Confidence.MEDIUM)
        case MissKind.WRONG_ARGUMENTS:
            codes = [
                code for call in reversed(_last(seen)) if (code := calls.difference(call, seen.fixture.tools.results))
            ]
            return codes[0] if codes else str(bfcl.Code.CANNOT_FIND_MATCH), Confidence.HIGH


def _last(seen: Seen) -> tuple[ToolCallPart, ...]:
    """The calls of the last answer, which are those that missed; of a trace without calls, all."""
    made = seen.trace.calls[-1].completion.message.tool_calls if seen.trace.calls else ()
    return (made or seen.trace.tool_calls)[:MAX_CALLS]


def _asserted(seen: Seen) -> Label | None:
    """What a failed assertion of tools says."""
    for failure in seen.failures:
        if implied(failure.grade.assertion) is Category.TOOL_USE:
            evidence = f"{failure.grade.assertion} failed: {failure.grade.reason}"
            return _label(_asserted_code(failure, seen), Confidence.HIGH, evidence)
    return None


def _asserted_code(failure: Failure, seen: Seen) -> str:
    made = seen.trace.tool_calls
    if failure.grade.assertion.startswith("not-"):
        return "unneeded_call"
    match failure.assertion.check if failure.assertion else None:
        case ToolNoUnknown():
            return "hallucinated_tool"
        case TrajectoryToolSequence() as check:
            return _sequence_code(check, made)
        case ToolCallF1() as check:
            return "missing_call" if set(check.value) - {call.name for call in made} else "unneeded_call"
        case _:
            return _said_code(failure, seen)


def _said_code(failure: Failure, seen: Seen) -> str:
    """Take the code from the reason, where one code stands for what has a name of its own here."""
    found = _CODE.match(failure.grade.reason)
    code = found[1] if found and found[1] in _CODES else str(bfcl.Code.CANNOT_FIND_MATCH)
    if code == bfcl.Code.WRONG_FUNC_NAME and "no such tool was offered" in failure.grade.reason:
        return "hallucinated_tool"
    if code in {bfcl.Code.WRONG_FUNC_NAME, bfcl.Code.WRONG_COUNT}:
        return _counted_code(code, failure, seen)
    return code


def _counted_code(code: str, failure: Failure, seen: Seen) -> str:
    made = seen.trace.tool_calls
    if not made:
        return "missing_call"
    if code == bfcl.Code.WRONG_COUNT:
        return "loop" if calls.most_repeated(made)[1] >= LOOP_CALLS else code
    allowed = {result.name for result in seen.fixture.tools.results}
    others = any(call.name not in allowed for call in made) if allowed else failure.kind == "trajectory:tool-args-match"
    return code if others else "missing_call"


def _sequence_code(check: TrajectoryToolSequence, made: tuple[ToolCallPart, ...]) -> str:
    """Tell calls in another order from calls that are missing, and from those that are too many."""
    steps = check.value.steps
    missing = [step for step in steps if not named.calls_of(step, made)]
    if missing:
        strange = any(not any(named.fits(step, call) for step in steps) for call in made)
        return str(bfcl.Code.WRONG_FUNC_NAME) if strange else "missing_call"
    if len(made) > len(steps) and check.value.mode == "exact":
        return "loop" if calls.most_repeated(made)[1] >= LOOP_CALLS else "unneeded_call"
    return "wrong_order" if len(made) >= len(steps) else "missing_call"


def _unoffered(seen: Seen) -> Label | None:
    offered = {tool.name for tool in seen.offered}
    strange = dict.fromkeys(call.name for call in seen.trace.tool_calls[:MAX_CALLS] if call.name not in offered)
    if strange and offered:
        return _label("hallucinated_tool", Confidence.HIGH, f"no such tool was offered: {judgement.listed(strange)}")
    return None


def _written(seen: Seen) -> Label | None:
    """A call that stands in the text of the answer instead of being made."""
    if seen.trace.tool_calls or not seen.offered:
        return None
    output = seen.output.written
    for tool in seen.offered[:MAX_RECORDED]:
        if re.search(rf"(?<![\w.]){re.escape(tool.name)}\s?\(", output) or (
            f'"{tool.name}"' in output and re.search(r'"(?:arguments|parameters|input|args)"\s*:', output)
        ):
            return _label(
                "missing_call", Confidence.HIGH, f"a call of {judgement.quoted(tool.name)} is written as text"
            )
    return None


def _malformed(seen: Seen) -> Label | None:
    """Arguments that the definition of a tool does not allow."""
    if not seen.trace.tool_calls or not seen.offered:
        return None
    judged = _VALID.grade(replace(seen.subject, tools=seen.offered))
    found = _CODE.match(judged.reason)
    if judged.passed or found is None or found[1] not in _CODES:
        return None
    return _label(found[1], Confidence.HIGH, f"the call does not fit its definition: {judged.reason}")


def _unserved(seen: Seen) -> Label | None:
    """A recorded result that has what the answer lacks, and that no call of the trial asked for."""
    asked = [entry for entry in seen.fixture.tools.results[:MAX_RECORDED] if not _was_asked(entry, seen)]
    known = (*seen.documents, *seen.results)
    for one in seen.missing:
        if any(one.stands_in(source.text) for source in known):
            continue
        for entry in asked:
            if one.stands_in(Text(written=calls.said(entry))):
                return _of_unserved(entry, seen, one.shown)
    return None


def _of_unserved(entry: ToolResult, seen: Seen, shown: str) -> Label:
    evidence = (
        f"the recorded result of {judgement.quoted(entry.name)} has {judgement.quoted(shown)}, and was not asked for"
    )
    same = [call for call in seen.trace.tool_calls[:MAX_CALLS] if call.name == entry.name]
    code = next(filter(None, (calls.unlike(call, entry) for call in reversed(same))), None)
    if code:
        last = judgement.quoted(calls.canonical(same[-1].arguments))
        return _label(code, Confidence.HIGH, evidence, f"it was called with {last}")
    return _label("missing_call", Confidence.HIGH, evidence)


def _was_asked(entry: ToolResult, seen: Seen) -> bool:
    return any(
        call.name == entry.name and calls.unlike(call, entry) is None for call in seen.trace.tool_calls[:MAX_CALLS]
    )


def _ignored(seen: Seen) -> Label | None:
    """A tool's answer that has what the answer lacks."""
    for one in seen.missing:
        telling = one.is_evidence or any(len(part.folded) >= MIN_WORD_CHARS for part in one.texts)
        if telling and any(one.stands_in(source.text) for source in seen.results):
            evidence = f"a tool answered {judgement.quoted(one.shown)}, which the answer lacks"
            return _label("ignored_result", Confidence.LOW if one.weak else Confidence.MEDIUM, evidence)
    return None


def _repeated(seen: Seen) -> Label | None:
    name, count = calls.most_repeated(seen.trace.tool_calls)
    if count >= LOOP_CALLS:
        return _label("loop", Confidence.MEDIUM, f"the same call of {judgement.quoted(name)} was made {count} times")
    return None


def _uncalled(seen: Seen) -> Label | None:
    """Recorded results, and not one call, where nothing else that the model saw has what the answer lacks."""
    recorded = seen.fixture.tools.results
    if not recorded or seen.trace.tool_calls:
        return None
    if any(one.stands_in(source.text) for one in seen.missing for source in seen.documents):
        return None
    names = dict.fromkeys(_names(recorded))
    offered = {tool.name for tool in seen.offered}
    gone = [name for name in names if name not in offered]
    evidence = [f"no tool was called; recorded are results of {judgement.listed(names)}"]
    evidence += [f"no longer offered: {judgement.listed(gone)}"] if gone else []
    return _label("missing_call", Confidence.MEDIUM, *evidence)


def _names(recorded: Iterable[ToolResult]) -> Iterator[str]:
    return (entry.name for entry in recorded)


def _label(code: str, confidence: Confidence, *evidence: str) -> Label:
    lines = tuple(map(judgement.short, evidence))
    return Label(category=Category.TOOL_USE, code=code, confidence=confidence, evidence=lines)
