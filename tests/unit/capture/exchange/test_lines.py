"""The shapes of a line; what stands in it is tested by dialect."""

import json

import pytest

from llmgate.capture import records
from llmgate.capture.catalogue import dialect
from llmgate.capture.joining import conversations
from llmgate.capture.traces import Traces
from tests.unit.capture.logs import DATA, read, text

ASK = {"model": "m", "messages": [{"role": "user", "content": "Hello?"}]}
ANSWER = {"choices": [{"message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"}]}
WHOLE = {"url": "https://api.example/v1/chat/completions", "headers": {"authorization": "x"}, "body": ASK}


@pytest.mark.parametrize(
    "line",
    [
        {"request": ASK, "response": ANSWER},
        {"request": json.dumps(ASK), "response": json.dumps(ANSWER)},
        {"request_body": ASK, "response_body": ANSWER},
        {"kwargs": ASK, "result": ANSWER},
        {"request": WHOLE, "response": {"status": 200, "body": json.dumps(ANSWER)}},
        {"request": {"method": "POST", "json": ASK}, "response": json.dumps({"status_code": 200, "body": ANSWER})},
        {**ASK, "output": ANSWER},
        {**ASK, "completion": "Hi."},
        {**ASK, **ANSWER},
        {**ASK, "response": {"role": "assistant", "content": "Hi."}},
        {"data": [{"request": ASK, "response": ANSWER}]},
        [{"request": ASK, "response": ANSWER}],
    ],
)
def test_a_request_with_its_answer_is_found(line):
    span = read("openai", line)

    assert span.messages == (text("user", "Hello?"),)
    assert span.output == (text("assistant", "Hi."),)
    assert (span.requested, span.params) == ("m", {})


def test_parameters_in_an_object_of_their_own_are_the_requests():
    assert read("openai", {**ASK, "params": {"temperature": 0}, "cost": 3}).params == {"temperature": 0}


@pytest.mark.parametrize("answer", ['{"body": "Dear Ada", "subject": "Lamp"}', '{"error": "none"}', "[1, 2]", "data"])
def test_what_a_model_said_is_not_taken_for_an_envelope(answer):
    assert read("openai", {"request": ASK, "response": answer}).output == (text("assistant", answer),)


def test_texts_of_requests_that_are_json_stay_texts():
    span = read("openai", {"request": {"input": '{"a": 1}', "instructions": '["b"]'}})

    assert span.messages == (text("system", '["b"]'), text("user", '{"a": 1}'))


def test_an_agents_loop_that_is_logged_call_by_call_is_one_conversation():
    with (DATA / "openai" / "chat.jsonl").open("rb") as stream:
        found = Traces(dialect=dialect("openai"), sources=(records.opened("chat.jsonl", stream),))
        found.index()
        trace = found.trace("conv-9")
    assert trace is not None
    first, second = conversations(trace)

    assert [span.id for span in first.spans] == ["chatcmpl-t1", "chatcmpl-t2"]
    assert first.results == (
        {
            "name": "order_status",
            "arguments": {"order": "A-100"},
            "result": '{"status": "delivered", "on": "2026-09-20"}',
        },
        {"name": "return_window", "arguments": {"sku": "LAMP-7"}, "result": "30"},
    )
    assert [span.id for span in second.spans] == ["chatcmpl-t3"]
    assert not found.faults
