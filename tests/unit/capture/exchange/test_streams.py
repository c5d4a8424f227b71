import pytest

from llmgate.capture.exchange import answers, streams
from tests.unit.capture.logs import read, text

ASK = {"request": {"messages": [{"role": "user", "content": "Hello?"}]}}
CHUNK = {"id": "c1", "choices": [{"index": 0, "delta": {"content": "Hi."}, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    "answer",
    [
        [CHUNK],
        ['{"id": "c1", "choices": [{"index": 0, "delta": {"content": "Hi."}, "finish_reason": "stop"}]}'],
        [{"event": "message", "data": CHUNK}],
        ['data: {"id": "c1", "choices": [{"delta": {"content": "Hi."}, "finish_reason": "stop"}]}', "data: [DONE]"],
        [
            'event: x\ndata: {"id": "c1", "choices": [{"delta": {"content": "H"}}]}\n\n',
            'data: {"choices": [{"delta": {"content": "i."}, "finish_reason": "stop"}]}',
        ],
        'data: {"id": "c1", "choices": [{"delta": {"content": "Hi."}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n',
        '[{"id": "c1", "choices": [{"delta": {"content": "Hi."}, "finish_reason": "stop"}]}]',
    ],
)
def test_a_stream_is_read_in_the_forms_in_which_it_is_logged(answer):
    span = read("openai", {**ASK, "response": answer})

    assert (span.id, span.output, span.finish_reason, span.missing) == ("c1", (text("assistant", "Hi."),), "stop", ())


def test_lines_of_a_stream_that_were_cut_are_passed_over():
    assert list(streams.events('data: {"a": 1}\ndata: {"b":')) == [{"a": 1}]


def test_other_choices_of_a_stream_are_left_out():
    other = {"choices": [{"index": 1, "delta": {"content": "No."}}]}

    assert read("openai", {**ASK, "response": [other, CHUNK]}).output == (text("assistant", "Hi."),)


def test_an_error_amid_a_stream_is_the_calls():
    error = {"error": {"message": "The server is busy.", "code": "server_error"}}

    assert read("openai", {**ASK, "response": [CHUNK, error]}).error == "server_error The server is busy."


def test_an_event_of_responses_that_is_an_error_is_the_calls():
    events = [{"type": "response.created", "response": {"id": "r"}}, {"type": "error", "code": "x", "message": "Busy."}]

    assert read("openai", {"request": {"input": "Hello?"}, "response": events}).error == "x Busy."


def test_a_list_of_items_is_no_stream():
    items = [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi."}]}]

    assert answers.api(items) is None
    assert read("openai", {"request": {"input": "Hello?"}, "response": items}).output == (text("assistant", "Hi."),)
