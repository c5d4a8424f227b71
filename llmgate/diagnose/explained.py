"""What was found of why fixtures broke, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # scipy is imported when something broke, and not before
    from llmgate.diagnose.causes.attribution import Attribution
    from llmgate.diagnose.causes.locating import Located
    from llmgate.diagnose.replays.counterfactual import Replayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What was found of each fixture, by its id. `exhausted` says what ended it before its end, if anything did."""

    attributions: Mapping[str, Attribution] = field(default_factory=dict)
    located: Mapping[str, Located] = field(default_factory=dict)
    replayed: Mapping[str, Replayed] = field(default_factory=dict)
    exhausted: str | None = None

    def with_more(
        self,
        *,
        attributions: Mapping[str, Attribution] | None = None,
        located: Mapping[str, Located] | None = None,
        replayed: Mapping[str, Replayed] | None = None,
    ) -> Explained:
        return Explained(
            attributions={**self.attributions, **(attributions or {})},
            located={**self.located, **(located or {})},
            replayed={**self.replayed, **(replayed or {})},
        )

    @property
    def fixtures(self) -> frozenset[str]:
        """The ids of the fixtures of which anything was found."""
        return frozenset((*self.attributions, *self.located, *self.replayed))
