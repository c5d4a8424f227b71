"""Messages have the parts of OpenTelemetry's GenAI conventions: the fields that its schemas require, of their types.

https://github.com/open-telemetry/semantic-conventions-genai, `model/gen-ai/gen-ai-input-messages.json` and beside it.
"""

import base64
import hashlib

import jsonschema
import pytest
from opentelemetry.util.genai import types
from pydantic import TypeAdapter

from llmgate.media import BlobPart, UriPart
from llmgate.message import Message, TextPart, ToolCallPart, ToolDefinition, ToolResponsePart
from llmgate.telemetry import messages

TEXT = {"type": "string"}
NULLABLE = {"type": ["string", "null"]}


def part(kind, required, **properties):
    fields = {"type": {"const": kind}, **properties}
    return {"type": "object", "properties": fields, "required": ["type", *required]}


PARTS = [
    part("text", ["content"], content=TEXT),
    part("tool_call", ["name"], name=TEXT, id=NULLABLE),
    part("tool_call_response", ["response"], id=NULLABLE),
    part("blob", ["modality", "content"], modality=TEXT, content=TEXT, mime_type=NULLABLE),
    part("file", ["modality", "file_id"], modality=TEXT, file_id=TEXT, mime_type=NULLABLE),
    part("uri", ["modality", "uri"], modality=TEXT, uri=TEXT, mime_type=NULLABLE),
]
MESSAGE = {
    "type": "object",
    "properties": {"role": TEXT, "parts": {"type": "array", "items": {"oneOf": PARTS}}, "name": NULLABLE},
    "required": ["role", "parts"],
}
TOOL = {
    "type": "object",
    "properties": {"type": {"const": "function"}, "name": TEXT, "description": NULLABLE, "parameters": {}},
    "required": ["type", "name"],
}
PIXEL = b"\x89PNG"
DIGEST = hashlib.sha256(PIXEL).hexdigest()
IMAGE = BlobPart(modality="image", mime_type="image/png", path="a.png", sha256=DIGEST)
EVERY = [
    Message(role="system", parts=[TextPart(content="Be kind.")]),
    Message(role="user", name="ada", parts=[TextPart(content="Hi"), IMAGE]),
    Message(role="user", parts=[UriPart(modality="image", uri="https://example.com/a.png", mime_type="image/png")]),
    Message(role="assistant", parts=[ToolCallPart(name="find"), ToolCallPart(id="c", name="find", arguments={"a": 1})]),
    Message(role="tool", parts=[ToolResponsePart(id="c"), ToolResponsePart(response={"a": None}, is_error=True)]),
]


@pytest.mark.parametrize("blobs", [{}, {DIGEST: PIXEL}, {DIGEST: b"x" * (messages.MAX_BLOB_BYTES + 1)}], ids=len)
def test_every_message_is_of_the_schema(blobs):
    for message in messages.written(EVERY, blobs):
        jsonschema.validate(message, MESSAGE)


def test_every_message_is_one_of_the_types_that_opentelemetry_publishes():
    named = [Message(role=one.role, parts=[part for part in one.parts if getattr(part, "id", "c")]) for one in EVERY]
    told = messages.written(named, {DIGEST: PIXEL})
    read = TypeAdapter(list[types.InputMessage]).validate_python(told)
    kinds = [type(part).__name__ for message in read for part in message.parts]
    assert kinds == ["TextPart", "TextPart", "BlobPart", "UriPart", "ToolCallRequestPart", "ToolCallResponsePart"]
    assert TypeAdapter(list[types.OutputMessage]).validate_python([{**each, "finish_reason": "stop"} for each in told])


def test_every_tool_is_one_of_the_types_that_opentelemetry_publishes():
    told = messages.tools([ToolDefinition(name="f", description="d", parameters={"type": "object"}, strict=True)])
    (read,) = TypeAdapter(list[types.FunctionToolDefinition]).validate_python(told)
    assert (read.name, read.description, read.parameters) == ("f", "d", {"type": "object"})


def test_a_file_is_told_with_its_bytes_and_a_large_one_by_its_digest():
    (told,) = messages.written(EVERY[1:2], {DIGEST: PIXEL})
    assert told["parts"][1] == {
        "type": "blob",
        "modality": "image",
        "mime_type": "image/png",
        "content": base64.b64encode(PIXEL).decode(),
    }
    (told,) = messages.written(EVERY[1:2], {})
    assert told["parts"][1]["file_id"] == f"sha256:{DIGEST}"


def test_a_result_that_is_null_is_told_as_such():
    (told,) = messages.written([Message(role="tool", parts=[ToolResponsePart()])], {})
    assert told["parts"] == [{"type": "tool_call_response", "response": None}]


def test_every_tool_is_of_the_schema():
    for told in messages.tools([ToolDefinition(name="find"), ToolDefinition(name="f", description="d", strict=True)]):
        jsonschema.validate(told, TOOL)
