"""The A/A gates of a suite, as they are kept in the store and told in a report."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Calibrated(BaseModel):
    """Gates of this suite against itself, under these rules: how many there were, blocked, and suspected something."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gates: int = 0
    blocked: int = 0
    flagged: int = 0
