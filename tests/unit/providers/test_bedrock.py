import json

import pytest

from llmgate.errors import CallLost, CallRefused
from llmgate.media import BlobPart, UriPart
from llmgate.message import Message, ReasoningPart, TextPart, ToolCallPart, ToolResponsePart, text_message
from llmgate.providers import api
from llmgate.providers.bedrock import Bedrock
from llmgate.trial import FinishReason, Usage
from tests.unit.providers import conversations, fakes

BEDROCK = Bedrock()

GOLDEN = {
    "additionalModelRequestFields": {"max_tokens": 300, "tool_choice": {"type": "auto"}},
    "inferenceConfig": {"temperature": 0.5},
    "system": [{"text": "You are terse."}, {"text": "Never apologise."}],
    "messages": [
        {"role": "user", "content": [{"text": "Where is A1?"}]},
        {
            "role": "assistant",
            "content": [
                {"text": "Let me look."},
                {"toolUse": {"toolUseId": "functions_lookup_0", "name": "lookup_order", "input": {"id": "A1"}}},
                {"toolUse": {"toolUseId": "call_1", "name": "now", "input": {}}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "toolResult": {
                        "toolUseId": "functions_lookup_0",
                        "content": [{"json": {"status": "shipped", "ü": 1}}],
                    }
                },
                {"toolResult": {"toolUseId": "call_1", "content": [{"text": "noon"}]}},
                {"text": "Und jetzt? 🦆"},
                {"text": "Hurry."},
            ],
        },
    ],
    "toolConfig": {
        "tools": [
            {
                "toolSpec": {
                    "name": "lookup_order",
                    "description": "Find an order.",
                    "inputSchema": {
                        "json": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
                    },
                    "strict": True,
                }
            },
            {"toolSpec": {"name": "now", "inputSchema": {"json": {"type": "object", "properties": {}}}}},
        ]
    },
}


def test_a_whole_conversation_is_written_as_the_api_wants_it():
    assert json.loads(api.encode(BEDROCK.body(conversations.EVERYTHING, 7))) == GOLDEN


def test_parameters_stand_where_the_api_has_them():
    params = {
        "maxTokens": 9,
        "top_k": 3,
        "guardrailConfig": {"guardrailIdentifier": "g"},
        "additionalModelRequestFields": {"thinking": {"type": "enabled"}},
        "toolChoice": {"any": {}},
    }
    body = BEDROCK.body(fakes.request(params=params, tools=conversations.TOOLS), None)
    assert body["inferenceConfig"] == {"maxTokens": 9}
    assert body["additionalModelRequestFields"] == {"top_k": 3, "thinking": {"type": "enabled"}}
    assert body["guardrailConfig"] == {"guardrailIdentifier": "g"}
    assert body["toolConfig"]["toolChoice"] == {"any": {}}


def test_the_schema_of_the_answer_is_text_in_the_output_configuration():
    asked = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    body = BEDROCK.body(fakes.request(params={"response_format": asked}), None)
    structure = {"jsonSchema": {"schema": '{"type": "object"}'}}
    assert body["outputConfig"] == {"textFormat": {"type": "json_schema", "structure": structure}}
    assert "outputConfig" not in BEDROCK.body(fakes.request(params={"response_format": {"type": "json_object"}}), None)


def blob(modality, mime_type, path="docs/q3 report_final.pdf"):
    return BlobPart(modality=modality, mime_type=mime_type, path=path, sha256="0" * 64)


def test_files_are_named_and_typed_and_addresses_refused():
    message = Message(role="user", parts=(blob("image", "image/png"), blob("document", "application/pdf")))
    [turn] = BEDROCK.body(fakes.request(messages=(message,), blobs={"0" * 64: b"x"}), None)["messages"]
    assert turn["content"] == [
        {"image": {"format": "png", "source": {"bytes": "eA=="}}},
        {"document": {"format": "pdf", "name": "q3 report-final-pdf", "source": {"bytes": "eA=="}}},
    ]
    address = Message(role="user", parts=(UriPart(modality="image", uri="https://example.com/a.png"),))
    with pytest.raises(CallRefused, match="Converse"):
        BEDROCK.body(fakes.request(messages=(address,)), None)


def test_a_tools_files_and_failure_stand_in_its_result():
    call = Message(role="assistant", parts=(ToolCallPart(id="1", name="look"),))
    failed = ToolResponsePart(id="1", response="no light", is_error=True)
    answered = Message(role="tool", parts=(failed, blob("image", "image/png")))
    body = BEDROCK.body(fakes.request(messages=(call, answered), blobs={"0" * 64: b"x"}), None)
    [result] = body["messages"][1]["content"]
    assert [*result["toolResult"]["content"][0]] == ["text"]
    assert [*result["toolResult"]["content"][1]] == ["image"]
    assert result["toolResult"]["status"] == "error"


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (
            "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "/model/eu.anthropic.claude-sonnet-4-5-20250929-v1:0/converse",
        ),
        (
            "arn:aws:bedrock:eu-west-1:1:inference-profile/x",
            "/model/arn:aws:bedrock:eu-west-1:1:inference-profile%2Fx/converse",
        ),
    ],
)
def test_a_model_stands_in_the_path(model, path):
    assert BEDROCK.place(model).path == path


def answer(*content, **changes):
    whole = {"output": {"message": {"role": "assistant", "content": list(content)}}, "stopReason": "end_turn"}
    return whole | changes


CALL = {"toolUse": {"toolUseId": "t1", "name": "now", "input": {"at": 1}}}


def test_a_whole_answer_is_read():
    usage = {"inputTokens": 9, "outputTokens": 2, "cacheReadInputTokens": 100, "cacheWriteInputTokens": 10}
    thought = {"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "signed"}}}
    hidden = {"reasoningContent": {"redactedContent": "c2VhbGVk"}}
    completion = BEDROCK.parse(
        answer(
            thought, hidden, {"text": "Let me see."}, CALL, {"citationsContent": {}}, stopReason="tool_use", usage=usage
        )
    )
    assert completion.message.parts == (
        ReasoningPart(content="Hm.", seal="signed"),
        ReasoningPart(seal="c2VhbGVk"),
        TextPart(content="Let me see."),
        ToolCallPart(id="t1", name="now", arguments={"at": 1}),
    )
    assert completion.finish_reason is FinishReason.TOOL_CALL
    assert completion.usage == Usage(input_tokens=119, output_tokens=2, cached_tokens=100)
    body = BEDROCK.body(fakes.request(messages=(*fakes.request().messages, completion.message)), None)
    assert body["messages"][1]["content"] == [thought, hidden, {"text": "Let me see."}, CALL]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("stop_sequence", FinishReason.STOP),
        ("max_tokens", FinishReason.LENGTH),
        ("guardrail_intervened", FinishReason.CONTENT_FILTER),
        ("malformed_tool_use", FinishReason.ERROR),
        ("something new", FinishReason.ERROR),
    ],
)
def test_finish_reasons_are_opentelemetrys(reason, expected):
    assert BEDROCK.parse(answer(stopReason=reason)).finish_reason is expected


def test_silence_is_an_answer():
    assert BEDROCK.parse(answer()).message == text_message("assistant", "")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"message": "The security token included in the request is invalid."},
        answer("hi"),
        answer(stopReason=None),
        answer({"text": 1}),
        answer({"toolUse": {"toolUseId": "1", "name": "now", "input": "{}"}}),
        answer(usage={"inputTokens": -1}),
    ],
)
def test_what_is_not_an_answer_is_lost(body):
    with pytest.raises(CallLost, match="unreadable"):
        BEDROCK.parse(body)
