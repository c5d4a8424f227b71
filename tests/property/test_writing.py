"""What is written as YAML is read back as it was."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from llmgate import documents
from llmgate.documents import writing

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40) | st.text(
    alphabet=" \t\n:#-'\"{}[]|>&*!%@`~ab1.,?\\", max_size=30
)
NUMBERS = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
@example({"a": "x\n y\n\nz\n"})
@example({"a": [["b\nc", {}], [], {"d": "e\nf\n"}]})
@example({"a": "yes", "b": "1e3", "c": "0x10", "d": "~", "e": "- x", "f": "2026-10-03", "<<": "a", "=": "b"})
def test_a_value_is_read_back_as_it_was_written(value):
    """For every value: read(write(value)) == value."""
    assert documents.read("x.yaml", writing.yaml(value).encode()).value == value


@given(TEXTS)
def test_a_text_is_read_back_character_by_character(text):
    """For every text, as a value, in a list and as a key."""
    value = {"a": text, "b": [text, [text]], "c": {text: text}}

    assert documents.read("x.yaml", writing.yaml(value).encode()).value == value
