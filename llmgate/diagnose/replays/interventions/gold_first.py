"""`gold_first`: the right documents are put before the others."""

from __future__ import annotations

from llmgate.assertions.categories import Category
from llmgate.diagnose.replays.bench import Probe
from llmgate.diagnose.replays.interventions.patient import Patient


class GoldFirst:
    name = "gold_first"
    category = Category.GROUNDING
    title = "the right documents are put first"

    def applied(self, patient: Patient) -> Probe | None:
        """Tried where the model was shown all of them, behind others."""
        wanted = set(patient.wanted)
        found = [document.id for document in patient.documents]
        if not wanted or not wanted <= patient.shown or set(found[: len(wanted)]) == wanted:
            return None
        return patient.seeing(sorted(patient.documents, key=lambda document: document.id not in wanted))
