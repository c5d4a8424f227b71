"""`no_context`: the model is shown no document at all."""

from __future__ import annotations

from llmgate.assertions.categories import Category
from llmgate.diagnose.replays.bench import Probe
from llmgate.diagnose.replays.interventions.patient import Patient


class NoContext:
    name = "no_context"
    category = Category.GROUNDING
    title = "all documents are taken out"

    def applied(self, patient: Patient) -> Probe | None:
        """Tried where there are documents. An answer that stays the same was not taken from them."""
        return patient.seeing(()) if patient.documents else None
