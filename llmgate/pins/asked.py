"""One place of a revision that names a model, as the rules about pins look at it."""

from __future__ import annotations

from dataclasses import dataclass, field

from llmgate.pins.pin import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A model id and where it stands. `settings` is what stands beside it, sent or not, as a `revision`."""

    name: str
    provider: str
    model: str
    path: str
    line: int
    settings: Settings = field(default_factory=dict)
