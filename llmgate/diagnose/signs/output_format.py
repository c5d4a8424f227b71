"""Signs that an answer has the wrong form, found by repairing it and grading it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from pydantic import JsonValue

from llmgate.assertions import json_text, judgement
from llmgate.assertions.categories import Category, implied
from llmgate.assertions.contains_json import ContainsJson
from llmgate.assertions.equals import Equals
from llmgate.assertions.format_json_schema import FormatJsonSchema
from llmgate.assertions.is_json import IsJson
from llmgate.assertions.regex import Regex
from llmgate.diagnose.label import Confidence, Label
from llmgate.diagnose.reading import asked_json, language, repair, script
from llmgate.diagnose.reading import seen as looked
from llmgate.diagnose.reading.repair import Repaired
from llmgate.diagnose.reading.seen import Failure, Seen
from llmgate.diagnose.reading.words import Text, fold
from llmgate.trial import FinishReason

MAX_REPAIRS = 24
MIN_CUT_CHARS = 20
TAIL_CHARS = 16
GOING_ON_CHARS = 80
MAX_INSTRUCTION_CHARS = 50_000

_PLAIN = re.compile(
    r"(?i)\b(?:plain text|no (?:markdown|formatting|bullet points|headings)|without (?:any )?(?:markdown|formatting))\b"
)
_MARKS = re.compile(r"(?m)^[ \t]*(?:#{1,6}[ \t]|[-*+][ \t]|\d{1,3}\.[ \t]|>[ \t]|```.*$|\|)|\*\*|__|`")
_VALUE = re.compile(r": .{1,200} was expected\Z")
_TEXT_KINDS = frozenset({"equals", "regex", "starts-with"})
_DANGLING: Final = frozenset(
    {"a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "within", "and", "or", "but", "that"}
    | {"which", "is", "are", "was", "were", "be", "has", "have", "your", "our", "its", "as", "if", "than", "per"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is wrong with the form; `rest` is what fails besides, None where nothing does; `mended` if on a repair."""

    label: Label
    rest: Seen | None = None
    mended: bool = False


def sign(seen: Seen) -> Form | None:
    """Find what is wrong with the form of an answer, and whether that is all."""
    for find in (_unfinished, _broken, _surrounded, _not_json, _marked_up, _foreign, _cut_off):
        if form := find(seen):
            return form
    return None


def _unfinished(seen: Seen) -> Form | None:
    """An answer that is empty, or that the model was stopped in."""
    trace = seen.trace
    if trace.finish_reason is FinishReason.LENGTH:
        return Form(label=_label("truncated", Confidence.HIGH, "the model stopped for length, before its end"))
    waiting = bool(trace.calls and trace.calls[-1].completion.message.tool_calls) or trace.miss is not None
    if not trace.output.strip() and not waiting and (trace.calls or not trace.tool_calls):
        return Form(label=_label("empty", Confidence.HIGH, "the answer is empty"))
    return None


def _broken(seen: Seen) -> Form | None:
    """An answer that a failed assertion of a format is about."""
    about = [failure for failure in seen.failures if _is_of_format(failure)]
    if not about:
        return None
    best = _mended(seen, about)
    first = about[0].grade
    evidence = f"{first.assertion} failed: {first.reason}"
    if best is None:
        left = tuple(failure for failure in seen.failures if failure not in about)
        label = _label(_code(seen, about), Confidence.HIGH, evidence)
        return Form(label=label, rest=seen.on(seen.trace.output, left) if left else None)
    mended, left = best
    passes = ", and then everything passes" if not left else ""
    label = _label(mended.code, Confidence.HIGH, evidence, f"{mended.done}, {first.assertion} passes{passes}")
    whole = not left or mended.code == "truncated"
    return Form(label=label, rest=None if whole else seen.on(mended.output, left), mended=True)


def _is_of_format(failure: Failure) -> bool:
    """Tell whether a failed assertion is about the form alone: one value that is wrong is not."""
    if failure.grade.assertion.startswith("not-") or failure.assertion is None:
        return False
    if isinstance(failure.assertion.check, Equals):
        return failure.grade.reason.startswith(("no JSON", "not JSON", "text after", "the output is in a code fence"))
    return implied(failure.grade.assertion) is Category.OUTPUT_FORMAT and not _VALUE.search(failure.grade.reason)


def _mended(seen: Seen, about: list[Failure]) -> tuple[Repaired, tuple[Failure, ...]] | None:
    """Find the repair after which the form is right and the fewest assertions fail; a value may still be wrong."""
    found: list[tuple[Repaired, tuple[Failure, ...]]] = []
    for mended in islice(_repairs(seen, about), MAX_REPAIRS):
        left = _left(seen, mended)
        if not any(_is_of_format(failure) for failure in left):
            found.append((mended, left))
            if not left:
                break
    return min(found, key=lambda each: len(each[1]), default=None)


def _left(seen: Seen, mended: Repaired) -> tuple[Failure, ...]:
    """List what still fails on a repaired output."""
    subject = replace(seen.subject, trace=replace(seen.trace, output=mended.output))
    return tuple(filter(None, (looked.again(failure, subject) for failure in seen.failures)))


def _repairs(seen: Seen, about: Iterable[Failure]) -> Iterator[Repaired]:
    output = seen.trace.output
    checks = [failure.assertion.check for failure in about if failure.assertion]
    schemas = [check.value for check in checks if isinstance(check, IsJson | ContainsJson | FormatJsonSchema)]
    likes = [check.value for check in checks if isinstance(check, Equals)]
    if schemas or likes:
        yield from repair.jsons(output, _schema(seen, schemas), next(iter(likes), None))
    yield from repair.texts(output)


def _schema(seen: Seen, schemas: list[JsonValue]) -> JsonValue:
    """The first schema of the assertions, else the one that the request asked for."""
    if named := next((schema for schema in schemas if schema is not None), None):
        return named
    asked: JsonValue = seen.trace.request.params.get("response_format") if seen.trace.request else None
    for key in ("json_schema", "schema"):
        asked = asked.get(key) if isinstance(asked, dict) else None
    return asked


def _code(seen: Seen, about: list[Failure]) -> str:
    """Name what could not be mended."""
    checks = [failure.assertion.check for failure in about if failure.assertion]
    if any(isinstance(check, IsJson | ContainsJson | FormatJsonSchema | Equals) for check in checks):
        if json_text.flaw(seen.trace.output) is None:
            return "schema_violation"
        mended = list(islice(repair.jsons(seen.trace.output, None, None), MAX_REPAIRS))
        codes = {one.code for one in mended}
        return (
            "truncated" if "truncated" in codes else "schema_violation" if "wrapper_noise" in codes else "unparseable"
        )
    output = seen.trace.output.strip()
    if output.startswith("<") and not output.endswith(">"):
        return "truncated"
    lacks = any("lacks" in failure.grade.reason or "allowed" in failure.grade.reason for failure in about)
    return "schema_violation" if lacks else "unparseable"


def _not_json(seen: Seen) -> Form | None:
    """An answer that was to be JSON, whatever the assertions that failed are called."""
    if (found := asked_json.flaw(seen)) is None:
        return None
    label = _label(found.code, Confidence.HIGH, *found.evidence)
    if found.code == "schema_violation":
        return Form(label=label)
    repairs = repair.jsons(seen.trace.output, None, None)
    mended = [(_left(seen, one), one) for one in islice(repairs, MAX_REPAIRS)]
    left, best = min(mended, key=lambda each: len(each[0]), default=((), None))
    return Form(label=label, rest=seen.on(best.output, left) if best and left else None)


def _surrounded(seen: Seen) -> Form | None:
    """A whole text that was asked for, and came with something around it, or in another form."""
    about = [each for each in seen.failures if each.grade.assertion in _TEXT_KINDS and each.assertion is not None]
    for failure in about:
        evidence = f"{failure.grade.assertion} failed: {failure.grade.reason}"
        others = tuple(each for each in seen.failures if each is not failure)
        for mended in repair.texts(seen.trace.output):
            left = _left(seen, mended)
            if all(each.assertion is not failure.assertion for each in left):
                label = _label("wrapper_noise", Confidence.HIGH, evidence, f"{mended.done} it passes")
                return Form(label=label, rest=seen.on(mended.output, left) if left else None, mended=True)
        if code := _shape(seen, failure):
            label = _label(code, Confidence.MEDIUM, evidence, "asked for is a whole answer of one form")
            return Form(label=label, rest=seen.on(seen.trace.output, others) if others else None)
    return None


def _shape(seen: Seen, failure: Failure) -> str | None:
    """Name what is wrong where the whole answer was to have a form: what was wanted within, or nothing like it."""
    check = failure.assertion.check if failure.assertion else None
    if isinstance(check, Equals) and isinstance(check.value, str):
        wanted, output = check.value.strip(), seen.output.folded
        inside = len(wanted) > 1 and Text(written=wanted).folded.strip(" .") in output
        return "wrapper_noise" if inside and len(output) > len(wanted) else None
    if not isinstance(check, Regex):
        return None
    pattern = re.fullmatch(r"(\(\?[a-z]+\))?(?:\^|\\A)(.*)(?:\$|\\z)", check.value, re.DOTALL)
    if pattern is None:
        return None
    within = Regex.model_construct(value=f"{pattern[1] or ''}{pattern[2]}")
    if within.grade(seen.subject).passed:
        return "wrapper_noise"
    said = re.sub(r"\\[a-zA-Z]|\[[^\]]*\]|\(\?[a-zA-Z]*\)", " ", check.value)
    return None if re.search(r"[^\W\d_]{3,}|\d", re.sub(r"\{\d+(,\d*)?\}", " ", said)) else "schema_violation"


def _marked_up(seen: Seen) -> Form | None:
    """Markdown where plain text was asked for."""
    asked = next((told for text in _instructions(seen) if (told := _PLAIN.search(text))), None)
    output = seen.trace.output[: repair.MAX_REPAIRED_CHARS]
    marks = _MARKS.findall(output) if asked else []
    if asked is None or not marks:
        return None
    evidence = (f"asked for is {judgement.quoted(asked[0])}", f"the answer has {judgement.quoted(marks[0].strip())}")
    left = _left(seen, Repaired(output=_MARKS.sub(" ", output), code="wrapper_noise", done="without its marks"))
    label = _label("wrapper_noise", Confidence.HIGH if not left else Confidence.MEDIUM, *evidence)
    return Form(label=label, rest=seen.on(output, left) if left else None)


def _instructions(seen: Seen) -> Iterator[str]:
    request = seen.trace.request
    for message in request.messages if request else ():
        if message.role in ("system", "developer", "user"):
            yield message.text[:MAX_INSTRUCTION_CHARS]


def _foreign(seen: Seen) -> Form | None:
    """An answer in another script than everything around it."""
    around = "\n".join([seen.question.written, *(text.written for text in seen.given[:5])])
    wanted = "\n".join(part.written for one in seen.expected for part in one.texts)
    output, whole = seen.output.written, f"{around}\n{wanted}"
    for found in (script.mismatch(output, whole), language.mismatch(output, seen.question.written, whole)):
        if found:
            return Form(label=_label("wrong_language", Confidence.HIGH, found))
    return None


def _cut_off(seen: Seen) -> Form | None:
    """An answer that ends in the middle of a sentence, where more of it is missing."""
    output = seen.trace.output.rstrip()
    if not seen.missing or len(output) < MIN_CUT_CHARS:
        return None
    expected = seen.fixture.observed.expected or ""
    if len(expected) > len(output) and expected.startswith(output):
        return Form(label=_label("truncated", Confidence.MEDIUM, "the answer is the beginning of the expected one"))
    if goes_on := _going_on(seen, output):
        return Form(label=_label("truncated", Confidence.MEDIUM, goes_on))
    last = output[-40:].split()[-1].casefold()
    if output[-1] in ",([{:;-–—/&+" or last in _DANGLING:
        return Form(
            label=_label("truncated", Confidence.MEDIUM, f"the answer ends with {judgement.quoted(output[-30:])}")
        )
    return None


def _going_on(seen: Seen, output: str) -> str | None:
    """Find the text that the answer repeats to its last character, and that goes on with what it lacks."""
    tail = fold(output[-2 * TAIL_CHARS :])[-TAIL_CHARS:]
    if len(tail) < TAIL_CHARS or output[-1] in ".!?":
        return None
    for source in (*seen.documents, *seen.results):
        place = source.text.folded.find(tail)
        following = source.text.folded[place + len(tail) :][:GOING_ON_CHARS] if place >= 0 else ""
        if any(one.stands_in(Text(written=tail + following)) for one in seen.missing):
            return f"the answer ends where {judgement.quoted(source.id)} goes on with what it lacks"
    return None


def _label(code: str, confidence: Confidence, *evidence: str) -> Label:
    lines = tuple(map(judgement.short, evidence))
    return Label(category=Category.OUTPUT_FORMAT, code=code, confidence=confidence, evidence=lines)
