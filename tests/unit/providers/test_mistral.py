import json
import re

import pytest

from llmgate.errors import CallRefused
from llmgate.media import BlobPart
from llmgate.message import Message, ToolCallPart, ToolResponsePart, text_message
from llmgate.providers import api
from llmgate.providers.mistral import Mistral
from llmgate.trial import FinishReason
from tests.unit.providers import conversations, fakes

MISTRAL = Mistral()


def test_a_whole_conversation_is_written_as_the_api_wants_it():
    body = json.loads(api.encode(MISTRAL.body(conversations.EVERYTHING, 7)))
    assert [turn["role"] for turn in body["messages"]] == [
        *("system", "system", "user", "assistant", "tool", "tool", "user", "user")
    ]
    assert all("name" not in turn for turn in body["messages"])
    assert (body["random_seed"], "seed" in body) == (7, False)


def test_ids_have_nine_letters_and_digits_and_results_those_of_their_calls():
    messages = MISTRAL.body(conversations.EVERYTHING, None)["messages"]
    called = [call["id"] for call in messages[3]["tool_calls"]]
    assert all(re.fullmatch("[A-Za-z0-9]{9}", one) for one in called)
    assert [turn["tool_call_id"] for turn in messages if turn["role"] == "tool"] == called


def test_an_id_of_its_own_is_kept():
    call = Message(role="assistant", parts=(ToolCallPart(id="D681PevKs", name="now"),))
    result = Message(role="tool", parts=(ToolResponsePart(id="D681PevKs", response="noon"),))
    messages = MISTRAL.body(fakes.request(messages=(call, result)), None)["messages"]
    assert (messages[0]["tool_calls"][0]["id"], messages[1]["tool_call_id"]) == ("D681PevKs", "D681PevKs")


def blob(modality, mime_type):
    part = BlobPart(modality=modality, mime_type=mime_type, path="a", sha256="0" * 64)
    return fakes.request(messages=(Message(role="user", parts=(part,)),), blobs={"0" * 64: b"x"})


def test_sound_is_bare_base64_and_a_pdf_is_refused():
    [turn] = MISTRAL.body(blob("audio", "audio/mpeg"), None)["messages"]
    assert turn["content"] == [{"type": "input_audio", "input_audio": "eA=="}]
    with pytest.raises(CallRefused, match="PDF"):
        MISTRAL.body(blob("document", "application/pdf"), None)


@pytest.mark.parametrize(("reason", "expected"), [("model_length", FinishReason.LENGTH), ("error", FinishReason.ERROR)])
def test_finish_reasons_are_opentelemetrys(reason, expected):
    choice = {"message": {"role": "assistant", "content": "hi"}, "finish_reason": reason}
    assert MISTRAL.parse({"choices": [choice]}).finish_reason is expected


def test_thinking_is_no_part_of_an_answer():
    content = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}, {"type": "text", "text": "so"}]
    choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    assert MISTRAL.parse({"choices": [choice]}).message == text_message("assistant", "so")
