import pytest

from llmgate import labelled
from llmgate.suite import Stored
from llmgate.taxonomy import default
from llmgate.verdict import Severity
from tests.unit.sampling import fakes

CAPTURED = {"origin": {"kind": "production"}, "hypothesis": {"statement": "it guesses"}}


def stored(name="a", line=3, **content):
    return Stored(fixture=fakes.fixture(name, **content), file=f"fixtures/{name}.yaml", line=line)


def findings(*fixtures):
    return list(labelled.findings(fixtures, default.TAXONOMY))


def faults(*fixtures):
    return list(labelled.faults(fixtures, default.TAXONOMY))


@pytest.mark.parametrize("category", ["grounding", "tool_use.missing_call", None, " "])
def test_a_label_of_the_taxonomy_is_not_told(category):
    fixture = stored(category=category)
    assert (findings(fixture), faults(fixture)) == ([], [])


def test_a_label_that_is_not_known_is_a_warning_with_file_line_and_the_known_ones():
    (told,) = findings(stored(category="tone"))
    assert (told.severity, told.rule, told.file, told.line) == (Severity.WARN, "taxonomy", "fixtures/a.yaml", 3)
    assert told.message == "fixture 'a': its `category: tone` is not in the taxonomy"
    assert told.remedy.startswith("known: retrieval, grounding, reasoning, tool_use, ")


def test_of_a_category_that_is_known_the_codes_are_told():
    (told,) = findings(stored(category="grounding.ignored"))
    assert told.remedy.startswith("known: grounding.context_ignored, ")


def test_labels_of_assertions_are_looked_at_those_in_sets_too():
    inner = {"type": "contains", "value": "x", "category": "mood"}
    asserts = [{"type": "assert-set", "assert": [inner]}, {"type": "contains", "value": "y", "category": "style"}]
    told = findings(stored(**{"assert": asserts}))
    assert [one.message for one in told] == [
        "fixture 'a': its `category: mood` on the assertion contains is not in the taxonomy",
        "fixture 'a': its `category: style` on the assertion contains is not in the taxonomy",
    ]


def test_many_fixtures_with_the_same_label_are_told_once():
    told = findings(*(stored(f"f{number}", category="tone") for number in range(5)))
    assert [one.message for one in told] == [
        "fixture 'f0': its `category: tone` is not in the taxonomy (5 fixtures, this is the first)"
    ]


def test_a_captured_fixture_must_have_a_label_that_is_known():
    fixture = stored(category="tone", **CAPTURED)
    (told,) = faults(fixture)
    assert str(told).startswith(
        "fixtures/a.yaml:3: fixture 'a' was captured, and its `category: tone` is not in the taxonomy"
    )
    assert findings(fixture) == []


def test_a_draft_is_only_warned_of():
    fixture = stored(category="tone", draft=True, **CAPTURED)
    assert (faults(fixture), len(findings(fixture))) == ([], 1)


def test_what_steers_a_terminal_is_not_repeated():
    (told,) = findings(stored(category="to\x1b[31mne"))
    assert "\x1b" not in told.message
