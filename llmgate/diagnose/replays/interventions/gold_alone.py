"""`gold_alone`: the model is shown the right documents and no other."""

from __future__ import annotations

from llmgate.assertions.categories import Category
from llmgate.diagnose.replays.bench import Probe
from llmgate.diagnose.replays.interventions.patient import Patient


class GoldAlone:
    name = "gold_alone"
    category = Category.GROUNDING
    title = "all other documents are taken out"

    def applied(self, patient: Patient) -> Probe | None:
        """Tried where the model was shown all of them, with others beside them."""
        wanted = set(patient.wanted)
        if not wanted or not wanted < patient.shown:
            return None
        return patient.seeing(document for document in patient.documents if document.id in wanted)
