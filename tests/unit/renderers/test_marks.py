"""What is marked, where, and under which fingerprint."""

import pytest

from llmgate.renderers import marks
from llmgate.report import ChangeEntry, FindingEntry
from llmgate.verdict import Severity
from tests.unit.renderers import samples


def marked(report):
    return [(mark.rule, mark.place.file, mark.place.line) for mark in marks.of(report)]


def fingerprints(found):
    return {mark.name: fingerprint for mark, fingerprint in marks.identified(found)}


def test_a_suite_that_got_worse_as_a_whole_is_marked_at_the_changed_prompt():
    assert marked(samples.SUITE_REGRESSED) == [("regression", "prompts/support.jinja", 1)]


def test_what_could_not_be_judged_is_marked_with_its_reason():
    (mark,) = marks.of(samples.NOT_EVALUATED)
    assert (mark.rule, mark.path) == ("not_evaluated", "llmgate.yaml")
    assert mark.text.startswith("No key reached the job")


def test_no_clear_answer_is_marked_only_where_it_blocks():
    assert (marked(samples.INCONCLUSIVE), marked(samples.LEANING)) == ([], [("inconclusive", "", 1)])


def test_a_rejection_is_marked_by_its_findings_alone():
    assert marked(samples.REJECTED) == [
        ("pins", "llmgate.yaml", 9),
        ("suite_changes", "fixtures/order-lookup.yaml", 14),
    ]


def test_a_fixture_keeps_its_fingerprint_when_counts_and_place_differ():
    again = samples.REFUND.model_copy(update={"evidence": 55.0, "file": "b.yaml"})
    reports = [samples.REGRESSED, samples.REGRESSED.model_copy(update={"fixtures": (again,), "changes": ()})]
    first, second = (fingerprints(marks.broken(report))[("refund-window-eu",)] for report in reports)
    assert first == second


def test_findings_that_say_the_same_in_one_file_have_fingerprints_of_their_own():
    found = [FindingEntry(rule="pins", severity=Severity.BLOCK, message="m", file="a", line=n) for n in (1, 2, 3)]
    assert len({fingerprint for _, fingerprint in marks.identified(marks.findings(found))}) == 3


@pytest.mark.parametrize("what", ["modified", "removed"])
def test_a_fixture_is_marked_where_a_change_left_a_line_else_at_itself(what):
    change = ChangeEntry(kind="prompt", unit="prompt:p", path="p.md", line=7, what=what, fixtures=("refund-window-eu",))
    fixture = samples.REFUND.model_copy(update={"file": "f.yaml", "line": 3})
    report = samples.REGRESSED.model_copy(update={"fixtures": (fixture,), "changes": (change,), "findings": ()})
    assert marked(report) == [("regression", *{"modified": ("p.md", 7), "removed": ("f.yaml", 3)}[what])]


def test_of_several_changes_the_one_that_is_to_blame_is_marked():
    found = samples.ALONE.model_copy(
        update={"located": None, "attribution": samples.ALONE.attribution.model_copy(update={"causes": (("model",),)})}
    )
    fixture = samples.REFUND.model_copy(update={"diagnosis": found})
    report = samples.REGRESSED.model_copy(update={"fixtures": (fixture,), "findings": ()})
    assert marked(report) == [("regression", "llmgate.yaml", 9)]


def test_places_that_were_not_shown_to_break_it_are_not_marked():
    fixture = samples.ORDER.model_copy(update={"diagnosis": samples.TOGETHER})
    report = samples.REGRESSED.model_copy(update={"fixtures": (fixture,), "findings": ()})
    assert marked(report) == [("regression", "prompts/support.jinja", 1)]
