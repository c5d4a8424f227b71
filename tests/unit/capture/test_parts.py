"""Trials of a gate in one trace are captured each by itself."""

import io
import json

from llmgate.capture import otlp as dialect
from llmgate.capture import records
from llmgate.capture.span import Remark, Span
from llmgate.capture.traces import MAX_TOLD, Trace, Traces
from llmgate.conventions import Kind
from tests import otlp


def span(identity, part=""):
    return Span(file="t", line=1, trace="a", id=identity, part=part)


def test_a_trace_without_parts_is_one():
    trace = Trace(id="a", spans=(span("1"), span("2")))
    assert trace.parts == (trace,)


def test_spans_and_remarks_go_to_their_part_and_what_is_about_the_trace_to_all():
    remarks = (Remark(trace="a", span="1"), Remark(trace="a"))
    first, second = Trace(id="a", spans=(span("1", "x"), span("2", "y"), span("3", "x")), remarks=remarks).parts
    assert [each.id for each in first.spans] == ["1", "3"]
    assert set(first.remarks) == set(remarks)
    assert (second.spans, second.remarks) == ((span("2", "y"),), remarks[1:])


def test_what_a_gate_asked_on_its_own_account_is_no_conversation():
    for purpose, kind in (("trial", Kind.MODEL), ("judge", Kind.OTHER), ("repeat", Kind.OTHER)):
        told = otlp.only({"gen_ai.operation.name": "chat", "llmgate.purpose": purpose})
        assert told.kind is kind


def read(spans):
    data = json.dumps(otlp.spans(*spans)).encode()
    found = Traces(dialect=dialect, sources=(records.opened("t", io.BytesIO(data)),))
    found.index()
    return found, found.trace(otlp.TRACE)


def test_a_trace_of_many_trials_may_be_larger_than_one_that_is_joined():
    count = MAX_TOLD + 1
    spans = [otlp.span({"llmgate.trial.id": f"t{at % 3}"}, identity=f"{at + 1:016x}") for at in range(count)]
    found, trace = read(spans)
    assert (found.faults, len(trace.parts)) == ([], 3)
    found, trace = read([otlp.span({}, identity=f"{at + 1:016x}") for at in range(count)])
    assert trace is None
    assert found.faults[0].message == "a trace of 5,001 spans and judgements; at most 5,000 are joined"
