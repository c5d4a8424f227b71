"""Outcomes by all that they depend on: what later runs screen with, each with who drew it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from llmgate.store.drawers import LOCAL
from llmgate.store.file import File
from llmgate.store.journal import Write
from llmgate.trial import Trial

SAMPLES_KEPT = 20
"""Samples kept of each baseline key (the newest): of those for all, and of those for each pull request."""

_KEEP = """
INSERT OR IGNORE INTO sample (key, experiment, trial, passed, commit_sha, finished_at, event, subject, seal)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_DROP = """
DELETE FROM sample WHERE (key, subject) = (?, ?) AND id NOT IN
  (SELECT id FROM sample WHERE (key, subject) = (?, ?) ORDER BY finished_at DESC, id DESC LIMIT ?)
"""
_FIND = """
SELECT id, key, experiment, trial, passed, commit_sha, finished_at, event, subject, seal FROM sample WHERE key = ?
ORDER BY finished_at DESC, id DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One stored outcome of a fixture's request. `finished_at` is in seconds since 1970.

    `event` is of the run that drew it. `subject` is the pull request whose later runs alone may use it; without one,
    every run may.
    """

    passed: bool
    commit: str
    finished_at: float
    event: str = LOCAL
    subject: str = ""


class Baselines:
    """The store's table of outcomes."""

    def __init__(self, file: File) -> None:
        self._file = file

    def keep(self, key: str, experiment: str, trial: Trial, sample: Sample) -> None:
        """Add an outcome to the baseline of `key`, once for a trial, and drop the oldest beyond SAMPLES_KEPT.

        It is written with the next call that is journaled: a run that is killed before finds it again with its call.
        """
        name = f"{trial.fixture}/{trial.arm}/{trial.index}"
        whose = (sample.event, sample.subject)
        row = (key, experiment, name, sample.passed, sample.commit, sample.finished_at, *whose)
        kept = (key, sample.subject)
        self._file.journal.ride(
            Write(statement=_KEEP, values=(*row, self._file.seals.seal("sample", *row))),
            Write(statement=_DROP, values=(*kept, *kept, SAMPLES_KEPT)),
        )

    def find(
        self, key: str, *, besides: str, since: float, until: float = math.inf, subject: str = ""
    ) -> tuple[Sample, ...]:
        """The baseline of `key`, newest first, without the outcomes of the experiment that asks.

        Those that a pull request drew are for the one that is named `subject` alone. What is damaged goes, and what is
        from after `until`: of it nobody knows when it was drawn.
        """
        self._file.journal.settle()
        rows = self._file.execute(_FIND, (key,))
        torn = [row[:1] for row in rows if not self._file.seals.fit("sample", row[1:])]
        if torn:
            statement = "DELETE FROM sample WHERE id = ?"
            self._file.forget("samples of baselines were damaged: they are left out", statement, *torn)
        sealed = [row for row in rows if row[:1] not in torn]
        if any(row[6] > until for row in sealed):
            statement = "DELETE FROM sample WHERE key = ? AND finished_at > ?"
            self._file.journal.write_now(Write(statement=statement, values=(key, until)))
        return tuple(
            Sample(passed=bool(passed), commit=commit, finished_at=at, event=event, subject=whose)
            for _, _, made_by, _, passed, commit, at, event, whose, _ in sealed
            if made_by != besides and since <= at <= until and whose in ("", subject)
        )
