import pytest

from llmgate.capture import openai
from llmgate.capture.span import Unfit
from tests.unit.capture.logs import call, read, result, spans, text, told

ORDER = {
    "name": "order_status",
    "description": "Look up an order.",
    "parameters": {
        "type": "object",
        "properties": {"order": {"type": "string"}},
        "required": ["order"],
        "additionalProperties": False,
    },
    "strict": True,
}
WINDOW = {
    "name": "return_window",
    "description": "Days within which an article may be returned.",
    "parameters": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]},
}
QUESTION = text("user", "Where is A-100, and may I still return it?")
ANSWER = {
    "model": "gpt-4.1",
    "choices": [{"message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"}],
}
ASK = {"model": "gpt-4.1", "messages": [{"role": "user", "content": "Hello?"}]}


def chat(known):
    return spans("openai", "chat.jsonl")[known]


def responses(known):
    return spans("openai", "responses.jsonl")[known]


def test_a_logged_rag_call_carries_all_that_stands_beside_it():
    system = (
        "You answer customers of Lampenladen.\nUse only the sources.\n\nSources:\n"
        "[kb-14] Lamps may be returned within 30 days.\n[kb-2] Bulbs are excluded from returns once opened."
    )
    question = "Can I send back an opened bulb?  Yes or no – please."
    assert told(chat("chatcmpl-r1")) == {
        "trace": "rag-1",
        "id": "chatcmpl-r1",
        "started_ns": 1791018764500000000,
        "messages": (text("system", system), text("user", question)),
        "output": (text("assistant", "Yes, within 30 days [kb-14]."),),
        "finish_reason": "stop",
        "params": {"temperature": 0.2, "max_completion_tokens": 300},
        "seed": 1234,
        "provider": "openai",
        "requested": "gpt-4.1",
        "served": "gpt-4.1-2025-04-14",
        "prompt": {"name": "support/answer", "version": "7"},
        "variables": {"question": question},
        "documents": (
            {
                "id": "kb-14",
                "text": "Lamps may be returned within 30 days.",
                "score": 0.83,
                "metadata": {"path": "returns.md"},
            },
            {"id": "kb-2", "text": "Bulbs are excluded from returns once opened.", "score": 0.79},
        ),
        "feedback": ({"name": "helpful", "score": -1.0, "comment": "Opened bulbs are excluded.", "negative": True},),
        "expected": "No, opened bulbs are excluded [kb-2].",
        "tags": ("prod", "eu"),
        "metadata": {"release": "2026.39", "system_fingerprint": "fp_3f7a1c"},
    }


def test_parallel_calls_keep_their_ids_and_arguments_that_would_be_written_otherwise_stay_texts():
    first, second = chat("chatcmpl-t1"), chat("chatcmpl-t2")
    calls = {
        "role": "assistant",
        "parts": [
            call("call_a1", "order_status", '{"order":"A-100"}'),
            call("call_b2", "return_window", {"sku": "LAMP-7"}),
        ],
    }

    assert first.trace == second.trace == "conv-9"
    assert first.tools == second.tools == (ORDER, WINDOW)
    assert first.output == (calls,)
    assert second.messages == (
        *first.messages,
        calls,
        {"role": "tool", "parts": [result("call_a1", '{"status": "delivered", "on": "2026-09-20"}')]},
        {"role": "tool", "parts": [result("call_b2", "30")]},
    )


def test_the_labels_of_the_request_are_selected_by_and_are_no_parameters():
    assert chat("chatcmpl-t1").metadata["team"] == "support"
    assert chat("chatcmpl-t1").params == {"parallel_tool_calls": True}


def test_images_sounds_and_files_are_carried_with_their_bytes():
    (message,) = chat("chatcmpl-i1").messages

    assert message["name"] == "ada"
    assert [(part["type"], part.get("modality"), part.get("mime_type")) for part in message["parts"]] == [
        ("text", None, None),
        ("blob", "image", "image/png"),
        ("blob", "audio", "audio/wav"),
        ("blob", "document", "application/pdf"),
    ]
    assert message["parts"][2]["content"] == "UklGRiQAAABXQVZF"


def test_a_rating_in_a_scale_of_its_own_is_not_judged():
    assert chat("chatcmpl-i1").feedback == ({"name": "user_rating", "score": 5.0},)
    assert chat("chatcmpl-t3").feedback == ({"name": "user_rating", "score": 1.0, "negative": False},)


def test_a_search_of_the_web_depends_on_the_provider():
    assert chat("chatcmpl-w1").depends_on == ("the provider's own tool (web_search_options)",)


def test_functions_of_the_first_form_are_tools():
    span = chat("legacy-1")

    assert span.tools == (ORDER,)
    assert span.messages == (
        text("user", "Status of A-1?"),
        {"role": "assistant", "parts": [call(None, "order_status", {"order": "A-1"})]},
        {"role": "tool", "parts": [{"type": "tool_call_response", "response": "lost"}]},
    )


def test_a_stream_logged_as_text_is_put_together():
    span = chat("stream-1")

    assert span.output == (
        {
            "role": "assistant",
            "parts": [
                call("call_s1", "order_status", '{"order":"A-7"}'),
                call("call_s2", "return_window", '{"sku":"LAMP\u20281"}'),
            ],
        },
    )
    assert (span.finish_reason, span.served) == ("tool_calls", "gpt-4.1-2025-04-14")


def test_a_stream_that_was_cut_off_says_so():
    span = chat("stream-2")

    assert span.output == (text("assistant", "Good mor"),)
    assert span.missing == ("the end of the answer: its stream was cut off",)


def test_an_error_of_the_api_is_no_output():
    span = chat("error-1")

    assert (span.output, span.error) == ((), "429 rate_limit_exceeded Rate limit reached for gpt-4.1.")


def test_of_several_answers_the_first_is_taken_and_the_others_are_noted():
    span = chat("n-1")

    assert span.output == (text("assistant", '{"name":"Arco"}'),)
    assert span.missing == ("the answers after the first, of `n`",)
    assert span.messages[0] == text("developer", "Be brief.")
    assert sorted(span.params) == ["logit_bias", "n", "response_format", "tool_choice"]


def test_a_refusal_is_the_text_of_the_answer():
    assert chat("refusal-1").output == (text("assistant", "I cannot help with that."),)


def test_a_tool_whose_input_is_free_text_is_missing_and_its_call_is_kept():
    span = chat("custom-1")

    assert span.missing == ("the definition of a tool whose input is free text",)
    assert span.output[0]["parts"] == [call("call_c", "sql", "select count(*) from orders")]


def test_an_answer_in_sound_is_its_words_and_an_earlier_one_is_with_the_provider():
    span = chat("audio-1")

    assert span.output == (text("assistant", "Hi again."),)
    assert span.depends_on == ("an earlier answer in sound, which the provider stores",)


def test_a_request_with_its_answer_as_text_is_read_and_text_that_is_json_stays_text():
    span = chat("flat-1")

    assert span.trace == "sess-5"
    assert span.output == (text("assistant", '{"answer": 42}'),)
    assert span.params == {"temperature": 0}


def test_lines_of_a_batch_that_were_joined_are_read():
    found = spans("openai", "batch.jsonl")

    assert {known: span.trace for known, span in found.items()} == {
        "batch_req_1": "case-1",
        "case-2": "case-2",
        "batch_req_3": "case-3",
    }
    assert found["batch_req_1"].output == (text("assistant", "defect"),)
    assert found["case-2"].output == ()
    assert found["batch_req_3"].error is not None
    assert found["batch_req_3"].error.startswith("batch_expired This request could not")


def test_a_page_of_stored_completions_with_their_messages_is_read():
    span = spans("openai", "stored.json")["chatcmpl-st1"]

    assert (span.trace, span.seed) == ("sess-8", 4944116822809979520)
    assert span.messages == (text("user", "Hello"),)
    assert span.output == (text("assistant", "Hello! How can I help?"),)
    assert span.params["temperature"] == 1.0


def test_instructions_are_the_systems_message_and_parameters_stay_as_sent():
    span = responses("resp_j1")

    assert span.messages == (text("system", "You judge returns.\n"), text("user", "May an opened bulb be returned?"))
    assert span.params["max_output_tokens"] == 400
    assert span.params["text"]["format"]["name"] == "verdict"
    assert span.feedback == ({"name": "feedback", "label": "thumbs_up", "negative": False},)
    assert (span.finish_reason, span.missing) == ("completed", ())
    assert span.trace == "json-1"


def test_calls_with_reasoning_between_them_are_one_answer():
    span = responses("resp_a2")

    assert span.trace == "agent-1"
    assert span.messages == (
        QUESTION,
        {
            "role": "assistant",
            "parts": [
                call("call_1", "order_status", '{"order":"A-100"}'),
                call("call_2", "return_window", {"sku": "LAMP-7"}),
            ],
        },
        {"role": "tool", "parts": [result("call_1", '{"status": "delivered"}')]},
        {"role": "tool", "parts": [result("call_2", "30")]},
    )
    assert span.tools == (ORDER, WINDOW)
    assert span.missing == ("reasoning of earlier turns",)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ("resp_p1", ("a conversation that the provider stores (previous_response_id)",)),
        (
            "resp_q1",
            (
                "a conversation that the provider stores (conversation)",
                "a prompt that the provider stores (prompt)",
                "messages that were not recorded",
            ),
        ),
        ("resp_f1", ("the provider's own tool (file_search)", "the provider's own tool (file_search_call)")),
        ("resp_i1", ("a file that the provider stores (file_id)",)),
    ],
)
def test_state_on_the_providers_side_is_named(known, state):
    assert responses(known).depends_on == state


def test_a_stored_prompt_and_its_variables_are_told():
    span = responses("resp_q1")

    assert span.prompt == {"name": "pmpt_abc", "version": "3"}
    assert span.variables == {"city": "Ulm", "tone": "dry"}


def test_what_a_hosted_search_found_are_documents_and_parts_of_one_file_are_told_apart():
    assert responses("resp_f1").documents == (
        {
            "id": "file-1",
            "text": "Lamps may be returned within 30 days.",
            "score": 0.91,
            "metadata": {"lang": "en", "filename": "returns.md"},
        },
        {"id": "file-1#2", "text": "Bulbs are excluded.", "score": 0.72, "metadata": {"filename": "returns.md"}},
    )


def test_events_of_responses_are_put_together_whether_they_ended_or_not():
    whole, cut = responses("resp_st1"), responses("resp_cut")

    assert (whole.output, whole.missing) == ((text("assistant", "Good morning."),), ())
    assert (cut.output, cut.missing) == (
        (text("assistant", "Good mor"),),
        ("the end of the answer: its stream was cut off",),
    )


def test_a_response_that_failed_or_was_cut_short_says_why():
    failed, short = responses("resp_e1"), responses("resp_m1")

    assert (failed.output, failed.error) == ((), "server_error The model failed to generate a response.")
    assert (short.finish_reason, short.output) == ("max_output_tokens", (text("assistant", "Everything is"),))
    assert short.missing == ("whether the provider left out earlier turns (`truncation: auto`)",)


def test_a_stored_response_with_its_input_is_read():
    span = responses("resp_whole1")

    assert span.messages == (text("developer", "Be kind."), text("user", "How are you?"))
    assert span.output == (text("assistant", "Fine."),)


@pytest.mark.parametrize(
    "line",
    [
        {"id": "batch_1", "custom_id": "case-1", "response": {"status_code": 200, "body": ANSWER}},
        ANSWER,
        {"object": "response", "output": [], "status": "completed"},
    ],
)
def test_an_answer_alone_is_refused_with_what_to_log(line):
    with pytest.raises(Unfit, match=r"an answer without its request: log both, as .*custom_id"):
        list(openai.traces(line))


@pytest.mark.parametrize(
    "line", [1, "text", None, {}, {"a": 1}, {"request": 5}, {"input": "x", "output": "y"}, [[ASK]]]
)
def test_what_is_no_log_of_calls_is_refused(line):
    with pytest.raises(Unfit):
        list(openai.traces(line))


def test_embeddings_are_refused():
    with pytest.raises(Unfit, match="neither `choices` nor `output` nor `content`"):
        read("openai", {"request": {"model": "e", "input": "x"}, "response": {"object": "list", "data": []}})


def test_calls_of_anthropic_are_told_apart_and_their_dialect_is_named():
    line = {
        "request": {"model": "c", "max_tokens": 9, "messages": []},
        "response": {"type": "message", "role": "assistant", "content": [], "stop_reason": "end_turn"},
    }
    with pytest.raises(Unfit, match="capture it as `anthropic`"):
        list(openai.traces(line))


@pytest.mark.parametrize(
    ("line", "trace", "known"),
    [
        ({"trace_id": 7, "request": ASK, "response": {**ANSWER, "id": "c-1"}}, "7", "c-1"),
        ({"metadata": {"session_id": "s"}, "request": ASK, "response": {**ANSWER, "id": "c-1"}}, "s", "c-1"),
        ({"request": {**ASK, "metadata": {"session_id": "s"}}, "response": {**ANSWER, "id": "c-1"}}, "s", "c-1"),
        ({"id": "l-1", "request": ASK, "response": {**ANSWER, "id": "c-1"}}, "l-1", "l-1"),
        ({"request": ASK, "response": {**ANSWER, "id": "c-1"}}, "c-1", "c-1"),
    ],
)
def test_a_trace_is_named_by_the_log_else_by_the_call(line, trace, known):
    span = read("openai", line)

    assert (span.trace, span.id) == (trace, known)
    assert list(openai.traces(line)) == [trace]


def test_a_call_without_any_id_is_named_by_its_content():
    one, other = (read("openai", {"request": ASK, "response": answer}) for answer in ("Hi.", "Hello."))

    assert one.trace == one.id
    assert one.trace.startswith("sha256:")
    assert one.trace != other.trace
    assert one.trace == read("openai", {"response": "Hi.", "request": ASK}).trace


def test_requests_and_answers_may_be_json_in_texts():
    span = read(
        "openai",
        {
            "request": '{"messages": [{"role": "user", "content": "Hello?"}]}',
            "response": '{"choices": [{"message": {"content": "Hi."}}]}',
        },
    )

    assert span.messages == (text("user", "Hello?"),)
    assert span.output == (text("assistant", "Hi."),)


def test_what_an_sdk_was_told_apart_from_the_request_is_no_parameter():
    line = {
        "request": {**ASK, "extra_headers": {"authorization": "Bearer x"}, "extra_body": {"top_k": 3}, "timeout": 9},
        "response": ANSWER,
    }
    assert read("openai", line).params == {"top_k": 3}
