"""Export files for a test → what a dialect reads of them, whole or with parts of them replaced."""

import copy
import json
from pathlib import Path

from hypothesis import strategies as st

from llmgate.capture import records
from llmgate.capture.span import Record, Remark, Span, Unfit
from llmgate.conventions import Kind
from llmgate.fixture.provenance import Feedback

DATA = Path(__file__).parent / "data" / "capture"

SCALAR = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
)
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
)


def contents(name):
    """Return the values of all records of a file."""
    with (DATA / name).open("rb") as stream:
        source = records.opened(name, stream)
        return [source.record(place).value for place in source.places()]


def read(dialect, *names):
    """Read files, and check that each record says beforehand of which traces it tells."""
    found = []
    for name in names:
        with (DATA / name).open("rb") as stream:
            source = records.opened(name, stream)
            for place in source.places():
                found += of(dialect, source.record(place))
    return found


def of(dialect, record):
    told = list(dialect.read(record))
    assert sorted({one.trace for one in told}) == sorted(dialect.traces(record.value))
    return told


def spans(dialect, *names):
    return [one for one in read(dialect, *names) if isinstance(one, Span)]


def remarks(dialect, *names):
    return [one for one in read(dialect, *names) if isinstance(one, Remark)]


def models(dialect, *names):
    return [span for span in spans(dialect, *names) if span.kind is Kind.MODEL]


@st.composite
def damaged(draw, *names):
    """Draw a record of one of the files, up to three of its parts replaced by any JSON."""
    value = copy.deepcopy(draw(st.sampled_from([value for name in names for value in contents(name)])))
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(_places(value))))
        holder[key] = draw(JSON)
    return value


def _places(value):
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        for key, inner in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            yield holder, key
            if isinstance(inner, dict | list):
                waiting.append(inner)


def survives(dialect, value):
    """Read a hostile record: it is Unfit, or what is read of it can be written as JSON."""
    try:
        told = of(dialect, Record(file="hostile.json", line=1, value=value))
    except Unfit:
        return
    for one in told:
        assert isinstance(one.trace, str)
        assert one.trace
        for judgement in one.feedback:
            Feedback.model_validate(judgement)
        if isinstance(one, Span):
            assert isinstance(one.id, str)
            assert one.started_ns >= 0
            json.dumps([one.messages, one.output, one.tools, one.params, one.prompt, one.variables, one.documents])
            assert all(isinstance(text, str) and len(text) <= 500 for text in (*one.missing, *one.depends_on))
            assert all(isinstance(document["id"], str) for document in one.documents)
