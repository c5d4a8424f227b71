import json

import pytest

from llmgate.errors import CallLost
from llmgate.media import BlobPart, UriPart
from llmgate.message import Message, ReasoningPart, TextPart, ToolCallPart, ToolResponsePart, text_message
from llmgate.providers import api
from llmgate.providers.gemini import UNSIGNED, Gemini
from llmgate.trial import FinishReason, Usage
from tests.unit.providers import conversations, fakes

GEMINI = Gemini()

GOLDEN = {
    "generationConfig": {"maxTokens": 300, "temperature": 0.5, "toolChoice": {"type": "auto"}, "seed": 7},
    "systemInstruction": {"parts": [{"text": "You are terse."}, {"text": "Never apologise."}]},
    "contents": [
        {"role": "user", "parts": [{"text": "Where is A1?"}]},
        {
            "role": "model",
            "parts": [
                {"text": "Let me look."},
                {"functionCall": {"id": "functions.lookup:0", "name": "lookup_order", "args": {"id": "A1"}}},
                {"functionCall": {"name": "now", "args": {}}},
            ],
        },
        {
            "role": "user",
            "parts": [
                {
                    "functionResponse": {
                        "id": "functions.lookup:0",
                        "name": "lookup_order",
                        "response": {"status": "shipped", "ü": 1},
                    }
                },
                {"functionResponse": {"name": "now", "response": {"output": "noon"}}},
            ],
        },
        {"role": "user", "parts": [{"text": "Und jetzt? 🦆"}]},
        {"role": "user", "parts": [{"text": "Hurry."}]},
    ],
    "tools": [
        {
            "functionDeclarations": [
                {
                    "name": "lookup_order",
                    "description": "Find an order.",
                    "parametersJsonSchema": {
                        "type": "object",
                        "properties": {"id": {"type": "string"}},
                        "required": ["id"],
                    },
                },
                {"name": "now", "parametersJsonSchema": {"type": "object", "properties": {}}},
            ]
        }
    ],
}


def test_a_whole_conversation_is_written_as_the_api_wants_it():
    assert json.loads(api.encode(GEMINI.body(conversations.EVERYTHING, 7))) == GOLDEN


def test_a_model_stands_in_the_path():
    assert GEMINI.place("models/gemini-2.5-flash").path == "/v1beta/models/gemini-2.5-flash:generateContent"


def test_parameters_stand_where_the_api_has_them_in_either_spelling():
    params = {
        "max_output_tokens": 9,
        "topK": 3,
        "safety_settings": [{"category": "c", "threshold": "t"}],
        "toolConfig": {"functionCallingConfig": {"mode": "ANY"}},
        "generationConfig": {"thinkingConfig": {"thinkingBudget": 0}},
    }
    body = GEMINI.body(fakes.request(params=params), None)
    assert body["generationConfig"] == {"maxOutputTokens": 9, "topK": 3, "thinkingConfig": {"thinkingBudget": 0}}
    assert body["safetySettings"] == [{"category": "c", "threshold": "t"}]
    assert body["toolConfig"] == {"functionCallingConfig": {"mode": "ANY"}}


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ({"type": "json_object"}, {"responseMimeType": "application/json"}),
        (
            {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}},
            {"responseMimeType": "application/json", "responseJsonSchema": {"type": "object"}},
        ),
    ],
)
def test_the_format_of_the_answer_stands_in_the_configuration(asked, written):
    body = GEMINI.body(fakes.request(params={"response_format": asked}), None)
    assert body["generationConfig"] == written


def test_files_stand_beside_the_text():
    image = BlobPart(modality="image", mime_type="image/png", path="a.png", sha256="0" * 64)
    film = UriPart(modality="video", uri="https://example.com/a.mp4", mime_type="video/mp4")
    message = Message(role="user", parts=(TextPart(content="What?"), image, film))
    [turn] = GEMINI.body(fakes.request(messages=(message,), blobs={"0" * 64: b"x"}), None)["contents"]
    assert turn["parts"][1:] == [
        {"inlineData": {"mimeType": "image/png", "data": "eA=="}},
        {"fileData": {"mimeType": "video/mp4", "fileUri": "https://example.com/a.mp4"}},
    ]


def test_a_failed_tool_is_said_to_have_failed():
    call = Message(role="assistant", parts=(ToolCallPart(id="1", name="now"),))
    failed = Message(role="tool", parts=(ToolResponsePart(id="1", response="no clock", is_error=True),))
    *_, turn = GEMINI.body(fakes.request(messages=(call, failed)), None)["contents"]
    assert turn["parts"][0]["functionResponse"]["response"] == {"error": "no clock"}


def test_empty_texts_are_left_out():
    messages = (text_message("system", ""), text_message("user", "a"), text_message("assistant", ""))
    body = GEMINI.body(fakes.request(messages=messages), None)
    assert body == {"contents": [{"role": "user", "parts": [{"text": "a"}]}]}


def answer(*parts, **changes):
    candidate = {"content": {"role": "model", "parts": list(parts)}, "finishReason": "STOP"}
    return {"candidates": [candidate | changes.pop("candidate", {})], "modelVersion": "gemini-3-pro-001"} | changes


CALL = {"functionCall": {"id": "x1", "name": "now", "args": {"at": 1}}}


def test_a_whole_answer_is_read():
    usage = {
        "promptTokenCount": 9,
        "toolUsePromptTokenCount": 1,
        "candidatesTokenCount": 2,
        "thoughtsTokenCount": 5,
        "cachedContentTokenCount": 4,
    }
    chosen = [{"token": "a", "logProbability": -0.5}, {"token": "b", "logProbability": 0}]
    completion = GEMINI.parse(
        answer(
            {"text": "Thinking…", "thought": True},
            {"text": "Let me see."},
            CALL | {"thoughtSignature": "signed"},
            {"executableCode": {"code": "1"}},
            usageMetadata=usage,
            candidate={"logprobsResult": {"chosenCandidates": chosen}},
        )
    )
    assert completion.message.parts == (
        TextPart(content="Let me see."),
        ReasoningPart(seal="signed"),
        ToolCallPart(id="x1", name="now", arguments={"at": 1}),
    )
    assert completion.finish_reason is FinishReason.TOOL_CALL
    assert completion.usage == Usage(input_tokens=10, output_tokens=7, cached_tokens=4)
    assert (completion.served_model, completion.logprobs) == ("gemini-3-pro-001", (-0.5, 0.0))


def test_a_signature_goes_back_on_the_part_that_it_signs():
    message = GEMINI.parse(answer(CALL | {"thoughtSignature": "signed"}, CALL)).message
    asked = fakes.request(model="gemini-3-pro", messages=(*fakes.request().messages, message))
    _, turn = GEMINI.body(asked, None)["contents"]
    assert [part.get("thoughtSignature") for part in turn["parts"]] == ["signed", None]


@pytest.mark.parametrize(
    ("model", "signature"), [("gemini-3-pro", UNSIGNED), ("models/gemini-12", UNSIGNED), ("gemini-2.5-pro", None)]
)
def test_calls_that_gemini_3_did_not_make_itself_are_marked(model, signature):
    """A recorded conversation has no signatures, and Gemini 3 refuses a turn whose first call has none."""
    calls = Message(role="assistant", parts=(ToolCallPart(id="a", name="now"), ToolCallPart(id="b", name="now")))
    asked = fakes.request(model=model, messages=(*fakes.request().messages, calls))
    _, turn = GEMINI.body(asked, None)["contents"]
    assert [part.get("thoughtSignature") for part in turn["parts"]] == [signature, None]


@pytest.mark.parametrize(
    ("reason", "parts", "expected"),
    [
        ("STOP", [{"text": "a"}], FinishReason.STOP),
        ("STOP", [CALL], FinishReason.TOOL_CALL),
        ("MAX_TOKENS", [CALL], FinishReason.LENGTH),
        ("SAFETY", [], FinishReason.CONTENT_FILTER),
        ("RECITATION", [], FinishReason.CONTENT_FILTER),
        ("MALFORMED_FUNCTION_CALL", [], FinishReason.ERROR),
        ("something new", [], FinishReason.ERROR),
    ],
)
def test_finish_reasons_are_opentelemetrys(reason, parts, expected):
    assert GEMINI.parse(answer(*parts, candidate={"finishReason": reason})).finish_reason is expected


def test_a_blocked_prompt_is_an_answer_that_was_filtered():
    completion = GEMINI.parse({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 3}})
    assert (completion.message.text, completion.finish_reason) == ("", FinishReason.CONTENT_FILTER)
    assert completion.usage.input_tokens == 3


def test_a_candidate_without_content_is_silence():
    body = answer(candidate={"content": None, "finishReason": "SAFETY"})
    assert GEMINI.parse(body).message == text_message("assistant", "")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"candidates": []},
        {"candidates": [], "promptFeedback": {}},
        {"candidates": "x"},
        answer(candidate={"finishReason": None}),
        answer({"text": 1}),
        answer({"functionCall": {"args": {}}}),
        answer({"functionCall": {"name": "now", "args": "{}"}}),
        answer(usageMetadata={"promptTokenCount": -1}),
    ],
)
def test_what_is_not_an_answer_is_lost(body):
    with pytest.raises(CallLost, match="unreadable"):
        GEMINI.parse(body)
