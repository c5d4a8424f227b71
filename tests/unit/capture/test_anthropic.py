import pytest

from llmgate.capture import anthropic
from llmgate.capture.span import Unfit
from tests.unit.capture.logs import call, read, result, spans, text, told

SYSTEM = (text("system", "You are a support agent."), text("system", "Shop rules: be kind."))
QUESTION = text("user", "Where is A-100, and may I still return it?")
ASK = {"model": "c", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello?"}]}


def logged(known):
    return spans("anthropic", "messages.jsonl")[known]


def test_a_call_with_search_results_carries_them_as_documents():
    assert told(logged("msg_r1")) == {
        "trace": "rag-1",
        "id": "msg_r1",
        "started_ns": 1791018000000000000,
        "messages": (text("system", "Answer from the sources."), text("user", "Can I send back an opened bulb?")),
        "output": (text("assistant", "Yes, ", "within 30 days."),),
        "finish_reason": "end_turn",
        "params": {"max_tokens": 512, "temperature": 0.0},
        "provider": "anthropic",
        "requested": "claude-sonnet-4-6",
        "served": "claude-sonnet-4-6",
        "documents": (
            {"id": "kb/14", "text": "Lamps may be returned within 30 days.", "metadata": {"title": "Returns"}},
            {"id": "kb/2", "text": "Bulbs are excluded from returns once opened.", "metadata": {"title": "Returns"}},
            {"id": "Glossary", "text": "Bulb: a lamp's light.", "metadata": {"title": "Glossary"}},
        ),
        "feedback": (
            {"name": "thumbs", "label": "thumbs_down", "negative": True},
            {"name": "quality", "score": 2.0},
        ),
        "expected": "No.",
        "metadata": {"user_id": "u-9"},
        "missing": ("documents within a message, in their place: they are among the retrieved documents",),
    }


def test_each_block_of_the_system_prompt_is_a_message():
    span = logged("msg_a1")

    assert span.messages == (*SYSTEM, QUESTION)
    assert span.params["thinking"] == {"type": "enabled", "budget_tokens": 1024}
    assert span.tools == (
        {
            "name": "order_status",
            "description": "Look up an order.",
            "parameters": {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]},
        },
        {
            "name": "return_window",
            "parameters": {"type": "object", "properties": {"sku": {"type": "string"}}},
            "strict": True,
        },
    )


def test_parallel_calls_and_their_results_keep_their_ids_and_what_was_said_between():
    first, second = logged("msg_a1"), logged("msg_a2")
    calls = {
        "role": "assistant",
        "parts": [
            {"type": "text", "content": "Let me look."},
            call("toolu_1", "order_status", {"order": "A-100"}),
            call("toolu_2", "return_window", {"sku": "LAMP-7"}),
        ],
    }

    assert (first.output, first.missing) == ((calls,), ())
    assert second.messages == (
        *SYSTEM,
        QUESTION,
        calls,
        {
            "role": "user",
            "parts": [
                result("toolu_1", '{"status": "delivered"}'),
                result("toolu_2", "no such article", is_error=True),
                {"type": "text", "content": "And hurry."},
            ],
        },
    )
    assert second.missing == ("reasoning of earlier turns",)
    assert second.finish_reason == "stop_sequence"


def test_images_and_files_are_carried_and_addresses_are_the_providers_to_fetch():
    span = logged("msg_i1")

    assert [(part["type"], part.get("mime_type")) for part in span.messages[0]["parts"]] == [
        ("blob", "image/png"),
        ("blob", "application/pdf"),
        ("uri", None),
        ("text", None),
    ]
    assert span.depends_on == ("the image at an address, which the provider fetches",)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (
            "msg_w1",
            (
                "the provider's own tool (server_tool_use)",
                "the provider's own tool (web_search_20250305)",
                "the provider's own tool (web_search_tool_result)",
            ),
        ),
        ("msg_m1", ("a container that the provider stores", "the provider's own tool (mcp_servers)")),
    ],
)
def test_state_on_the_providers_side_is_named(known, state):
    assert logged(known).depends_on == state


def test_the_text_of_a_stream_is_put_together_block_by_block():
    span = logged("msg_st1")

    assert span.output == (
        {
            "role": "assistant",
            "parts": [
                {"type": "text", "content": "One moment."},
                call("toolu_9", "order_status", {"order": "A-9"}),
                call("toolu_10", "ping", {}),
            ],
        },
    )
    assert (span.finish_reason, span.missing) == ("tool_use", ())


def test_a_stream_that_was_cut_off_says_so():
    span = logged("msg_cut")

    assert span.output == (text("assistant", "One "),)
    assert span.missing == ("the end of the answer: its stream was cut off",)


def test_an_error_of_the_api_is_no_output():
    assert (logged("error-1").output, logged("error-1").error) == ((), "overloaded_error Overloaded")


def test_a_begun_answer_is_part_of_the_request():
    assert logged("assistant-1").messages[-1] == text("assistant", '{"name":')


def test_batches_that_were_joined_are_read():
    found = spans("anthropic", "batch.jsonl")

    assert found["case-1"].output == (text("assistant", "defect"),)
    assert found["case-2"].error == "invalid_request_error max_tokens is too large"
    assert found["case-3"].error == "the batch's request is expired"


def test_results_of_a_tool_that_are_no_text_stay_as_they_are():
    found = [{"type": "search_result", "source": "kb", "title": "t", "content": [{"type": "text", "text": "x"}]}]
    turn = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": found}]}
    span = read("anthropic", {"request": {**ASK, "messages": [turn]}})

    assert span.messages[0]["parts"] == [result("t1", found)]
    assert span.missing == ("parts of a tool's result that are no text, as parts: a replay sends them as JSON",)


def test_a_document_of_several_parts_says_that_they_were_joined():
    block = {
        "type": "document",
        "source": {"type": "content", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
    }
    span = read("anthropic", {"request": {**ASK, "messages": [{"role": "user", "content": [block]}]}})

    assert span.documents == ({"id": "document-1", "text": "a\nb"},)
    assert "how the text of a document was parted" in span.missing


def test_a_system_message_amid_the_conversation_loses_its_place():
    turns = [*ASK["messages"], {"role": "system", "content": "Now in French."}]

    assert read("anthropic", {"request": {**ASK, "messages": turns}}).missing == (
        "the place of a system message amid the conversation",
    )


@pytest.mark.parametrize(
    "line",
    [
        {"request": {"model": "gpt", "input": "x"}},
        {"request": ASK, "response": {"choices": []}},
        {"request": ASK, "response": [{"type": "response.created", "response": {}}]},
    ],
)
def test_calls_of_openai_are_told_apart_and_their_dialect_is_named(line):
    with pytest.raises(Unfit, match="capture it as `openai`"):
        list(anthropic.traces(line))


def test_an_answer_alone_is_refused_with_what_to_log():
    line = {"custom_id": "case-1", "result": {"type": "succeeded", "message": {"type": "message", "content": []}}}

    with pytest.raises(Unfit, match="an answer without its request"):
        list(anthropic.traces(line))
