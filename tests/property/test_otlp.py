"""Whatever an export says, it is read or it is unfit."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.capture import messages
from tests import otlp
from tests.fuzz.mutations import places
from tests.fuzz.otlp import JSON, LOGS, RECORDS, SPANS, consistent, replaced


@given(JSON)
def test_any_json(value):
    """Any JSON is read or unfit."""
    consistent(value)


@given(st.sampled_from(["resourceSpans", "resourceLogs"]), JSON)
def test_any_json_in_an_envelope(name, value):
    """Any JSON in the envelope is read or unfit."""
    inner = name.replace("resource", "scope")
    item = "spans" if name == "resourceSpans" else "logRecords"
    for wrapped in (
        value,
        [value],
        [{inner: value}],
        [{inner: [value]}],
        [{inner: [{item: value}]}],
        [{inner: [{item: [value]}]}],
    ):
        consistent({name: wrapped})


@settings(max_examples=100, deadline=None)
@given(st.lists(SPANS, max_size=2), st.lists(LOGS, max_size=3))
def test_any_attributes(spans, logs):
    """Attributes and events of any names and types are read or unfit."""
    consistent({**otlp.spans(*spans), **otlp.logs(*logs)})


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(RECORDS), JSON, st.data())
def test_any_part_of_a_real_export_replaced(value, other, data):
    """A real export with anything in the place of any part of it, JSON within texts included, is read or unfit."""

    def by(found):
        inner = messages.parse(found)
        if inner is found:
            return other
        return json.dumps(replaced(inner, data.draw(st.sampled_from(list(places(inner)))), by))

    consistent(replaced(value, data.draw(st.sampled_from(list(places(value)))), by))
