"""`effort`: the model thinks longer before it answers."""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.assertions.categories import Category
from llmgate.diagnose.replays.bench import Probe
from llmgate.diagnose.replays.interventions.more_room import LIMITS
from llmgate.diagnose.replays.interventions.patient import Patient

THINKING_TOKENS = 4_096

_EFFORT_APIS = frozenset({"openai-chat", "azure-openai", "mistral"})


class Effort:
    name = "effort"
    category = Category.REASONING
    title = "the model thinks longer"

    def applied(self, patient: Patient) -> Probe | None:
        """Tried wherever it does not think its most already. A model that knows no such parameter says nothing."""
        params = patient.prepared.request.params
        if patient.api == "anthropic-messages":
            limit = params.get("max_tokens")
            if "thinking" in params or type(limit) is not int:
                return None
            thinking: JsonValue = {"type": "enabled", "budget_tokens": THINKING_TOKENS}
            longer = limit + THINKING_TOKENS
            return patient.with_params(thinking=thinking, max_tokens=longer, temperature=None, top_p=None, top_k=None)
        room = {name: limit + THINKING_TOKENS for name in LIMITS if type(limit := params.get(name)) is int}
        if patient.api == "openai-responses":
            return None if "reasoning" in params else patient.with_params(reasoning={"effort": "high"}, **room)
        if patient.api not in _EFFORT_APIS or params.get("reasoning_effort") == "high":
            return None
        return patient.with_params(reasoning_effort="high", **room)
