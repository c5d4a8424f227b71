"""The attributes of a span → the parameters of its request, and what of the provider's state it asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate.capture.otlp.attributes import Attributes
from llmgate.conventions import PARAMETERS, Field

Object = dict[str, JsonValue]

NO_SCHEMA = "response_format: its schema"
NO_NAME = "response_format: the name and the strictness of its schema"

# What a request's JSON has beside its parameters: content, identity, how it was sent, and secrets.
_NO_PARAMETERS = frozenset(
    {"model", "model_name", "model_id", "messages", "input", "instructions", "system", "prompt", "contents", "tools"}
    | {"functions", "stream", "stream_options", "user", "metadata", "store", "seed", "timeout", "api_key", "api_base"}
    | {"base_url", "headers", "extra_headers", "extra_query", "extra_body", "previous_response_id", "conversation"}
)

_STATE = {
    "previous_response_id": "an earlier answer that the provider stores (previous_response_id)",
    "conversation": "a conversation that the provider stores (conversation)",
    "prompt": "a prompt that the provider stores (prompt)",
}


@dataclass(slots=True)
class Settings:
    """What a request asked for beside its content."""

    params: Object = field(default_factory=dict)
    seed: int | None = None
    model: str | None = None
    tools: JsonValue = None
    missing: set[str] = field(default_factory=set)
    depends_on: set[str] = field(default_factory=set)


def of(said: Attributes) -> Settings:
    """Read the parameters: a request's own JSON tells most, the attributes fill in the rest."""
    asked = said.first(Field.INVOCATION)
    own = asked if isinstance(asked, dict) else {}
    settings = Settings(params={key: value for key, value in own.items() if _is_parameter(key, value)})
    for wanted, names in PARAMETERS.items():
        value = said.first(wanted)
        if value is not None and not any(name in settings.params for name in names):
            settings.params[names[0]] = value
    _choose_tool(said, settings)
    _format(said, settings)
    _identify(said, own, settings)
    settings.depends_on = {
        told for name, told in _STATE.items() if own.get(name) and (name != "prompt" or isinstance(own[name], dict))
    }
    if said.first(Field.PREVIOUS_RESPONSE):
        settings.depends_on.add(_STATE["previous_response_id"])
    if said.first(Field.COMPACTED) is True:
        settings.depends_on.add("a conversation that the provider compacted")
    return settings


def _is_parameter(key: str, value: JsonValue) -> bool:
    return key not in _NO_PARAMETERS and not key.startswith("_") and value is not None


def _identify(said: Attributes, own: Object, settings: Settings) -> None:
    seeds = [said.first(Field.SEED), own.get("seed")]
    settings.seed = next((seed for seed in seeds if isinstance(seed, int) and not isinstance(seed, bool)), None)
    models = (own.get("model"), own.get("model_name"), own.get("model_id"))
    settings.model = next((model for model in models if isinstance(model, str) and model), None)
    settings.tools = own.get("tools") or own.get("functions")


def _choose_tool(said: Attributes, settings: Settings) -> None:
    """Write the AI SDK's choice of a tool as OpenAI has it."""
    choice = said.first(Field.TOOL_CHOICE)
    if not isinstance(choice, dict) or "tool_choice" in settings.params:
        return
    kind, name = choice.get("type"), choice.get("toolName")
    if kind == "tool" and isinstance(name, str):
        settings.params["tool_choice"] = {"type": "function", "function": {"name": name}}
    elif isinstance(kind, str):
        settings.params["tool_choice"] = kind


def _format(said: Attributes, settings: Settings) -> None:
    """Read what form of answer was asked for; a convention that names the form alone lacks its schema."""
    if any(name in settings.params for name in ("response_format", "text", "output_config")):
        return
    schema, kind = said.first(Field.RESPONSE_SCHEMA), said.first(Field.RESPONSE_FORMAT)
    if isinstance(schema, dict) and schema.get("type") in ("text", "json_object"):
        kind = schema["type"]  # Traceloop writes all that is no schema under the schema's name
    elif isinstance(schema, dict):
        settings.params["response_format"] = {"type": "json_schema", "json_schema": {"schema": schema}}
        settings.missing.add(NO_NAME)
        return
    if kind == "json_object":
        settings.params["response_format"] = {"type": "json_object"}
    elif kind in ("json", "json_schema"):
        settings.missing.add(NO_SCHEMA)
