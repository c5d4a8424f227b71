"""`strict_schema`: the provider holds the answer to the JSON Schema that the assertions hold it to."""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.assertions.categories import Category
from llmgate.diagnose.replays.bench import Probe
from llmgate.diagnose.replays.interventions.patient import Patient

_STRICT_APIS = frozenset({"openai-chat", "openai-responses", "azure-openai", "mistral"})
_OF_JSON = ("is-json", "contains-json", "format:json-schema")


class StrictSchema:
    name = "strict_schema"
    category = Category.OUTPUT_FORMAT
    title = "the provider holds the answer to the schema"

    def applied(self, patient: Patient) -> Probe | None:
        """Tried where JSON is asserted, the API knows the parameter, and the request did not hold the model to it."""
        wanted = [assertion for assertion in patient.checks if assertion.type in _OF_JSON]
        params = patient.prepared.request.params
        own = params.get("text") if patient.api == "openai-responses" else None
        asked = _flat(own) if isinstance(own, dict) and "format" in own else params.get("response_format")
        if not wanted or patient.api not in _STRICT_APIS or _is_strict(asked):
            return None
        schema = next((value for each in wanted if isinstance(value := each.check.value, dict)), None) or _sent(asked)
        if schema is None:
            return None if asked else patient.with_params(response_format={"type": "json_object"})
        named: JsonValue = {"name": "answer", "strict": True, "schema": schema}
        rest: dict[str, JsonValue] = {}
        if isinstance(own, dict):
            rest["text"] = {key: value for key, value in own.items() if key != "format"}
        return patient.with_params(response_format={"type": "json_schema", "json_schema": named}, **rest)


def _flat(text: dict[str, JsonValue]) -> JsonValue:
    """Write `text.format` of Responses, which would win, as `response_format` has it."""
    return {"json_schema": text["format"]} if isinstance(text["format"], dict) else text["format"]


def _sent(asked: JsonValue) -> dict[str, JsonValue] | None:
    named = asked.get("json_schema") if isinstance(asked, dict) else None
    schema = named.get("schema") if isinstance(named, dict) else None
    return schema if isinstance(schema, dict) else None


def _is_strict(asked: JsonValue) -> bool:
    named = asked.get("json_schema") if isinstance(asked, dict) else None
    return isinstance(named, dict) and named.get("strict") is True
