"""`forced_tool`: the model has to call the tool first that is recorded first."""

from __future__ import annotations

from dataclasses import replace

from pydantic import JsonValue

from llmgate.assertions.categories import Category
from llmgate.diagnose.replays.bench import Probe
from llmgate.diagnose.replays.interventions.patient import Patient


class ForcedTool:
    name = "forced_tool"
    category = Category.TOOL_USE
    title = "the model has to call the tool"

    def applied(self, patient: Patient) -> Probe | None:
        """Tried where a result is recorded of a tool that is offered, and the model called another first, or none."""
        request, results = patient.prepared.request, patient.fixture.tools.results
        offered = {tool.name for tool in request.tools}
        first = next((each.name for each in results if each.name in offered), None)
        called = next((call.name for call in patient.failing.trace.tool_calls), None)
        if first is None or called == first or not request.params.keys().isdisjoint(_CHOICES):
            return None
        choice = _choice(first, patient.api)
        return patient.sending(replace(request, once=choice)) if choice else None


_CHOICES = frozenset({"tool_choice", "toolConfig", "tool_config"})


def _choice(name: str, api: str) -> dict[str, JsonValue] | None:
    """Write the choice as an API takes it; None where it has none of a single tool."""
    match api:
        case "anthropic-messages":
            return {"tool_choice": {"type": "tool", "name": name}}
        case "openai-responses":
            return {"tool_choice": {"type": "function", "name": name}}
        case "openai-chat" | "azure-openai" | "mistral":
            return {"tool_choice": {"type": "function", "function": {"name": name}}}
        case "gemini":
            return {"toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": [name]}}}
        case _:
            return None
