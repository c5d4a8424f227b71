"""Ways to treat a failing trial, one file each: what cures it shows what was wrong with it."""

from __future__ import annotations

from typing import Protocol

from llmgate.diagnose.bench import Probe
from llmgate.diagnose.interventions.effort import Effort
from llmgate.diagnose.interventions.forced_tool import ForcedTool
from llmgate.diagnose.interventions.gold_alone import GoldAlone
from llmgate.diagnose.interventions.gold_documents import GoldDocuments
from llmgate.diagnose.interventions.gold_first import GoldFirst
from llmgate.diagnose.interventions.more_room import MoreRoom
from llmgate.diagnose.interventions.no_context import NoContext
from llmgate.diagnose.interventions.patient import Patient
from llmgate.diagnose.interventions.recorded_tools import RecordedTools
from llmgate.diagnose.interventions.strict_schema import StrictSchema

__all__ = ["EVERY", "Intervention", "Patient"]


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
