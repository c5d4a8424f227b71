"""`more_room`: the answer may be twice as long."""

from __future__ import annotations

from llmgate.assertions.categories import Category
from llmgate.diagnose.replays.bench import Probe
from llmgate.diagnose.replays.interventions.patient import Patient
from llmgate.trial import FinishReason

LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "num_predict")


class MoreRoom:
    name = "more_room"
    category = Category.OUTPUT_FORMAT
    title = "the answer may be twice as long"

    def applied(self, patient: Patient) -> Probe | None:
        """Tried where an answer was cut off at the limit that the request sets."""
        params = patient.prepared.request.params
        limits = {name: limit for name in LIMITS if type(limit := params.get(name)) is int}
        if patient.failing.trace.finish_reason is not FinishReason.LENGTH or not limits:
            return None
        return patient.with_params(**{name: 2 * limit for name, limit in limits.items()})
