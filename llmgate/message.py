"""Chat messages in the OpenTelemetry GenAI parts schema, from plain `role`/`content` or parts."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from llmgate.media import BlobPart, UriPart

_JSON_OBJECT: dict[str, JsonValue] = {"type": "object", "properties": {}}


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TextPart(_Noun):
    """Text."""

    type: Literal["text"] = "text"
    content: str = Field(description="The text.")


class ToolCallPart(_Noun):
    """A model's wish to call a tool; `arguments` is parsed JSON, or the raw string where it would not parse."""

    type: Literal["tool_call"] = "tool_call"
    id: str | None = Field(default=None, description="Pairs the call with its result; given by order where absent.")
    name: str = Field(description="The tool.")
    arguments: JsonValue = Field(default=None, description="What it is called with.")


class ToolResponsePart(_Noun):
    """A tool's answer to the call with the same `id`. `result` is accepted for `response`, as in the docs' examples."""

    type: Literal["tool_call_response"] = "tool_call_response"
    id: str | None = Field(default=None, description="The call's id; without it the earliest open call is answered.")
    response: JsonValue = Field(default=None, description="Text as it is, anything else as JSON.")
    is_error: bool = Field(
        default=False,
        exclude_if=lambda value: not value,
        description="Whether the answer was an error; Anthropic's API says so to the model, OpenAI's cannot.",
    )

    @model_validator(mode="before")
    @classmethod
    def _accept_result(cls, value: Any) -> Any:
        if isinstance(value, dict) and "result" in value and "response" not in value:
            return {("response" if key == "result" else key): item for key, item in value.items()}
        return value


class ReasoningPart(_Noun):
    """What a model thought before it spoke or called. Some providers want it back as it was, with their own seal."""

    type: Literal["reasoning"] = "reasoning"
    content: str = Field(default="", description="The thoughts, or a summary, where the provider shows them.")
    id: str | None = Field(default=None, description="The provider's name for them.")
    seal: str | None = Field(default=None, description="The provider's signature or ciphertext, sent back as it came.")


Part = Annotated[
    TextPart | ToolCallPart | ToolResponsePart | BlobPart | UriPart | ReasoningPart, Field(discriminator="type")
]


def _with_content(schema: dict[str, Any]) -> None:
    """Let the schema take what the model takes: `content` in the place of `parts`."""
    schema["properties"]["content"] = {"type": "string", "description": "The text, in the place of `parts`."}
    schema["required"] = ["role"]
    schema["oneOf"] = [{"required": ["parts"]}, {"required": ["content"]}]


class Message(_Noun):
    """One turn. Plain `content` text is normalised to one text part."""

    model_config = ConfigDict(json_schema_extra=_with_content)

    role: Literal["system", "developer", "user", "assistant", "tool"] = Field(description="Who speaks.")
    parts: tuple[Part, ...] = Field(min_length=1, description="What is said, in OpenTelemetry's parts.")
    name: str | None = Field(default=None, description="The speaker's name, where the API knows one.")

    @model_validator(mode="before")
    @classmethod
    def _normalise_content(cls, value: Any) -> Any:
        if isinstance(value, dict) and "content" in value and "parts" not in value:
            rest = {key: item for key, item in value.items() if key != "content"}
            return {**rest, "parts": [{"type": "text", "content": value["content"]}]}
        return value

    @model_validator(mode="after")
    def _is_said_by_who_can(self) -> Self:
        if self.role not in ("user", "tool") and any(isinstance(part, BlobPart | UriPart) for part in self.parts):
            raise ValueError("files and addresses stand in messages of the user or of a tool")
        if self.role != "assistant" and any(isinstance(part, ReasoningPart) for part in self.parts):
            raise ValueError("reasoning stands in messages of the assistant")
        return self

    @property
    def text(self) -> str:
        return "".join(part.content for part in self.parts if isinstance(part, TextPart))

    @property
    def blobs(self) -> tuple[BlobPart, ...]:
        return tuple(part for part in self.parts if isinstance(part, BlobPart))

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        return tuple(part for part in self.parts if isinstance(part, ToolCallPart))


class ToolDefinition(_Noun):
    """A tool as offered to the model: name, description and a JSON Schema of its parameters.

    OpenAI's `{type: function, function: {...}}` and Anthropic's `{type: custom, input_schema: {...}}` are accepted.
    """

    name: str = Field(min_length=1, max_length=128, description="What the model calls it.")
    description: str = Field(default="", description="What the model is told of it.")
    parameters: dict[str, JsonValue] = Field(
        default_factory=_JSON_OBJECT.copy, description="A JSON Schema of its arguments, of type object."
    )
    strict: bool | None = Field(default=None, description="Whether the provider holds the model to the schema.")

    @model_validator(mode="before")
    @classmethod
    def _accept_provider_forms(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        rest = {key: item for key, item in value.items() if key != "type" or item not in ("function", "custom")}
        if "type" not in rest and value.get("type") == "function" and isinstance(rest.get("function"), dict):
            inner = rest.pop("function")
            rest = {**inner, **rest}
        if "input_schema" in rest and "parameters" not in rest:
            rest["parameters"] = rest.pop("input_schema")
        return rest

    @field_validator("parameters")
    @classmethod
    def _is_a_schema(cls, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if "type" in value and value["type"] != "object":
            raise ValueError("the parameters of a tool are a JSON Schema of type object")
        return value


def text_message(role: Literal["system", "developer", "user", "assistant", "tool"], text: str) -> Message:
    return Message(role=role, parts=(TextPart(content=text),))
