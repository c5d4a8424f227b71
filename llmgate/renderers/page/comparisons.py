"""The trials of a fixture → base beside head: answers in pairs with a word diff, what was sent, and documents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from llmgate.prompts import wording
from llmgate.renderers import inert
from llmgate.report import Example, FixtureEntry
from llmgate.report.shown import ShownDocument, ShownMessage, ShownTrial

MOST_PAIRS = 3
MOST_SHOWN = 100
MAX_CHARS = 20_000
MAX_NAME_CHARS = 300
_ON_BASE = ("passed", "unknown", "failed", "error")
_ON_HEAD = ("failed", "unknown", "passed", "error")


def of(entry: FixtureEntry, trials: Sequence[ShownTrial]) -> dict[str, Any]:
    """Put passing answers of the base beside failing ones of the head; without trials, the report's example."""
    if not trials:
        return _example(entry.example) if entry.example else {}
    base = sorted((trial for trial in trials if trial.arm == "base"), key=lambda trial: _rank(trial, _ON_BASE))
    head = sorted((trial for trial in trials if trial.arm == "head"), key=lambda trial: _rank(trial, _ON_HEAD))
    return {
        "question": inert.block(entry.example.question, MAX_CHARS) if entry.example else "",
        "pairs": [_pair(*pair) for pair in list(zip_longest(base, head))[:MOST_PAIRS]],
        "sent": _sent(base[0].messages if base else (), head[0].messages if head else ()),
        "documents": _documents(base[0].documents if base else (), head[0].documents if head else ()),
    }


def _rank(trial: ShownTrial, order: tuple[str, ...]) -> tuple[int, int]:
    return order.index(trial.outcome), trial.index


def _pair(base: ShownTrial | None, head: ShownTrial | None) -> dict[str, Any]:
    answered = base and head and "error" not in (base.outcome, head.outcome)
    return {
        "base": _trial(base) if base else None,
        "head": _trial(head) if head else None,
        "diff": _diff(base.answer, head.answer) if base and head and answered else None,
    }


def _trial(trial: ShownTrial) -> dict[str, Any]:
    return trial.model_dump(exclude_defaults=True, exclude={"fixture", "arm", "messages", "documents"})


def _diff(before: str, after: str) -> list[tuple[int, str]]:
    return [(int(segment.fate), segment.text) for segment in wording.segments(before, after)]


def _sent(base: Sequence[ShownMessage], head: Sequence[ShownMessage]) -> list[dict[str, Any]]:
    """Compare what was sent, turn by turn; what only one arm was sent has nothing to differ from."""
    if not base or not head:
        return [{"role": turn.role, "diff": _diff(turn.text, turn.text)} for turn in base or head]
    found = []
    for before, after in zip_longest(base, head):
        shown = after or before
        found.append({"role": shown.role, "diff": _diff(before.text if before else "", after.text if after else "")})
    return found


def _documents(base: Sequence[ShownDocument], head: Sequence[ShownDocument]) -> list[dict[str, Any]]:
    """List the documents once, with the rank that each has on each arm; those of the head come first."""
    ranks = [{(document.id, document.text): rank for rank, document in enumerate(side, 1)} for side in (base, head)]
    each = dict.fromkeys((document.id, document.text) for document in (*head, *base))
    scores = {(document.id, document.text): document.score for document in (*base, *head)}
    return [
        {"id": key[0], "text": key[1], "score": scores[key], "base": ranks[0].get(key), "head": ranks[1].get(key)}
        for key in each
    ]


def _example(example: Example) -> dict[str, Any]:
    """Take a report's example for a pair of trials; a report is read from any file, so that it is cut."""
    base, head = (inert.block(answer, MAX_CHARS) for answer in (example.base_output, example.head_output))
    failed = [
        {
            "assertion": inert.line(each.assertion, MAX_NAME_CHARS),
            "outcome": "failed",
            "reason": inert.line(each.reason, MAX_CHARS),
        }
        for each in example.failed[:MOST_SHOWN]
    ]
    grades = {"outcome": "failed", "grades": failed}
    return {
        "question": inert.block(example.question, MAX_CHARS),
        "pairs": [{"base": {"answer": base}, "head": {"answer": head, **grades}, "diff": _diff(base, head)}],
        "documents": [{"id": inert.line(name, MAX_NAME_CHARS)} for name in example.documents[:MOST_SHOWN]],
    }
