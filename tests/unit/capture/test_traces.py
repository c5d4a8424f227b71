from dataclasses import replace

from llmgate.capture import span, traces
from tests.unit.capture import simple

CALL = {"trace": "a", "id": "1", "messages": [simple.said("user", "Hi")]}


def test_the_spans_of_a_trace_are_found_wherever_they_stand():
    found = simple.opened(CALL, {"trace": "b", "id": "1"}, {"trace": "a", "id": "2"}, {"trace": "b", "id": "2"})

    assert found.ids == ("a", "b")
    assert [(span.id, span.line) for span in found.trace("a").spans] == [("1", 1), ("2", 3)]


def test_a_record_of_another_dialect_is_told_with_its_line_and_the_others_are_read():
    found = simple.opened(CALL, {"resourceSpans": []}, {"trace": "b", "id": "1"})

    (fault,) = found.faults
    assert (fault.file, fault.line, fault.message) == ("t.jsonl", 2, "no trace: this is not the simple dialect")
    assert found.ids == ("a", "b")


def test_a_hint_names_the_dialect_that_a_record_is_of():
    found = simple.opened(CALL)
    found.otherwise = lambda _: "otlp"
    found.dialect = type("Other", (), {"traces": lambda _, value: simple.traces({})})()
    found.index()

    assert "it looks like `llmgate capture otlp`" in found.faults[0].message


def test_a_broken_line_is_told_and_the_others_are_read():
    found = simple.opened(CALL, '{"trace": "b"', {"trace": "c", "id": "1"})

    assert [(fault.line, fault.message) for fault in found.faults] == [
        (2, "not JSON: Expecting ',' delimiter (column 14)")
    ]
    assert found.ids == ("a", "c")


def test_a_span_that_was_delivered_twice_is_one():
    found = simple.opened(CALL, CALL)

    assert len(found.trace("a").spans) == 1


def test_records_that_complete_each_other_are_one_span():
    found = simple.opened({"trace": "a", "id": "1", "requested": "m", "tags": ["x"]}, {**CALL, "tags": ["y"]})

    (span,) = found.trace("a").spans
    assert (span.requested, len(span.messages), span.tags) == ("m", 1, ("x", "y"))


def test_a_record_of_several_traces_keeps_their_order():
    found = simple.opened(*({"trace": name, "id": "1"} for name in "gfedcba"))

    assert found.ids == tuple("gfedcba")


def test_a_span_and_its_event_have_one_time():
    found = simple.opened(
        {"trace": "a", "id": "1", "started_ns": 5, "ended_ns": 9, "metadata": {"x": 1}},
        {**CALL, "started_ns": 7, "ended_ns": 7, "metadata": {"y": 2}},
    )

    (span,) = found.trace("a").spans
    assert (span.started_ns, span.ended_ns, span.metadata) == (5, 9, {"x": 1, "y": 2})


def test_two_spans_with_one_id_are_a_fault_and_no_trace():
    other = {**CALL, "messages": [simple.said("user", "Ho")]}
    found = simple.opened(CALL, other, {"trace": "b", "id": "1"})

    assert found.trace("a") is None
    (fault,) = found.faults
    assert (fault.line, fault.message) == (
        2,
        "two records of one span contradict each other in its messages: its id is used twice, first at t.jsonl:1",
    )
    assert found.trace("b") is not None


def test_a_trace_of_too_many_spans_is_a_fault_and_the_others_are_read(monkeypatch):
    monkeypatch.setattr(traces, "MAX_TOLD", 3)
    found = simple.opened(*({"trace": "a", "id": str(number)} for number in range(4)), {"trace": "b", "id": "1"})

    assert (found.trace("a"), found.trace("b") is None) == (None, False)
    (fault,) = found.faults
    assert (fault.line, fault.message) == (1, "a trace of 4 spans and judgements; at most 3 are joined")


def test_faults_are_bounded_and_counted(monkeypatch):
    monkeypatch.setattr(traces, "MAX_FAULTS", 3)
    found = simple.opened(CALL, *["{"] * 10)

    assert (len(found.faults), found.unlisted) == (3, 7)


def test_a_remark_that_names_only_a_span_or_an_answer_is_found_by_them():
    by_span = {"remark": True, "trace": span.by_span("1"), "span": "1", "feedback": [{"name": "a"}]}
    by_response = {"remark": True, "trace": span.by_response("resp_1"), "feedback": [{"name": "b"}]}
    found = simple.opened(by_span, {**CALL, "response": "resp_1"}, by_response, {"trace": "b", "id": "2"})

    remarks = found.trace("a").remarks

    assert [(remark.trace, remark.span, remark.feedback[0]["name"]) for remark in remarks] == [
        ("a", "1", "a"),
        ("a", "1", "b"),
    ]
    assert found.ids == ("a", "b")
    assert found.trace("b").remarks == ()


def test_a_record_with_many_traces_is_read_once():
    lines = [{"trace": str(number), "id": "1"} for number in range(50)]
    found, read = simple.opened({"trace": "page", "id": "1"}), []

    def page(record):
        read.append(record.line)
        return [one for line in lines for one in simple.read(replace(record, value=line))]

    found.dialect = type(
        "Pages", (), {"traces": lambda _, value: [line["trace"] for line in lines], "read": staticmethod(page)}
    )()
    found.index()

    assert [found.trace(line["trace"]).id for line in lines] == [line["trace"] for line in lines]
    assert read == [1]
