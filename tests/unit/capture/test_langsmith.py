"""LangSmith's exports → spans and remarks, content compared to the byte."""

from __future__ import annotations

import pytest
from hypothesis import given

from llmgate.capture import langsmith
from llmgate.capture.span import Record, Remark, ToolRun, Unfit, by_span
from llmgate.conventions import Kind
from tests import dialects

RUNS, BULK, TREE = (f"langsmith/{name}" for name in ("runs.jsonl", "bulk.jsonl", "tree.json"))
QUERY, QUERY_V2 = "langsmith/query.json", "langsmith/query-v2.json"
FILES = (RUNS, QUERY, QUERY_V2, BULK, TREE, "langsmith/feedback.jsonl", "langsmith/examples.jsonl")
SYSTEM = "Answer from the handbook.\n\nRefunds are paid within 14 days.\nGift cards are not refunded."


def run(number):
    return f"00000000-0000-4000-8000-{number:012d}"


def said(role, *contents):
    return {"role": role, "parts": [{"type": "text", "content": content} for content in contents]}


def the(number, name=RUNS):
    (span,) = (span for span in dialects.spans(langsmith, name) if span.id == run(number))
    return span


def test_langchains_model_call_is_read_with_all_that_it_says():
    span = the(11)

    assert span.kind is Kind.MODEL
    assert (span.trace, span.parent) == (run(8), run(8))
    assert span.messages == (said("system", SYSTEM), said("user", "How long do refunds take?"))
    assert span.output == (said("assistant", "Within 30 days."),)
    assert span.params == {"temperature": 0.2, "max_tokens": 300}
    assert (span.seed, span.finish_reason) == (7, "stop")
    assert (span.provider, span.requested, span.served) == ("openai", "gpt-4.1-mini", "gpt-4.1-mini-2025-04-14")
    assert span.feedback == ({"name": "correctness", "score": 0.0, "label": "incorrect", "negative": True},)
    assert (span.missing, span.depends_on) == ((), ())
    assert span.tags == ("prod",)
    assert span.metadata["env"] == "production"


def test_a_prompts_run_tells_the_variables_and_which_prompt_of_the_hub():
    span = the(10)

    assert span.kind is Kind.OTHER
    assert span.prompt == {
        "name": "acme/support",
        "version": "4f2c9d1a",
        "template": "Answer from the handbook.\n\n{context}\n\n{question}",
    }
    assert span.variables == {
        "context": "Refunds are paid within 14 days.\nGift cards are not refunded.",
        "question": "How long do refunds take?",
    }


def test_documents_of_a_retriever_keep_their_ids_texts_and_metadata():
    assert the(9).documents == (
        {"id": "refunds-1", "text": "Refunds are paid within 14 days.", "metadata": {"source": "handbook/refunds.md"}},
        {
            "id": "handbook/gifts.md",
            "text": "Gift cards are not refunded.",
            "metadata": {"source": "handbook/gifts.md"},
        },
    )


def test_openais_parallel_calls_keep_their_arguments_as_they_were_sent():
    first, last = the(2), the(5)

    assert [part["arguments"] for part in first.output[0]["parts"]] == ['{"order":"A-17"}', {"order": "B-2"}]
    assert [tool["name"] for tool in first.tools] == ["order_status"]
    assert (first.params, first.seed, first.finish_reason) == ({"temperature": 0}, 7, "tool_calls")
    assert last.messages[: len(first.messages)] == first.messages
    assert last.messages[-1]["parts"] == [
        {"type": "tool_call_response", "response": '{"status": "lost"}', "id": "call_2"}
    ]


def test_runs_of_tools_are_read_from_functions_and_from_langchain():
    assert the(4).tool == ToolRun(name="order_status", arguments={"order": "B-2"}, result='{"status": "lost"}')
    assert the(14).tool == ToolRun(name="order", id="call_9", arguments={"order": "A-17"}, result="shipped")


def test_calls_of_tools_that_were_not_recorded_as_offered_are_noted():
    assert the(13).missing == ("tool definitions",)


def test_an_image_is_carried():
    assert the(6).messages[0]["parts"][1] == {
        "type": "blob",
        "modality": "image",
        "mime_type": "image/png",
        "content": "iVBORw0KGgo=",
    }


def test_a_conversation_that_the_provider_stores_is_state_elsewhere():
    span = the(7)

    assert span.output == (said("assistant", "Nothing."),)
    assert span.depends_on == ("a conversation that the provider stores (previous_response_id)",)


def test_hidden_inputs_are_noted_as_not_recorded():
    hidden = {"id": "1", "run_type": "llm", "inputs": {}, "outputs": {}}

    (span,) = langsmith.read(Record(file="x.json", line=1, value=hidden))

    assert (span.missing, span.depends_on) == (("messages",), ("messages that were not recorded",))


@pytest.mark.parametrize("name", [QUERY, QUERY_V2, BULK])
def test_the_api_and_the_bulk_export_say_the_same_as_the_sdk(name):
    def told(span):
        return (
            *(span.id, span.trace, span.parent, span.kind, span.messages, span.output, span.tools, span.params),
            *(span.documents, span.tool, span.prompt, span.variables, span.provider, span.requested, span.tags),
        )

    assert list(map(told, dialects.spans(langsmith, name))) == list(map(told, dialects.spans(langsmith, RUNS)))


def test_a_run_whose_inputs_were_not_selected_says_so():
    (span,) = langsmith.read(Record(file="x.json", line=1, value={"id": "1", "run_type": "LLM"}))

    assert "select INPUTS" in span.missing[0]
    assert span.depends_on == ("messages that were not recorded",)


def test_the_one_comment_of_the_feedback_on_a_run_is_carried():
    assert the(11, QUERY_V2).feedback[0]["comment"] == "The handbook says 14 days."


def test_a_run_with_its_children_is_read_with_all_of_them():
    assert [span.id for span in dialects.spans(langsmith, TREE)] == [run(8), run(9), run(10), run(11)]


def test_a_run_without_a_trace_id_finds_it_in_the_dotted_order():
    entry = {"id": "b", "run_type": "llm", "dotted_order": "20261120T090000000000Za.20261120T090000000000Zb"}

    assert list(langsmith.traces(entry)) == ["a"]


def test_feedback_is_a_remark_and_its_correction_is_what_was_expected():
    assert dialects.read(langsmith, "langsmith/feedback.jsonl") == [
        Remark(
            trace=run(8),
            span=run(11),
            feedback=(
                {
                    "name": "correctness",
                    "score": 0.0,
                    "label": "incorrect",
                    "comment": "The handbook says 14 days.",
                    "negative": True,
                },
            ),
            expected="Refunds are paid within 14 days.",
        ),
        Remark(trace=by_span(run(8)), span=run(8), feedback=({"name": "user_score", "score": 1.0, "negative": False},)),
    ]


def test_an_example_says_what_was_expected_of_its_run():
    assert dialects.read(langsmith, "langsmith/examples.jsonl") == [
        Remark(trace=by_span(run(8)), span=run(8), expected="Within 14 days.")
    ]


@pytest.mark.parametrize("value", [{"resourceSpans": []}, {"runs": [{"id": 1}]}, "text", 4, None, {"run_type": "llm"}])
def test_what_langsmith_does_not_export_is_unfit(value):
    with pytest.raises(Unfit, match="this is not what LangSmith exports"):
        list(langsmith.traces(value))


@given(dialects.JSON | dialects.damaged(*FILES))
def test_any_json_is_read_or_unfit(value):
    dialects.survives(langsmith, value)
