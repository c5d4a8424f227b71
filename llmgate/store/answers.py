"""The journal of an experiment → the first trials of a fixture on an arm, with the calls that each made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from llmgate.store.file import File
from llmgate.trial import Arm, Call, Completion, Trial

_COMPLETION: TypeAdapter[Completion] = TypeAdapter(Completion)
MOST_CALLS = 200


class Answers:
    """The store's table of calls, read by who shows a run that is over. Damaged rows are left out."""

    def __init__(self, file: File) -> None:
        self._file = file

    def first(self, experiment: str, fixture: str, arm: Arm, *, most: int) -> dict[Trial, list[Call]]:
        """Return the first `most` trials by index, each with its own calls: those up to one that wants no tool."""
        found: dict[Trial, list[Call]] = {}
        ended: set[int] = set()
        for index, call in self._calls(experiment, fixture, arm):
            trial = Trial(fixture=fixture, arm=arm, index=index)
            if trial not in found and len(found) == most:
                break
            if index not in ended:
                found.setdefault(trial, []).append(call)
            if not call.completion.message.tool_calls:
                ended.add(index)
        return found

    def _calls(self, experiment: str, fixture: str, arm: Arm) -> Iterator[tuple[int, Call]]:
        rows = self._file.execute(
            "SELECT experiment, fixture, arm, trial, step, request, model, completion, cost_usd, latency_s, attempts,"
            " finished_at, seal FROM call WHERE (experiment, fixture, arm) = (?, ?, ?) ORDER BY trial, step LIMIT ?",
            (experiment, fixture, arm, MOST_CALLS),
        )
        return ((row[3], call) for row in rows if self._file.seals.fit("call", row) and (call := _read(row)))


def _read(row: tuple[Any, ...]) -> Call | None:
    _, _, _, _, step, _, model, completion, cost, latency, attempts, _, _ = row
    try:
        read = _COMPLETION.validate_json(completion)
    except ValidationError:
        return None
    return Call(
        step=step, model=model, completion=read, cost_usd=cost, latency_s=latency, attempts=attempts, reused=True
    )
