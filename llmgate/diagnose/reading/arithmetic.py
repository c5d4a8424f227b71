"""The numbers that a model was given and those of its answer → whether it computed, and computed wrongly."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from llmgate.assertions import judgement
from llmgate.assertions.numerals import Dated
from llmgate.diagnose.reading.expected import Expected
from llmgate.diagnose.reading.seen import Seen
from llmgate.diagnose.reading.words import Text, readings, values

MAX_OPERANDS = 8
MAX_UNASKED = 4
MAX_DAYS = 400
MAX_EQUATIONS = 20
TOLERANCE = 0.006
"""Amounts are rounded to two places."""

_SOME_YEAR = 2025
_NUMBER = r"[€$£]?[ ]?(-?\d[\d.,]{0,15})[ ]?(?:%|[€$£]|[^\W\d_]{1,15})?"
_EQUATION = re.compile(rf"{_NUMBER} ?([-+*/×x÷−–]) ?{_NUMBER} ?(?:=|≈|equals) ?{_NUMBER}")
_CHAIN = frozenset("+-*/×x÷−–()%")
_COMPUTING = re.compile(
    r"(?i)\b(?:total|sum|altogether|in all|add(?:ed)? up|difference|average|mean|discount|multipl\w+|subtract\w*|"
    r"divid\w+|calculate|compute|left over|remain\w*|twice|double|combined)\b"
)
_COUNTING = re.compile(
    r"(?i)\b(?:how much|how many|how long|percent|cost(?:s)? (?:for|of) \d+|left|per (?:month|year|day|week|person|"
    r"head)|half|each|change|interest|tax|until|between|days? (?:after|from))\b"
)


def slip(seen: Seen) -> tuple[str, bool] | None:
    """Say what was computed wrongly, and whether it is sure; None where nothing was computed, or all is right."""
    if wrong := _wrong_equation(seen.output.written):
        return f"the answer computes {judgement.quoted(wrong)}", True
    for one in seen.missing:
        if not (one.values or any(part.days for part in one.texts)) or not (other := _other_number(seen, one)):
            continue
        if is_computed(seen, one):
            evidence = f"{judgement.quoted(one.shown)} follows from numbers that were given; the answer has {other}"
            return evidence, is_asked(seen)
    return None


def is_computed(seen: Seen, one: Expected) -> bool:
    """Tell whether an expected number or date is none that was given, and follows from those that were.

    A bare number may stand in a text by chance; where something is to be computed, that is no reason against it.
    """
    computing = _COMPUTING.search(seen.question.written) is not None
    if not (computing and one.values and not one.units) and any(one.stands_in(text) for text in seen.given):
        return False
    if any(part.days for part in one.texts):
        return _follows_in_days(seen, one)
    wanted = {number for value in one.values if (number := _float(value)) is not None}
    asked, rest = ([number for number in _numbers(texts) if number not in wanted] for texts in _given(seen))
    if computing:
        operands = [*asked, *(number for number in rest if number not in asked)][:MAX_OPERANDS]
        return any(_follows(number, operands) for number in wanted)
    operands = [*asked[:MAX_UNASKED], *rest[: MAX_OPERANDS - MAX_UNASKED]]
    once = {round(result, 2) for one in asked[:MAX_UNASKED] for other in operands for result in _both(one, other)}
    needed = list(islice(_numbers(source.text for source in seen.documents if source.needed), MAX_OPERANDS))
    once |= {round(result, 2) for one in needed for other in needed for result in _plainly(one, other)}
    return any(round(number, 2) in once for number in wanted)


def _given(seen: Seen) -> tuple[Iterable[Text], Iterable[Text]]:
    """The texts of the question, and what there is to read: what is needed first."""
    needed = [source.text for source in seen.documents if source.needed]
    others = [source.text for source in (*seen.results, *seen.documents) if not source.needed]
    if not needed and not others and seen.prompt:
        return (seen.question, seen.prompt), (seen.question, seen.prompt)
    return (seen.question,), (*needed, *others)


def _follows_in_days(seen: Seen, one: Expected) -> bool:
    """Tell whether a date is so many days, weeks or months from one that was given."""
    wanted = {day for part in one.texts for day in part.days}
    asked, rest = _given(seen)
    texts = [*asked, *rest]
    lengths = {
        int(number) for number in islice(_numbers(texts), MAX_OPERANDS) if number.is_integer() and number <= MAX_DAYS
    }
    starts = sorted({day for text in texts for day in text.days})[:MAX_OPERANDS]
    steps = {scale * sign * length for length in lengths for scale in (1, 7, 30, 31) for sign in (1, -1)}
    ends = {start + dt.timedelta(days=step) for start in map(_date, starts) if start for step in steps}
    return any((end.month, end.day) in wanted for end in ends)


def _date(day: tuple[int, int]) -> dt.date | None:
    try:
        return dt.date(_SOME_YEAR, *day)
    except ValueError:
        return None


def is_asked(seen: Seen) -> bool:
    """Tell whether the question asks for something that may have to be computed."""
    return bool(_COMPUTING.search(seen.question.written) or _COUNTING.search(seen.question.written))


def _other_number(seen: Seen, one: Expected) -> str | None:
    """Find a number in the answer that nothing gave it and that is not the expected one."""
    given = frozenset[str]().union(*(text.values for text in seen.given))
    for number in seen.output.found.numbers:
        if readings(number).isdisjoint(given | one.values):
            return judgement.quoted(number.text)
    days = {day for text in (*seen.given, *one.texts) for day in text.days}
    return next((judgement.quoted(date.text) for date in seen.output.found.dates if _days(date).isdisjoint(days)), None)


def _days(date: Dated) -> set[tuple[int, int]]:
    return {(day.month, day.day) for day in date.days}


def _numbers(texts: Iterable[Text]) -> Iterator[float]:
    """Yield the different numbers of texts, in their order."""
    known: set[float] = set()
    for text in texts:
        for written in text.found.numbers:
            for number in filter(None, map(_float, sorted(readings(written)))):
                if number not in known:
                    known.add(number)
                    yield number


def _follows(wanted: float, operands: list[float]) -> bool:
    """Tell whether a number is the result of one operation on two others, of two on three, or a sum."""
    once = {round(result, 2) for one in operands for other in operands for result in _results(one, other)}
    if round(wanted, 2) in once | _sums(operands):
        return True
    return any(round(left, 2) in once for right in operands for left in _lefts(wanted, right))


def _results(one: float, other: float) -> Iterator[float]:
    yield from _plainly(one, other)
    yield one * other / 100
    yield one * (100 - other) / 100
    yield one * (100 + other) / 100


def _plainly(one: float, other: float) -> Iterator[float]:
    """What two numbers of a text that is needed, and does not have the expected one, make without a further thought."""
    yield one + other
    yield one - other
    yield one * other
    if other:
        yield one / other


def _both(one: float, other: float) -> Iterator[float]:
    yield from _results(one, other)
    yield from _results(other, one)


def _lefts(wanted: float, right: float) -> Iterator[float]:
    """Yield what an operation with `right` makes `wanted` of."""
    yield wanted - right
    yield wanted + right
    yield right - wanted
    if right:
        yield wanted / right
        yield wanted * right
    for factor in (100 - right, 100 + right):
        if factor:
            yield wanted * 100 / factor


def _sums(operands: list[float]) -> set[float]:
    """The sums of the first few, and of all."""
    found: set[float] = set()
    total = 0.0
    for number in operands:
        total += number
        found.add(round(total, 2))
    return found


def _wrong_equation(output: str) -> str | None:
    """Return an equation of two numbers that does not hold; a piece of a longer one says nothing."""
    for match in islice(_EQUATION.finditer(output), MAX_EQUATIONS):
        before = output[max(0, match.start() - 3) : match.start()].strip()
        if (not before or before[-1] not in _CHAIN) and not _holds(*match.groups()):
            return match.group().strip()
    return None


def _holds(left: str, sign: str, right: str, result: str) -> bool:
    """Tell whether an equation holds in any reading of its numbers, up to how its result is rounded."""
    ones, others, told = (
        [number for value in values(each) if (number := _float(value)) is not None] for each in (left, right, result)
    )
    precision = 0.5 if "." not in result and "," not in result else TOLERANCE
    slack = TOLERANCE if sign in "+-−–*×x" and "." not in left + right else precision
    found = [_apply(one, sign, other) for one in ones for other in others]
    return not (found and told) or any(
        abs(one - said) <= max(slack, abs(said) * 1e-6) for one in found for said in told
    )


def _apply(one: float, sign: str, other: float) -> float:
    match sign:
        case "+":
            return one + other
        case "*" | "×" | "x":
            return one * other
        case "/" | "÷":
            return one / other if other else float("inf")
        case _:
            return one - other


def _float(value: str) -> float | None:
    return float(value) if len(value) <= 15 else None
