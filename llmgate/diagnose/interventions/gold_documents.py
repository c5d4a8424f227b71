"""`gold_documents`: the documents that should have been found are put before those that were."""

from __future__ import annotations

from llmgate.assertions.categories import Category
from llmgate.diagnose.bench import Probe
from llmgate.diagnose.interventions.patient import Patient


class GoldDocuments:
    name = "gold_documents"
    category = Category.RETRIEVAL
    title = "the right documents are put in"

    def applied(self, patient: Patient) -> Probe | None:
        """Tried where one of them is not among the documents, or its text is not in what was sent."""
        sent = "\n".join(message.text for message in patient.prepared.request.messages)
        there = {document.id for document in patient.documents if document.text.strip() in sent}
        if not any(document.id not in there for document in patient.gold):
            return None
        gold = {document.id for document in patient.gold}
        rest = (document for document in patient.documents if document.id not in gold)
        return patient.seeing((*patient.gold, *rest))
