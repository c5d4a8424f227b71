"""What broke and the findings as code scanning reads them, valid by the published schema."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate import (
    admission,
    applications,
    capabilities,
    captured,
    categories,
    custom,
    damage,
    drift,
    findings,
    guards,
    headroom,
    integrity,
    labelled,
    weakening,
)
from llmgate.exceptions import standing
from llmgate.renderers import marks, sarif
from llmgate.report import FindingEntry
from llmgate.verdict import Severity, Verdict
from tests import situations
from tests.unit.renderers import samples

SCHEMA = Path(__file__).parents[2] / "data" / "sarif-2.1.0.json"
REPORTS = samples.BY_NAME | situations.BY_NAME
VALID = jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def finding(**settings):
    told = {
        "rule": "pins",
        "severity": Severity.BLOCK,
        "message": "it floats",
        "remedy": "Pin it.",
        "file": "a.yaml",
        "line": 3,
    }
    return FindingEntry(**{**told, **settings})


def logged(*found):
    log = json.loads(sarif.render(marks.findings(found), "0.1.0"))
    VALID.validate(log)
    return log["runs"][0]


def test_a_finding_is_a_result_at_its_file_and_line_with_its_remedy():
    result = logged(finding())["results"][0]
    assert (result["ruleId"], result["level"]) == ("pins", "error")
    assert result["message"]["text"] == "it floats. Pin it."
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("a.yaml", 3)


def test_a_warning_is_a_warning():
    assert logged(finding(severity=Severity.WARN))["results"][0]["level"] == "warning"


def test_no_findings_are_a_valid_log_too():
    assert logged()["results"] == []


def test_a_finding_without_a_file_is_about_the_configuration():
    place = logged(finding(file=None, line=None))["results"][0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("llmgate.yaml", 1)


def test_a_finding_that_moves_in_its_file_keeps_its_fingerprint():
    first, second = (logged(finding(line=line))["results"][0]["partialFingerprints"] for line in (3, 30))
    assert first == second


@pytest.mark.parametrize("path", ["a b.yaml", "a#b%20?.yaml", "ü.yaml", "\udcff.yaml"])
def test_a_path_is_written_as_a_uri(path):
    uri = logged(finding(file=path))["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not {" ", "#", "?"} & set(uri)


@given(st.lists(st.builds(finding, message=st.text(), remedy=st.text(), file=st.text(min_size=1), line=st.integers(1))))
def test_any_findings_in_any_order_are_one_valid_log(found):
    """The log is valid, and a set of findings has one log."""
    VALID.validate(json.loads(sarif.render(marks.findings(found), "0.1.0")))
    assert sarif.render(marks.findings(found), "0.1.0") == sarif.render(marks.findings(found[::-1]), "0.1.0")


@pytest.mark.parametrize("name", REPORTS)
def test_the_log_of_every_report_is_valid_and_has_an_error_where_the_run_fails(name):
    report = REPORTS[name]
    log = json.loads(sarif.render(marks.of(report), report.version))
    VALID.validate(log)
    levels = [result["level"] for result in log["runs"][0]["results"]]
    assert ("error" in levels) == bool(report.exit_code)
    assert {result["ruleId"] for result in log["runs"][0]["results"]} <= sarif.RULES.keys()


def test_a_broken_fixture_is_a_result_at_the_line_that_broke_it():
    log = json.loads(sarif.render(marks.of(samples.DIAGNOSED), "0.1.0"))
    (result,) = [item for item in log["runs"][0]["results"] if "refund-window-eu" in item["message"]["text"]]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("prompts/support.jinja", 5)
    assert "passes 10/10 on the base, 0/6 on the head" in result["message"]["text"]


def test_every_rule_is_described_and_has_its_section_in_the_documentation():
    page = (Path(__file__).parents[3] / "docs" / "findings.md").read_text(encoding="utf-8")
    sections = {line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")}
    own = {findings.COVERAGE, findings.INCOMPLETE, findings.INDEX, findings.PINS, findings.SUITE_CHANGES}
    graders = {categories.RULE, admission.RULE, admission.EMBEDDER, custom.RULE}
    telling = {
        integrity.STALE,
        captured.UNPROVEN,
        labelled.RULE,
        weakening.RULE,
        guards.RULE,
        headroom.RULE,
        capabilities.RULE,
        applications.RULE,
        damage.RULE,
        drift.RULE,
    }
    verdicts = {marks.REGRESSION, Verdict.NOT_EVALUATED.value, Verdict.INCONCLUSIVE.value}
    rules = own | graders | telling | verdicts | {"configuration", standing.RULE}
    assert set(sarif.RULES) == sections == rules
