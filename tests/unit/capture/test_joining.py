import time

import pytest

from llmgate.capture import joining
from llmgate.capture.span import Span
from llmgate.capture.traces import MAX_TOLD, Trace
from llmgate.conventions import Kind
from tests.unit.capture.simple import answered, called, said, seen

ASK = said("user", "Where is A1?")
CALLS = called(("c1", "lookup", '{"id":"A1"}'), ("c2", "lookup", {"id": "A2"}))
SECOND = [ASK, CALLS, answered("c2", "lost"), answered("c1", '{"state": "sent"}')]


def model(known, messages, **fields):
    return {"trace": "a", "id": known, "kind": "model", "messages": messages, **fields}


def test_calls_that_go_on_from_each_other_are_one_conversation():
    (found,) = seen(
        model("1", [ASK], started_ns=1, output=[CALLS]),
        model("2", SECOND, started_ns=5, output=[said("assistant", "On its way.")]),
    )

    assert found.messages == (ASK,)
    assert found.last.output == (said("assistant", "On its way."),)


def test_parallel_results_are_paired_with_their_calls_by_id():
    (found,) = seen(model("1", [ASK], started_ns=1), model("2", SECOND, started_ns=5))

    assert found.results == (
        {"name": "lookup", "arguments": {"id": "A2"}, "result": "lost"},
        {"name": "lookup", "arguments": {"id": "A1"}, "result": '{"state": "sent"}'},
    )


def test_order_in_the_file_and_wrong_clocks_do_not_matter():
    (found,) = seen(model("2", SECOND, started_ns=0), model("1", [ASK], started_ns=0))

    assert [span.id for span in found.spans] == ["1", "2"]


def test_another_word_of_the_user_begins_another_conversation():
    later = [ASK, said("assistant", "Sent."), said("user", "Thanks. And A2?")]

    first, second = seen(model("1", [ASK], started_ns=1), model("2", later, started_ns=2))

    assert (len(first.messages), len(second.messages)) == (1, 3)


def test_results_in_a_users_message_go_on():
    result = {
        "role": "user",
        "parts": [{"type": "tool_call_response", "id": "c1", "response": "sent", "is_error": True}],
    }

    (found,) = seen(
        model("1", [ASK], started_ns=1), model("2", [ASK, called(("c1", "lookup", {})), result], started_ns=2)
    )

    assert found.results == ({"name": "lookup", "arguments": {}, "result": "sent", "error": True},)


def test_a_request_that_was_sent_again_is_the_same_conversation():
    (found,) = seen(
        model("1", [ASK], started_ns=1, error="timeout"),
        model("2", [ASK], started_ns=2, output=[said("assistant", "x")]),
    )

    assert found.last.id == "2"


def test_calls_with_other_requests_are_conversations_of_their_own_in_the_order_of_their_end():
    rewrite, answer = seen(
        model("2", [said("system", "Answer."), ASK], started_ns=5, ended_ns=9),
        model("1", [said("system", "Rewrite."), ASK], started_ns=1, ended_ns=3),
    )

    assert (rewrite.first.id, answer.first.id) == ("1", "2")


def test_tools_spans_give_the_results_that_no_message_has():
    run = {"name": "lookup", "arguments": '{"id": "A1"}', "result": "sent"}

    (found,) = seen(
        model("1", [ASK], started_ns=1),
        {"trace": "a", "id": "t", "kind": "tool", "tool": run, "started_ns": 3},
    )

    assert found.results == ({"name": "lookup", "arguments": {"id": "A1"}, "result": "sent"},)


def test_what_was_reranked_comes_before_what_was_retrieved():
    found = [{"id": "1", "text": "x"}, {"id": "2", "text": "y"}]

    (conversation,) = seen(
        model("m", [ASK]),
        {"trace": "a", "id": "r", "kind": "retrieval", "documents": found},
        {"trace": "a", "id": "k", "kind": "rerank", "documents": [found[1]]},
    )

    assert conversation.documents == (found[1],)


def test_what_a_tool_retrieved_is_no_context():
    (conversation,) = seen(
        model("m", [ASK]),
        {"trace": "a", "id": "t", "kind": "tool", "tool": {"name": "search", "result": "x"}},
        {"trace": "a", "id": "r", "kind": "retrieval", "parent": "t", "documents": [{"id": "1", "text": "x"}]},
    )

    assert conversation.documents == ()


def test_prompt_variables_and_feedback_are_found_on_ancestors_and_in_remarks():
    bad = {"name": "helpful", "negative": True}
    (found,) = seen(
        {"trace": "a", "id": "root", "kind": "other", "name": "support", "feedback": [bad], "tags": ["beta"]},
        {"trace": "a", "id": "p", "kind": "other", "parent": "root", "prompt": {"name": "s"}, "variables": {"q": "x"}},
        model("m", [ASK], parent="p", name="chat"),
        {"remark": True, "trace": "a", "expected": "In Berlin."},
    )

    assert (found.prompt, found.variables, found.feedback) == ({"name": "s"}, {"q": "x"}, (bad,))
    assert (found.expected, found.tags, found.name) == ("In Berlin.", ("beta",), "support")


def test_feedback_on_another_conversation_is_not_this_ones():
    first, second = seen(
        model("1", [said("system", "Rewrite.")], started_ns=1, feedback=[{"name": "a"}]),
        model("2", [said("system", "Answer.")], started_ns=2),
    )

    assert (len(first.feedback), second.feedback) == (1, ())


def test_parents_in_a_circle_end():
    (found,) = seen(model("m", [ASK], parent="x"), {"trace": "a", "id": "x", "kind": "other", "parent": "m"})

    assert found.first.id == "m"


def test_state_outside_is_told_of_the_conversation_that_hangs_on_it():
    (found,) = seen(model("m", [ASK], depends_on=["previous_response_id"], missing=["tool definitions"]))

    assert (found.depends_on, found.missing) == (("previous_response_id",), ("tool definitions",))


def span(number, **fields):
    return Span(file="t", line=number, trace="a", id=str(number), started_ns=number, **fields)


MANY = {
    "conversations": [
        span(number, kind=Kind.MODEL, messages=(said("user", str(number)),), tags=("beta",))
        for number in range(MAX_TOLD)
    ],
    "conversations beside other spans": [
        span(
            number,
            kind=Kind.MODEL if number % 2 else Kind.RETRIEVAL,
            messages=(said("user", str(number)),) if number % 2 else (),
            documents=() if number % 2 else ({"id": str(number), "text": "x"},),
            feedback=({"name": str(number)},),
            metadata={str(number): "x"},
        )
        for number in range(MAX_TOLD)
    ],
    "parents": [span(number, kind=Kind.MODEL, parent=str(number - 1)) for number in range(MAX_TOLD)],
}


@pytest.mark.parametrize("name", MANY)
def test_the_largest_trace_is_joined_in_seconds(name):
    began = time.process_time()

    assert joining.conversations(Trace(id="a", spans=tuple(MANY[name])))

    assert time.process_time() - began < 10


def test_ten_thousand_calls_beside_each_other_are_paired_in_a_second():
    calls = called(*((str(number), "look", {"n": number}) for number in range(10_000)))
    answers = [answered(str(number), number) for number in reversed(range(10_000))]
    first, second = model("1", [ASK], started_ns=1), model("2", [ASK, calls, *answers], started_ns=2)
    spans = tuple(
        span(place, kind=Kind.MODEL, messages=tuple(each["messages"])) for place, each in enumerate((first, second))
    )
    began = time.process_time()

    (found,) = joining.conversations(Trace(id="a", spans=spans))

    assert [(each["arguments"]["n"], each["result"]) for each in found.results[:2]] == [(9_999, 9_999), (9_998, 9_998)]
    assert time.process_time() - began < 2
