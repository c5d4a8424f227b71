"""Ways to treat a failing trial, one file each: what cures it shows what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from llmgate.diagnose.replays.bench import Probe
from llmgate.diagnose.replays.interventions.effort import Effort
from llmgate.diagnose.replays.interventions.forced_tool import ForcedTool
from llmgate.diagnose.replays.interventions.gold_alone import GoldAlone
from llmgate.diagnose.replays.interventions.gold_documents import GoldDocuments
from llmgate.diagnose.replays.interventions.gold_first import GoldFirst
from llmgate.diagnose.replays.interventions.more_room import MoreRoom
from llmgate.diagnose.replays.interventions.no_context import NoContext
from llmgate.diagnose.replays.interventions.patient import Patient
from llmgate.diagnose.replays.interventions.recorded_tools import RecordedTools
from llmgate.diagnose.replays.interventions.strict_schema import StrictSchema

__all__ = ["EVERY", "OF", "Intervention", "Patient"]


class Intervention(Protocol):
    """One treatment. `category` is the kind of failure that it cures; `title` says what is done, for people."""

    @property
    def name(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def title(self) -> str: ...

    def applied(self, patient: Patient) -> Probe | None:
        """Make the treated arm ready; None where it does not apply.

        Raises:
            RenderError: where the prompt does not take what it is given.
        """
        ...


EVERY: tuple[Intervention, ...] = (
    StrictSchema(),
    MoreRoom(),
    RecordedTools(),
    ForcedTool(),
    GoldDocuments(),
    GoldAlone(),
    GoldFirst(),
    NoContext(),
    Effort(),
)
"""In the order of the steps that an answer takes: what is cured upstream is named before what is cured downstream."""
OF: Mapping[str, Intervention] = {each.name: each for each in EVERY}
