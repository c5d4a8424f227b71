"""What a model id says about which model will answer and for how long, as values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue

Settings = Mapping[str, JsonValue]
"""What stands beside a model in its entry: parameters, and what is never sent, as a `revision`."""


class State(StrEnum):
    """How firmly an id names a model, whatever the model's life."""

    PINNED = "pinned"
    FLOATING = "floating"
    UNDATED = "undated"
    PREVIEW = "preview"
    ROUTER = "router"
    DEPLOYMENT = "deployment"
    LOCAL = "local"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    ACTIVE = "active"
    RETIRING = "retiring"
    RETIRED = "retired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """Where a model stands in its life. `ends` is the first day without it, where one is announced."""

    stage: Stage = Stage.UNKNOWN
    ends: dt.date | None = None

    def __str__(self) -> str:
        match self.stage:
            case Stage.ACTIVE:
                return "active"
            case Stage.RETIRING:
                return f"retiring on {self.ends}" if self.ends else "retiring, on a day that is not announced"
            case Stage.RETIRED:
                return f"retired on {self.ends}" if self.ends else "retired"
            case Stage.UNKNOWN:
                return "of unknown lifecycle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the id alone tells, before the model's life is looked at."""

    state: State
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One model id on two axes: how firmly it names a model (`state`), and how long that is served (`lifecycle`).

    `source` and `checked` say where and when the registry or the provider's own list told it; `stale` that this was
    too long ago to block on. `listed` says whether the provider's own list has the model; None where none was asked.
    """

    provider: str
    model: str
    state: State
    reason: str
    lifecycle: Lifecycle = Lifecycle()
    remedy: str = ""
    source: str = ""
    checked: dt.date | None = None
    stale: bool = False
    listed: bool | None = None

    @property
    def learned(self) -> str:
        """Say where what is known of the model's life comes from, or nothing where nothing is known."""
        return f"{self.source}, checked {self.checked}" if self.source else ""
