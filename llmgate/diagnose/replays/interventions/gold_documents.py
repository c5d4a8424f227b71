"""`gold_documents`: the documents that should have been found are put before those that were."""

from __future__ import annotations

from llmgate.assertions.categories import Category
from llmgate.diagnose.replays.bench import Probe
from llmgate.diagnose.replays.interventions.patient import Patient


class GoldDocuments:
    name = "gold_documents"
    category = Category.RETRIEVAL
    title = "the right documents are put in"

    def applied(self, patient: Patient) -> Probe | None:
        """Tried where one of them is not among the documents, or its text is not in what was sent.

        They get the best score of all, as a template may leave out what scores low.
        """
        if all(document.id in patient.shown for document in patient.gold):
            return None
        scores = [document.score for document in patient.documents if document.score is not None]
        gold = [document.model_copy(update={"score": max(scores, default=None)}) for document in patient.gold]
        found = {document.id for document in gold}
        return patient.seeing((*gold, *(document for document in patient.documents if document.id not in found)))
