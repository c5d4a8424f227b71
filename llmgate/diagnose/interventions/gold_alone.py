"""`gold_alone`: the model is shown the right documents and no other."""

from __future__ import annotations

from llmgate.assertions.categories import Category
from llmgate.diagnose.bench import Probe
from llmgate.diagnose.interventions.patient import Patient


class GoldAlone:
    name = "gold_alone"
    category = Category.GROUNDING
    title = "all other documents are taken out"

    def applied(self, patient: Patient) -> Probe | None:
        """Tried where all of them were found, with others beside them."""
        found = {document.id for document in patient.documents}
        wanted = set(patient.wanted)
        if not wanted or not wanted < found:
            return None
        return patient.seeing(document for document in patient.documents if document.id in wanted)
