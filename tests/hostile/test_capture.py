"""Exports are hostile text: no secret in any field of them is written, and none of them crashes what reads it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.capture import catalogue
from llmgate.preparing import Render
from llmgate.prompts import Prompt
from llmgate.redaction import Redactor
from tests import exports

SHAPED = "sk-canary-0123456789abcdefghij"
PLAIN = "Zx9-house-canary-value"
KNOWN = Redactor([PLAIN])


@pytest.fixture(scope="module")
def side(tmp_path_factory):
    with exports.side(tmp_path_factory.mktemp("capture")) as found:
        yield replace(found, render=once(found.render))


def once(render: Render) -> Render:
    """Remember what a template says of variables: all but one conversation of a file are as they were before."""
    known: dict[tuple[str, str], object] = {}

    def rendered(prompt: Prompt, variables: Mapping[str, object]):
        asked = prompt.path, json.dumps(variables)
        if asked not in known:
            known[asked] = render(prompt, variables)
        return known[asked]

    return rendered


def values(export: exports.Export) -> list:
    text = export.path.read_text()
    try:
        whole = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    return whole if isinstance(whole, list) else [whole]


def leaves(value, path=()):
    """Yield the path of every text, and of every key."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))


def replaced(value, path, change):
    *parents, last = path
    changed = copy.deepcopy(value)
    place = changed
    for each in parents:
        place = place[each]
    place[last] = change(place[last])
    return changed


def written(captured: exports.Captured) -> str:
    """All that goes to disk, and all that is told of what did not."""
    drafts = (f"{each.draft.fixture.id}{each.draft.text}{each.draft.note}" for each in captured.made)
    files = (f"{path}{data.decode('latin-1')}" for each in captured.made for path, data in each.files.items())
    return "".join([*drafts, *files, *map(str, captured.faults)])


@pytest.mark.slow
@pytest.mark.parametrize("export", exports.every(), ids=str)
def test_a_canary_in_any_field_of_an_export_is_written_nowhere(side, export):
    found = values(export)
    for number, value in enumerate(found):
        others = related(export.dialect, found, number)
        for place, path in enumerate(leaves(value)):
            for change in (appended, replacing) if place % 3 == 0 else (appended,):
                lines = [*others, replaced(value, path, change) if path else change(value)]
                told = written(exports.capture(export.dialect, side, dumped(lines), known=KNOWN))
                assert SHAPED not in told, path
                assert PLAIN not in told, path


def appended(text: str) -> str:
    return f"{text} {SHAPED} {PLAIN}"


def replacing(_: str) -> str:
    return f"{SHAPED} {PLAIN}"


def dumped(lines: list) -> bytes:
    return "\n".join(map(json.dumps, lines)).encode()


def related(dialect: str, found: list, number: int) -> list:
    """List the other records of the same traces, without which nothing would be drafted."""
    sets = [set(catalogue.dialect(dialect).traces(each)) for each in found]
    return [each for place, each in enumerate(found) if place != number and sets[place] & sets[number]]


@pytest.mark.parametrize("export", exports.every(), ids=str)
def test_an_export_that_was_cut_off_anywhere_is_told_with_file_and_line(side, export):
    data = export.path.read_bytes()
    for part in range(1, 8):
        cut = data[: len(data) * part // 8]
        captured = exports.capture(export.dialect, side, cut)
        assert all(fault.file == "t.jsonl" and fault.line for fault in captured.faults)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("export", exports.every(), ids=str)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_field_of_any_type_crashes_nothing(side, export, data):
    """For every field of every export and every JSON value in its place: drafts and faults, and no other error."""
    found = values(export)
    number = data.draw(st.integers(0, len(found) - 1))
    paths = list(containers(found[number]))
    path = data.draw(st.sampled_from(paths))
    changed = replaced(found[number], path, lambda _: data.draw(JSON))
    lines = [*found[:number], changed, *found[number + 1 :]]

    captured = exports.capture(export.dialect, side, dumped(lines))

    assert all(fault.message for fault in captured.faults)


def containers(value, path=()):
    """Yield the path of every value."""
    if path:
        yield path
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from containers(item, (*path, place))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from containers(item, (*path, key))


@pytest.mark.trust("imported-suites")
@pytest.mark.parametrize("dialect", sorted(catalogue.DIALECTS))
@settings(max_examples=150, deadline=None)
@given(value=JSON)
def test_any_json_at_all_is_a_fault_or_nothing(side, dialect, value):
    """For every JSON value: no dialect crashes on it."""
    captured = exports.capture(dialect, side, json.dumps([value]).encode())

    assert captured.made == [] or captured.faults == []


@pytest.mark.parametrize("dialect", sorted(catalogue.DIALECTS))
def test_every_dialect_has_examples(dialect):
    assert [export for export in exports.every() if export.dialect == dialect]
