"""Code quality as GitLab reads it, valid by the format that it documents."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate.renderers import codequality, marks
from llmgate.report import FindingEntry
from llmgate.verdict import Severity
from tests import situations
from tests.unit.renderers import samples

SCHEMA = Path(__file__).parents[2] / "data" / "codequality.json"
REPORTS = samples.BY_NAME | situations.BY_NAME
VALID = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def issues(found):
    written = json.loads(codequality.render(found))
    VALID.validate(written)
    return written


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_valid_and_has_a_blocker_where_the_run_fails(name):
    report = REPORTS[name]
    found = issues(marks.of(report))
    assert any(issue["severity"] == "blocker" for issue in found) == bool(report.exit_code)
    assert len({issue["fingerprint"] for issue in found}) == len(found)


def test_a_finding_has_its_rule_its_place_and_its_remedy():
    (issue,) = issues(marks.findings([samples.FLOATING]))
    assert (issue["check_name"], issue["location"]) == (
        "llmgate.pins",
        {"path": "llmgate.yaml", "lines": {"begin": 9}},
    )
    assert issue["description"].endswith("pin `gpt-4.1-2025-04-14`")


def test_a_warning_is_minor():
    assert [issue["severity"] for issue in issues(marks.findings([samples.LOOSENED]))] == ["minor"]


TEXT = st.text(alphabet=st.characters(exclude_categories=()))
FOUND = st.builds(
    FindingEntry,
    rule=st.just("pins"),
    severity=st.sampled_from(Severity),
    message=TEXT,
    remedy=TEXT,
    file=st.none() | st.just("a.yaml"),
    line=st.none() | st.integers(-1, 9),
)


@given(st.lists(FOUND))
def test_any_findings_in_any_order_are_one_valid_report(found):
    """The report is valid, its fingerprints differ, and a set of findings has one report."""
    first = issues(marks.findings(found))
    assert len({issue["fingerprint"] for issue in first}) == len(first)
    assert codequality.render(marks.findings(found)) == codequality.render(marks.findings(found[::-1]))
