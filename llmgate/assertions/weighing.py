"""Grades → what they add up to: an outcome, the weighted mean of the scores, and a score for each metric."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.assertions import judgement
from llmgate.trial import Grade, Outcome

TOLERANCE = 1e-9  # so that a mean of 2/3 reaches a threshold written as 0.6666666667 whatever the order of adding


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    outcome: Outcome
    score: float
    reason: str


def weigh(grades: Sequence[Grade], threshold: float | None) -> Weighed:
    """Add up the grades whose weight is above 0.

    Without a threshold all of them must pass; with one, the weighted mean of their scores must reach it, and single
    failures do not matter. A grade that could not judge makes the outcome an error only if it could change it. The
    score is the mean over the grades that could judge, or 0 if none could.
    """
    counted = [grade for grade in grades if grade.weight > 0]
    judged = [grade for grade in counted if grade.error is None]
    score = _mean(judged)
    if not counted:
        return Weighed(outcome=Outcome.ERROR, score=score, reason="every assertion has weight 0: nothing is checked")
    outcome = _all_pass(counted, judged) if threshold is None else _reaches(counted, judged, threshold)
    return Weighed(outcome=outcome, score=score, reason=judgement.short(_reason(outcome, counted, score, threshold)))


def metrics(grades: Iterable[Grade]) -> dict[str, JsonValue]:
    """The weighted mean score of each metric, over all grades and their parts that could judge.

    A metric whose grades all have weight 0 is their plain mean: such assertions are there to be measured.
    """
    named: dict[str, list[Grade]] = {}
    for grade in _every(grades):
        if grade.metric is not None and grade.error is None:
            named.setdefault(grade.metric, []).append(grade)
    return {name: _mean(named[name]) for name in sorted(named)}


def _all_pass(counted: Sequence[Grade], judged: Sequence[Grade]) -> Outcome:
    if not all(grade.passed for grade in judged):
        return Outcome.FAILED
    return Outcome.PASSED if len(judged) == len(counted) else Outcome.ERROR


def _reaches(counted: Sequence[Grade], judged: Sequence[Grade], threshold: float) -> Outcome:
    """Look at the lowest and the highest mean that the grades without a judgement leave open."""
    total = math.fsum(grade.weight for grade in counted)
    low = math.fsum(grade.score * grade.weight for grade in judged) / total
    high = low + math.fsum(grade.weight for grade in counted if grade.error is not None) / total
    if high < threshold - TOLERANCE:
        return Outcome.FAILED
    return Outcome.PASSED if low >= threshold - TOLERANCE else Outcome.ERROR


def _reason(outcome: Outcome, counted: Sequence[Grade], score: float, threshold: float | None) -> str:
    match outcome:
        case Outcome.ERROR:
            return _first([grade for grade in counted if grade.error is not None])
        case Outcome.FAILED if threshold is None:
            return _first([grade for grade in counted if not grade.passed and grade.error is None])
        case Outcome.FAILED | Outcome.PASSED if threshold is not None:
            return f"the weighted mean is {score:.3f}; the threshold is {threshold:g}"
        case _:
            return "all assertions passed"


def _first(grades: Sequence[Grade]) -> str:
    more = f" (and {len(grades) - 1} more)" if len(grades) > 1 else ""
    return f"{grades[0].assertion}: {grades[0].reason}{more}"


def _mean(grades: Sequence[Grade]) -> float:
    total = math.fsum(grade.weight for grade in grades)
    if total > 0:
        return min(1.0, max(0.0, math.fsum(grade.score * grade.weight for grade in grades) / total))
    return math.fsum(grade.score for grade in grades) / len(grades) if grades else 0.0


def _every(grades: Iterable[Grade]) -> Iterator[Grade]:
    for grade in grades:
        yield grade
        yield from _every(grade.parts)
