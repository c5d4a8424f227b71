"""The journal → what a call of this repository has cost lately."""

from __future__ import annotations

from llmgate.store.file import File

LATEST = 1_000


class Costs:
    """What calls cost that were journaled with a price."""

    def __init__(self, file: File) -> None:
        self._file = file

    def mean(self) -> float | None:
        """Return the mean price in dollars of the latest calls that have one, or None."""
        rows = self._file.execute(
            "SELECT avg(cost_usd) FROM (SELECT cost_usd FROM call WHERE cost_usd IS NOT NULL"
            " ORDER BY finished_at DESC LIMIT ?)",
            (LATEST,),
        )
        return None if rows[0][0] is None else float(rows[0][0])
