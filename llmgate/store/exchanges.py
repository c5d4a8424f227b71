"""Calls of applications under test, with the very bytes that they were answered with: the journal of the broker."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from llmgate.store.file import File
from llmgate.store.journal import Write
from llmgate.trial import Call, Completion, Operation, Trial

MAX_BODY_BYTES = 64 * 1024 * 1024
_FAST = 1  # streams repeat themselves so much that the least effort brings most

_COMPLETION: TypeAdapter[Completion] = TypeAdapter(Completion)
_FIND = """
SELECT status, content_type, body, operation, model, completion, cost_usd, latency_s, attempts, finished_at, seal
FROM exchange WHERE (experiment, fixture, arm, trial, request, occurrence) = (?, ?, ?, ?, ?, ?)
"""
_FORGET = """
DELETE FROM exchange WHERE (experiment, fixture, arm, trial, request, occurrence) = (?, ?, ?, ?, ?, ?)
"""
_KEEP = """
INSERT OR IGNORE INTO exchange (experiment, fixture, arm, trial, request, occurrence, status, content_type, body,
  operation, model, completion, cost_usd, latency_s, attempts, finished_at, seal)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """Which of a trial's requests: `request` is the digest of what was asked, and `number` counts equal ones from 0."""

    experiment: str
    trial: Trial
    request: str
    number: int

    @property
    def key(self) -> tuple[Any, ...]:
        trial = self.trial
        return (self.experiment, trial.fixture, trial.arm, trial.index, self.request, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A finished call, and what its application got. `finished_at` is in seconds since 1970."""

    status: int
    content_type: str
    body: bytes = field(repr=False)
    call: Call
    finished_at: float


class Exchanges:
    """The store's table of exchanges. Bodies are kept compressed."""

    def __init__(self, file: File) -> None:
        self._file = file

    def find(self, which: Occurrence, step: int) -> Exchange | None:
        """Find what was already paid for, as the trial's call `step`, or None. A torn one is forgotten."""
        rows = self._file.execute(_FIND, which.key)
        if not rows:
            return None
        try:
            if not self._file.seals.fit("exchange", rows[0], which.key):
                raise ValueError("its seal does not fit")  # noqa: TRY301 - one way for all that is torn
            return _read(rows[0], step)
        except (ValidationError, ValueError, TypeError, zlib.error):
            self._file.forget("calls of applications were damaged: they are made anew", _FORGET, which.key)
            return None

    async def keep(self, which: Occurrence, made: Exchange) -> None:
        """Journal an exchange. What another run has journaled first stays."""
        call = made.call
        values = (
            *which.key,
            *(made.status, made.content_type, zlib.compress(made.body, _FAST), call.operation, call.model),
            *(_COMPLETION.dump_json(call.completion).decode(), call.cost_usd, call.latency_s, call.attempts),
            made.finished_at,
        )
        await self._file.journal.write(
            Write(statement=_KEEP, values=(*values, self._file.seals.seal("exchange", *values)))
        )


def _read(row: tuple[Any, ...], step: int) -> Exchange:
    status, content_type, body, operation, model, completion, cost, latency, attempts, finished_at, _ = row
    call = Call(
        step=step,
        model=model,
        completion=_COMPLETION.validate_json(completion),
        cost_usd=cost,
        latency_s=latency,
        attempts=attempts,
        reused=True,
        operation=Operation(operation),
    )
    whole = _unpacked(body)
    return Exchange(status=status, content_type=content_type, body=whole, call=call, finished_at=finished_at)


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    whole = unpacking.decompress(packed, MAX_BODY_BYTES)
    if not unpacking.eof:
        raise ValueError("not whole")
    return whole
