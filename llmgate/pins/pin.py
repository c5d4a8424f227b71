"""What a model id says about which model will answer, as a value."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How firmly an id names a model. `retiring` and `retired` are about its life, the others about its name."""

    PINNED = "pinned"
    FLOATING = "floating"
    UNDATED = "undated"
    PREVIEW = "preview"
    ROUTER = "router"
    DEPLOYMENT = "deployment"
    LOCAL = "local"
    RETIRING = "retiring"
    RETIRED = "retired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the id alone tells, before the model's life is looked at."""

    state: State
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The state of one model id.

    `identity` is how firmly the id names a model, also where `state` tells that it is at its end on `ends`. `source`
    and `checked` say where and when the registry learned it; `stale` that this was too long ago to block on.
    """

    provider: str
    model: str
    state: State
    identity: State
    reason: str
    remedy: str = ""
    ends: dt.date | None = None
    source: str = ""
    checked: dt.date | None = None
    stale: bool = False
