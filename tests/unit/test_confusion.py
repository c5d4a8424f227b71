"""The classifier's labels against those of people, over reports."""

import json

import pytest

from llmgate import confusion
from llmgate.errors import ConfigurationError
from llmgate.report import Counts, FailureEntry, FixtureEntry, Revision, SignEntry
from llmgate.verdict import Verdict
from tests.unit.renderers import samples


def sign(category):
    return {"category": category, "name": category, "confidence": "high", "evidence": (f"it is {category}",)}


def failing(name, hand, signs=None, *, source="hand", passed=0):
    shown = SignEntry(**sign(signs)) if signs else None
    failure = FailureEntry(**sign(hand), source=source, signs=shown)
    return FixtureEntry(id=name, head=Counts(passed=passed, trials=5), failure=failure)


def report(*fixtures, head="h"):
    made = samples.report(Verdict.REGRESSED, 1, "", fixtures=fixtures, head=Revision(sha=head))
    return made.to_json().encode()


def compared(*reports):
    return confusion.read((f"{place}.json", data) for place, data in enumerate(reports))


def test_labels_are_counted_by_those_of_people_and_of_the_classifier():
    found = compared(
        report(failing("a", "grounding"), failing("b", "grounding", "reasoning"), failing("c", "tool_use"))
    )
    expected = {("grounding", "grounding"): 1, ("grounding", "reasoning"): 1, ("tool_use", "tool_use"): 1}
    assert (found.table, found.agreed) == (expected, 2)
    (told,) = found.disagreements
    assert (told.report, told.fixture, told.hand, told.signs) == ("0.json", "b", "grounding", "reasoning")
    assert told.evidence == ("it is reasoning",)


@pytest.mark.parametrize("source", ["signs", "assertion", "replay"])
def test_what_nobody_labelled_is_left_out(source):
    assert compared(report(failing("a", "grounding", source=source))).found == ()


def test_a_fixture_without_a_failing_trial_has_no_sign_to_be_compared():
    assert compared(report(failing("a", "grounding", passed=5))).found == ()


def test_a_fixture_counts_once_for_two_commits_and_again_for_others():
    one, other = report(failing("a", "grounding")), report(failing("a", "grounding"), head="i")
    assert len(compared(one, one, other).found) == 2


def test_a_report_of_another_version_may_have_more_keys():
    document = json.loads(report(failing("a", "grounding"))) | {"later": 1}
    assert len(compared(json.dumps(document).encode()).found) == 1


NO_REPORTS = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "another schema": b'{"schema": "other/1", "fixtures": []}',
    "no fixtures": b'{"schema": "llmgate.report/1"}',
    "no UTF-8": b"\xff\xfe",
    "very deep": b"[" * 100_000,
    "a number for a name": b'{"schema": "llmgate.report/1", "fixtures": [{"id": 1}]}',
}


@pytest.mark.parametrize("name", NO_REPORTS)
def test_a_file_that_is_no_report_is_a_fault_with_its_name(name):
    with pytest.raises(ConfigurationError) as caught:
        compared(report(), NO_REPORTS[name])
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("1.json", 1)
    assert fault.message.startswith("this is no report of llmgate:")
    assert "--json" in fault.remedy


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(ConfigurationError, match="at most 67,108,864 are read"):
        compared(b" " * (confusion.MAX_REPORT_BYTES + 1))


def test_all_files_that_are_no_reports_are_told_at_once():
    with pytest.raises(ConfigurationError) as caught:
        compared(b"{", b"[]", report())
    assert [fault.file for fault in caught.value.faults] == ["0.json", "1.json"]
