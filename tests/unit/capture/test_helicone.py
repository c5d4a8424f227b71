import pytest

from llmgate.capture import helicone
from llmgate.capture.span import Unfit
from llmgate.conventions import Kind
from tests.unit.capture.logs import read, spans, text, told

ROW = {"request_id": "r", "response_id": "a", "response_status": 200}


def exported(known):
    return spans("helicone", "export.jsonl")[known]


def test_a_row_of_anthropics_carries_prompt_variables_and_judgements():
    found = told(exported("req-2"))

    assert found.pop("tools")[0]["name"] == "order_status"
    assert found == {
        "trace": "req-2",
        "id": "req-2",
        "response": "msg_h2",
        "started_ns": 1791018764500000000,
        "ended_ns": 1791018766120000000,
        "messages": (
            text("system", "You are a support agent."),
            text("system", "Shop rules: be kind."),
            text("user", "Where is A-100, and may I still return it?"),
        ),
        "output": (text("assistant", "Delivered."),),
        "finish_reason": "end_turn",
        "params": {"max_tokens": 512},
        "provider": "anthropic",
        "requested": "claude-sonnet-4-6",
        "served": "claude-sonnet-4-6",
        "prompt": {"name": "support", "version": "4"},
        "variables": {"city": "Ulm"},
        "feedback": (
            {"name": "rating", "score": 0.0, "negative": True},
            {"name": "helpfulness", "score": -1.0, "negative": True},
            {"name": "is_safe", "score": 1.0, "negative": False},
        ),
        "metadata": {
            "Helicone-Prompt-Id": "support",
            "Helicone-Prompt-Version": "4",
            "Helicone-Prompt-Input-city": "Ulm",
            "env": "prod",
        },
    }


def test_rows_of_a_session_are_one_trace():
    of_session = {known for known, span in spans("helicone", "export.jsonl").items() if span.trace == "sess-1"}

    assert of_session == {"req-1", "req-t", "req-v", "req-4"}


def test_runs_of_tools_and_searches_that_were_logged_by_hand_are_spans_of_their_own():
    tool, search = exported("req-t"), exported("req-v")

    assert tool.kind is Kind.TOOL
    assert tool.tool is not None
    assert (tool.tool.name, tool.tool.arguments) == ("order_status", {"order": "A-100"})
    assert tool.tool.result["message"] == "delivered"
    assert search.kind is Kind.RETRIEVAL
    assert search.documents == ({"id": "kb-14", "text": "Lamps may be returned within 30 days.", "score": 0.83},)


def test_a_stream_that_helicone_put_together_is_read():
    span = exported("req-3")

    assert (span.output, span.finish_reason) == ((text("assistant", "Good morning."),), "stop")
    assert span.missing == ()


def test_a_row_of_the_responses_api_names_the_providers_state():
    span = exported("req-5")

    assert span.messages == (text("system", "Be brief."), text("user", "Hello?"))
    assert span.depends_on == ("a conversation that the provider stores (previous_response_id)",)


def test_rows_of_other_apis_are_passed_over():
    assert "req-e" not in spans("helicone", "export.jsonl")


def test_a_request_of_openais_form_that_anthropic_answered_is_read():
    span = exported("req-6")

    assert span.messages == (text("user", "Weather?"),)
    assert span.output == (text("assistant", "Rain."),)
    assert (span.prompt, span.variables) == ({"name": "abc123"}, {"city": "Ulm"})
    assert span.missing == ("the messages that a prompt of Helicone's put before those of the request",)
    assert span.params == {}


def test_an_error_of_the_api_is_no_output():
    assert (exported("req-7").output, exported("req-7").error) == (
        (),
        "401 invalid_api_key Incorrect API key provided.",
    )


def test_an_export_without_bodies_says_how_to_have_them():
    span = spans("helicone", "without-bodies.jsonl")["req-8"]

    assert span.missing == ("messages: the export has no body of the request; run it with --include-body",)
    assert span.depends_on == ("messages that were not recorded",)


def test_a_page_of_the_query_api_is_read():
    page = {"data": [{**ROW, "request_body": {"messages": [{"role": "user", "content": "Hello?"}]}}], "error": None}

    assert read("helicone", page).messages == (text("user", "Hello?"),)
    assert list(helicone.traces(page)) == ["r"]


def test_a_search_whose_documents_are_nowhere_says_so():
    span = read("helicone", {**ROW, "request_body": {"_type": "vector_db", "operation": "search"}})

    assert (span.documents, span.missing) == ((), ("documents of a search",))


@pytest.mark.parametrize("value", [1, None, "x", {}, {"request": {}}, [1], {"data": [{}]}])
def test_what_is_no_row_is_refused(value):
    with pytest.raises(Unfit, match="this is no row of an export of Helicone's"):
        list(helicone.traces(value))
