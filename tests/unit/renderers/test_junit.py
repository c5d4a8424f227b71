"""JUnit XML, valid by the schemas of Ant's task and of Jenkins' xUnit plugin."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from llmgate.renderers import junit
from llmgate.report import Counts, FindingEntry
from llmgate.report.exception import ExceptionEntry
from llmgate.report.plotted import SkippedEntry
from llmgate.verdict import Severity
from tests import situations
from tests.unit.renderers import samples

DATA = Path(__file__).parents[2] / "data" / "junit"
SCHEMAS = [etree.XMLSchema(etree.parse(DATA / name)) for name in ("ant.xsd", "xunit.xsd")]
REPORTS = samples.BY_NAME | situations.BY_NAME
AT = dt.datetime(2026, 3, 10, 9, 0, 1, 999, tzinfo=dt.UTC)


def valid(text):
    root = etree.fromstring(text.encode("utf-8"))
    for schema in SCHEMAS:
        schema.assertValid(root)
    return root


def written(report):
    return valid(junit.render(report, AT))


def suite(root, name):
    (found,) = root.xpath("testsuite[@name=$name]", name=name)
    return found


def case(root, name):
    (found,) = root.xpath("//testcase[@name=$name]", name=name)
    return found


def counted(root, kind):
    return len(root.xpath(f"//{kind}"))


def with_fixtures(*fixtures, **settings):
    return samples.REGRESSED.model_copy(update={"fixtures": fixtures, "findings": (), **settings})


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_valid_and_has_a_test_that_fails_where_the_run_does(name):
    report = REPORTS[name]
    root = written(report)
    assert bool(counted(root, "failure") + counted(root, "error")) == bool(report.exit_code)


@pytest.mark.parametrize("name", REPORTS)
def test_the_counts_of_every_suite_are_those_of_its_tests(name):
    for found in written(REPORTS[name]):
        kinds = {"tests": "testcase", "failures": "*/failure", "errors": "*/error", "skipped": "*/skipped"}
        assert {key: int(found.get(key)) for key in kinds} == {
            key: len(found.xpath(path)) for key, path in kinds.items()
        }


def test_what_was_not_evaluated_is_an_error_and_not_a_pass():
    (error,) = case(written(samples.NOT_EVALUATED), "verdict")
    assert (error.tag, error.get("type")) == ("error", "llmgate.not_evaluated")
    assert error.text.startswith("No key reached the job")


def test_the_verdict_the_commits_and_the_evidence_are_properties():
    properties = {item.get("name"): item.get("value") for item in written(samples.REGRESSED).iter("property")}
    wanted = {"verdict": "regressed", "exit_code": "1", "base": samples.BASE, "head": samples.HEAD, "evidence": "137.2"}
    assert {name: properties[f"llmgate.{name}"] for name in wanted} == wanted


def test_a_broken_fixture_fails_with_counts_evidence_and_both_answers():
    (failure,) = case(written(samples.DIAGNOSED), "refund-window-eu")
    assert failure.get("message") == (
        "passes 10/10 on the base, 0/6 on the head, odds 396 : 1 that it got worse; grounding: context ignored"
    )
    for told in ("at prompts/support.jinja:5", 'contains "14 days"', "within 14 days, because", "within 30 days of"):
        assert told in failure.text


def test_a_fixture_that_looked_worse_passes_and_is_told_in_what_its_suite_printed():
    root = written(with_fixtures(samples.TONE))
    assert len(case(root, "tone-formal")) == 0
    assert "tone-formal looked worse, not proven: passes 9/10 on the base" in root.findtext("testsuite[2]/system-out")


def test_a_fixture_without_answers_is_an_error():
    dead = samples.TONE.model_copy(update={"tier": "clear", "head": Counts(), "errors": 10, "error": "no such model"})
    (error,) = case(written(with_fixtures(dead)), "tone-formal")
    assert (error.tag, error.get("message")) == ("error", "no answer to judge: no such model")


def test_a_new_fixture_passes_as_nothing_is_compared():
    assert len(case(written(with_fixtures(samples.NEW)), samples.NEW.id)) == 0


def test_a_fixture_that_sends_the_same_bytes_is_skipped_with_the_reason():
    report = with_fixtures(skipped=(SkippedEntry(id="same", target="support"),))
    (skipped,) = case(written(report), "same")
    assert (skipped.tag, skipped.get("message")) == ("skipped", junit.tested.IDENTICAL)


def test_a_fixture_that_does_not_count_is_skipped_with_its_reason():
    entry = ExceptionEntry(
        fixture="tone-formal", kind="quarantined", reason="flaky", expires="2026-12-24", state="holds"
    )
    report = with_fixtures(samples.TONE.model_copy(update={"tier": "excepted"}), exceptions=(entry,))
    (skipped,) = case(written(report), "tone-formal")
    assert (skipped.tag, skipped.get("message")) == ("skipped", "does not count for now: flaky")


def test_each_target_has_a_suite():
    two = [samples.REFUND.model_copy(update={"target": "b"}), samples.ORDER.model_copy(update={"target": "a"})]
    root = written(with_fixtures(*two))
    assert [found.get("name") for found in root] == ["llmgate", "a", "b", "llmgate.policy"]
    assert case(root, "order-lookup").get("classname") == "llmgate.fixtures.a"


def test_a_finding_that_blocks_fails_and_a_warning_is_printed():
    policy = suite(written(samples.REJECTED), "llmgate.policy")
    (failed,) = policy.iter("testcase")
    assert failed.get("name").startswith("pins: `gpt-4.1` is a floating name")
    assert failed.findtext("failure").startswith("llmgate.yaml:9: ")
    assert policy.findtext("system-out").startswith("warning: fixtures/order-lookup.yaml:14: ")


def test_findings_alone_are_one_suite_in_which_something_passes_where_none_blocks():
    root = valid(junit.findings([samples.LOOSENED], AT))
    assert [(found.get("name"), found.get("tests"), found.get("failures")) for found in root] == [
        ("llmgate.policy", "1", "0")
    ]


def test_the_time_is_that_of_the_run():
    first = written(samples.REGRESSED)[0]
    assert (first.get("timestamp"), first.get("time")) == ("2026-03-10T09:00:01", "38.200")


def test_ten_thousand_broken_fixtures_are_a_file_of_bounded_size():
    example = samples.REFUND.example.model_copy(update={"head_output": "x" * 4_000, "base_output": "y" * 4_000})
    broken = [samples.REFUND.model_copy(update={"id": f"f{n}", "example": example}) for n in range(10_000)]
    text = junit.render(with_fixtures(*broken), AT)
    assert len(text) < 8_000_000
    assert counted(valid(text), "failure") == 10_001


TEXT = st.text(alphabet=st.characters(exclude_categories=())) | st.sampled_from(
    ["\x00\x1b[31m", "]]>", "\ud800", "\ufffe\uffff", "<!ENTITY x SYSTEM 'file:///etc/passwd'>&x;", "\x85\x0b", " "]
)


@settings(max_examples=40, deadline=None)
@given(TEXT)
def test_any_text_in_any_place_leaves_a_valid_document(text):
    """Whatever models, fixtures and files say, the document is valid and has as many tests."""
    for report in (samples.DIAGNOSED, samples.REJECTED):
        changed = written(samples.with_text(report, lambda _: text))
        assert counted(changed, "testcase") == counted(written(report), "testcase")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.builds(FindingEntry, rule=TEXT, severity=st.sampled_from(Severity), message=TEXT, file=TEXT)))
def test_any_findings_are_a_valid_document(found):
    """Whatever findings say, the document is valid."""
    valid(junit.findings(found, AT))
