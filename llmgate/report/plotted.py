"""What is drawn and listed beside the fixtures that ran, as the report says it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SkippedEntry(_Noun):
    """A fixture that did not run, as both arms send the same bytes."""

    id: str
    title: str = ""
    target: str = ""
    guards: str = ""


class GuardedEntry(_Noun):
    """The fixtures of one category, as they say it themselves; `name` is for people.

    The rates are means over the fixtures that ran on both arms, each of the same weight.
    """

    category: str
    name: str
    fixtures: int
    base_rate: float
    head_rate: float
