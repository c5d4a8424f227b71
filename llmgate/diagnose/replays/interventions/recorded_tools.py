"""`recorded_tools`: the recorded calls of the tools were made already, and their results are there."""

from __future__ import annotations

from dataclasses import replace

from llmgate.assertions.categories import Category
from llmgate.diagnose.replays.bench import Probe
from llmgate.diagnose.replays.interventions.patient import Patient
from llmgate.message import Message, ToolCallPart, ToolResponsePart


class RecordedTools:
    name = "recorded_tools"
    category = Category.TOOL_USE
    title = "the recorded tool results are put in"

    def applied(self, patient: Patient) -> Probe | None:
        """Tried where results are recorded. The calls count as the model's, which then has only to answer."""
        request, results = patient.prepared.request, patient.fixture.tools.results
        if not results or not request.tools:
            return None
        calls = tuple(
            ToolCallPart(id=f"call_{place}", name=each.name, arguments=each.arguments)
            for place, each in enumerate(results)
        )
        answers = [
            Message(
                role="tool",
                parts=(ToolResponsePart(id=call.id, response=each.result, is_error=each.error),),
                name=each.name,
            )
            for call, each in zip(calls, results, strict=True)
        ]
        made = Message(role="assistant", parts=calls)
        return patient.sending(replace(request, messages=(*request.messages, made, *answers)), given=calls)
