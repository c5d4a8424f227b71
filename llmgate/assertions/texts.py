"""Texts to look for × the output → which are there, for the kinds named `contains`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llmgate.assertions import judgement
from llmgate.assertions.judgement import Judgement

Fold = Callable[[str], str]


def contains(output: str, value: str, *, fold: Fold = str) -> Judgement:
    found = fold(value) in fold(output)
    return judgement.verdict(found, f"the output {'has' if found else 'lacks'} {judgement.quoted(value)}")


def contains_any(output: str, values: Sequence[str], *, fold: Fold = str) -> Judgement:
    folded = fold(output)
    found = next((value for value in values if fold(value) in folded), None)
    if found is None:
        return judgement.verdict(passed=False, reason=f"the output has none of {judgement.listed(values)}")
    return judgement.verdict(passed=True, reason=f"the output has {judgement.quoted(found)}")


def contains_all(output: str, values: Sequence[str], *, fold: Fold = str) -> Judgement:
    folded = fold(output)
    missing = [value for value in values if fold(value) not in folded]
    if missing:
        return judgement.verdict(passed=False, reason=f"the output lacks {judgement.listed(missing)}")
    return judgement.verdict(passed=True, reason=f"the output has all of {judgement.listed(values)}")
