"""An entry can be put into any file that is read, and everything else of it stays."""

import difflib
import json

import yaml
from hypothesis import given
from hypothesis import strategies as st

from llmgate import documents
from llmgate.documents import rewriting

VALUE = {"separates": False, "p_value": 1e-06, "counts": {"passed": 0, "trials": 8}, "date": "2026-11-26"}
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp"]) | st.sampled_from("\n #:-'\"{}[],")
)
SCALARS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXT
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=6)
MAPPINGS = st.dictionaries(st.sampled_from(["id", "input", "assert", "proven", "tools"]), VALUES, min_size=1)
WHOLES = st.lists(MAPPINGS, min_size=1, max_size=3)


def check(path, text, place):
    """Put the entry into the mapping at a place of a list, and compare what is read."""
    edit = rewriting.Edit(path=path, pointer=(place,), key="proven", value=VALUE)
    made = rewriting.applied(edit, text.encode())
    assert made is not None
    before, after = (documents.read(path, data).value for data in (text.encode(), made))
    assert json.dumps(after[place].pop("proven")) == json.dumps(VALUE)
    had = before[place].pop("proven", None) is not None
    assert json.dumps(after) == json.dumps(before)
    return had, [line for line in difflib.ndiff(text.splitlines(), made.decode().splitlines()) if line[0] == "-"]


@given(WHOLES, st.data(), st.sampled_from([20, 80]))
def test_a_block_of_yaml_gains_lines_and_loses_none(whole, data, width):
    """Where there was no entry, no line of the file is gone."""
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place].pop("proven", None)
    whole[place]["id"] = "a"
    text = yaml.safe_dump(whole, default_flow_style=False, width=width, allow_unicode=True, sort_keys=False)
    _, gone = check("f.yaml", text, place)
    assert gone == []


@given(WHOLES, st.data(), st.booleans())
def test_yaml_in_any_style_takes_the_entry(whole, data, flow):
    """Mappings in blocks or in braces, with an entry or without."""
    place = data.draw(st.integers(0, len(whole) - 1))
    check("f.yaml", yaml.safe_dump(whole, default_flow_style=flow, allow_unicode=True, sort_keys=False), place)


@given(WHOLES, st.data(), st.sampled_from([None, 0, 1, 2, 4, "\t"]))
def test_json_in_any_style_takes_the_entry(whole, data, indent):
    """On one line or indented, with an entry or without."""
    place = data.draw(st.integers(0, len(whole) - 1))
    check("f.json", json.dumps(whole, indent=indent), place)
