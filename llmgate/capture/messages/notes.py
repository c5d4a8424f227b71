"""What was met on the way that a replay will lack."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Notes:
    missing: set[str] = field(default_factory=set)
    depends_on: set[str] = field(default_factory=set)
