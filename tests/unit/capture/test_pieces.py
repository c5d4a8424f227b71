"""Several records of one span → the one span."""

import dataclasses
import time

import pytest

from llmgate.capture import pieces
from llmgate.capture.span import Span, Unfit
from llmgate.conventions import Kind

USER = {"role": "user", "parts": [{"type": "text", "content": "Hi"}]}
SYSTEM = {"role": "system", "parts": [{"type": "text", "content": "Be kind."}]}
ANSWER = {"role": "assistant", "parts": [{"type": "text", "content": "Hello"}]}
CALL = {"role": "assistant", "parts": [{"type": "tool_call", "name": "find", "arguments": {}}]}
BARE = Span(file="t", line=1, trace="a", id="b", name="chat", kind=Kind.MODEL, started_ns=5, ended_ns=9)
EMPTY = dataclasses.replace(BARE, missing=("messages: none",), depends_on=("a stored answer", pieces.UNRECORDED))


def made(**fields):
    return Span(file="t", line=2, trace="a", id="b", kind=Kind.MODEL, **fields)


def test_a_span_by_itself_stays_as_it_is():
    assert pieces.whole([EMPTY]) == EMPTY


def test_empty_fields_are_filled_and_full_ones_stay():
    told = pieces.whole([BARE, made(name="", messages=(USER,), output=(ANSWER,), provider="openai", seed=0)])
    assert told == dataclasses.replace(BARE, messages=(USER,), output=(ANSWER,), provider="openai", seed=0)


def test_a_seed_of_zero_is_not_filled_over():
    assert pieces.whole([dataclasses.replace(BARE, seed=0), made(seed=7)]).seed == 0


def test_content_from_a_log_ends_what_the_span_missed():
    told = pieces.whole([EMPTY, made(messages=(USER,), output=(ANSWER,))])
    assert (told.missing, told.depends_on) == ((), ("a stored answer",))


def test_content_that_is_not_whole_in_the_log_either_is_still_missed():
    told = pieces.whole([EMPTY, made(messages=(USER,), depends_on=(pieces.UNRECORDED,), missing=("cut",))])
    assert (told.missing, told.depends_on) == (("cut",), ("a stored answer", pieces.UNRECORDED))


def test_where_no_record_has_the_content_it_is_still_missed():
    assert pieces.whole([EMPTY, made(provider="openai")]).depends_on == EMPTY.depends_on


def test_pieces_are_put_in_the_order_of_their_times():
    late, early = made(started_ns=2, messages=(USER,), piece=True), made(started_ns=1, messages=(SYSTEM,), piece=True)
    told = pieces.whole([late, BARE, made(started_ns=3, output=(ANSWER,), piece=True), early])
    assert (told.messages, told.output, told.piece) == ((SYSTEM, USER), (ANSWER,), False)
    assert (told.line, told.started_ns) == (1, 5)


def test_pieces_without_their_span_are_a_span():
    told = pieces.whole([made(messages=(SYSTEM,), piece=True), made(messages=(USER,), piece=True)])
    assert (told.messages, told.piece) == ((SYSTEM, USER), False)


def test_a_piece_with_a_tools_call_misses_the_definitions():
    assert pieces.whole([BARE, made(output=(CALL,), piece=True)]).missing == (pieces.NO_TOOLS,)


def test_definitions_in_another_record_are_not_missed():
    calling = dataclasses.replace(BARE, messages=(USER,), output=(CALL,), missing=(pieces.NO_TOOLS,))
    assert pieces.whole([calling, made(tools=({"name": "find"},))]).missing == ()


def test_the_same_content_in_two_records_is_no_contradiction():
    told = pieces.whole([dataclasses.replace(BARE, messages=(USER,)), made(messages=(USER,))])
    assert told.messages == (USER,)


@pytest.mark.parametrize("name", ["messages", "output"])
def test_two_records_that_contradict_each_other_are_refused(name):
    with pytest.raises(Unfit, match=f"two records of one span contradict each other in its {name}"):
        pieces.whole([dataclasses.replace(BARE, **{name: (USER,)}), made(**{name: (SYSTEM,)})])


def test_feedback_metadata_and_tags_of_all_records_are_kept_once():
    bad, good = {"name": "tone", "negative": True}, {"name": "tone", "negative": False}
    first = dataclasses.replace(BARE, feedback=(bad,), metadata={"a": 1}, tags=("x",), params={"n": 1})
    told = pieces.whole(
        [first, made(feedback=(bad, good), metadata={"a": 2, "b": 3}, tags=("x", "y"), params={"n": 2})]
    )
    assert told.feedback == (bad, good)
    assert (told.metadata, told.tags, told.params) == ({"a": 1, "b": 3}, ("x", "y"), {"n": 1})


def test_more_records_of_one_span_than_any_has_are_refused():
    with pytest.raises(Unfit, match=r"one span has 2001 records; at most 2000 are joined"):
        pieces.whole([made(messages=(USER,), piece=True)] * (pieces.MAX_RECORDS + 1))


def test_as_many_records_as_are_joined_take_bounded_time():
    judged = [made(feedback=({"name": str(at)},), missing=(str(at),), metadata={str(at): 1}) for at in range(2_000)]
    began = time.process_time()
    assert len(pieces.whole(judged).feedback) == pieces.MAX_RECORDS
    assert time.process_time() - began < 10
