"""A fixture that does not count for a while, as the report says it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ExceptionEntry(BaseModel):
    """One entry of the file of exceptions that decided.

    `by` accepted it, where it is accepted; `owner` mends it, where it is quarantined. Only where the `state` is `holds`
    does the fixture count for nothing. `other_request`: the head sends something else than was accepted, so it counts.
    `idle`: there was nothing to count. The other states void the entry, and a finding names it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fixture: str
    kind: Literal["accepted", "quarantined"]
    reason: str
    by: str = ""
    owner: str = ""
    expires: str
    state: Literal["holds", "other_request", "idle", "expired", "too_long", "critical", "unknown"]
