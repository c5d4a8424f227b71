"""Calls that were taken, in the source's order → whether another place is a part of one of them."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field

from llmgate.prompts.typescript.tree import Spot


@dataclass(slots=True)
class Ranges:
    """Calls are added by where they begin. `around` is the call that holds each, by its position, or -1."""

    starts: list[int] = field(default_factory=list)
    calls: list[Spot] = field(default_factory=list)
    around: list[int] = field(default_factory=list)

    def add(self, spot: Spot) -> None:
        self.around.append(self._innermost(spot))
        self.starts.append(spot.node.start_byte)
        self.calls.append(spot)

    def hold(self, spot: Spot) -> bool:
        """Tell whether a place is in an argument of a call; what a function in the argument does is not its part."""
        position = self._innermost(spot)
        return position >= 0 and len(spot.place.scopes) <= len(self.calls[position].place.scopes)

    def _innermost(self, spot: Spot) -> int:
        position = bisect.bisect_right(self.starts, spot.node.start_byte) - 1
        while position >= 0 and self.calls[position].node.end_byte < spot.node.end_byte:
            position = self.around[position]
        return position
