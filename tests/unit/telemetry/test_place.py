import pytest

from llmgate.telemetry import place
from llmgate.trial import Arm, Trial

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize("text", [PARENT, f" {PARENT}\n", f"01-{TRACE}-{SPAN}-01-more", f"cc-{TRACE}-{SPAN}-03"])
def test_a_parent_is_read(text):
    found = place.parsed(text)
    assert (found.trace, found.span, found.flags) == (TRACE, SPAN, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "garbage",
        PARENT.upper(),
        f"{PARENT}-more",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}-0",
        "0" * 100_000,
        f"01-{TRACE}-{SPAN}-01-" + "x" * 100_000,
    ],
    ids=lambda text: text[:60],
)
def test_what_is_malformed_is_no_parent(text):
    assert place.parsed(text) is None
    assert place.of({"TRACEPARENT": text}, "run").parent is None


def test_programs_are_told_the_run_as_their_parent_and_what_came_with_it():
    found = place.of({"TRACEPARENT": PARENT, "TRACESTATE": "vendor=1", "BAGGAGE": "team=shop"}, "run")
    assert found.carried == {
        "TRACEPARENT": f"00-{TRACE}-{found.root}-01",
        "TRACESTATE": "vendor=1",
        "BAGGAGE": "team=shop",
    }


@pytest.mark.parametrize("value", ["a\nb", "x" * 10_000, "\x1b[31m", "ü"], ids=lambda value: value[:8])
def test_state_and_baggage_that_no_header_can_have_are_left_out(value):
    found = place.of({"TRACEPARENT": PARENT, "TRACESTATE": value, "BAGGAGE": value}, "run")
    assert set(found.carried) == {"TRACEPARENT"}


def test_who_knows_the_trace_and_the_trial_cannot_compute_its_span_without_the_nonce():
    told, computed = place.of({}, "run", nonce="a"), place.of({}, "run")
    trial = Trial(fixture="case", arm=Arm.HEAD, index=0)
    assert told.trace == computed.trace
    assert told.trial(trial) != computed.trial(trial)
    assert "nonce" not in repr(told)


def test_ids_are_of_the_right_length_and_another_for_each_name():
    found = place.of({}, "run", 1)
    names = [found.span("trial", "a"), found.span("trial", "b"), found.span("trial", "a", "chat"), found.root]
    assert len(found.trace) == 32
    assert {len(name) for name in names} == {16}
    assert len(set(names)) == len(names)
