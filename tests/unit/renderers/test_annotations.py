"""The marks at files and lines, as the runner reads them."""

import pytest

from llmgate.renderers import annotations
from llmgate.report import FindingEntry
from llmgate.verdict import Severity
from tests import runner
from tests.unit.renderers import samples


def test_a_finding_is_marked_at_its_file_and_line():
    verdict, finding = runner.annotations(annotations.render(samples.REJECTED))["error"]
    assert verdict.data == "✗ llmgate: a pin is missing or has ended, merge blocked"
    assert finding.properties == {"title": "llmgate pins", "file": "llmgate.yaml", "line": "9"}
    assert finding.data.startswith("`gpt-4.1` is a floating name")


def test_a_warning_is_a_warning():
    assert len(runner.annotations(annotations.render(samples.REJECTED))["warning"]) == 1


def test_a_pass_without_findings_marks_nothing():
    assert annotations.render(samples.PASSED) == ""


def test_no_clear_answer_that_does_not_block_is_a_warning():
    shown = runner.annotations(annotations.render(samples.INCONCLUSIVE))
    assert (len(shown["error"]), len(shown["warning"])) == (0, 1)


def test_special_characters_come_through_the_runner_unharmed():
    finding = samples.FLOATING.model_copy(
        update={"message": "100% a:b,c;d]", "file": "a,b::c%0A/x=y.yaml", "remedy": ""}
    )
    shown = runner.annotations(annotations.render(samples.REJECTED.model_copy(update={"findings": (finding,)})))
    assert shown["error"][1].data == "100% a:b,c;d]"
    assert shown["error"][1].properties["file"] == "a,b::c%0A/x=y.yaml"


@pytest.mark.trust("many-annotations")
@pytest.mark.parametrize(("count", "last"), [(9, "message 8"), (10, "and 2 more in the report")])
def test_at_most_ten_of_a_kind_are_printed_and_the_last_says_how_many_more(count, last):
    findings = tuple(
        FindingEntry(rule="pins", severity=Severity.BLOCK, message=f"message {index}") for index in range(count)
    )
    text = annotations.render(samples.REJECTED.model_copy(update={"findings": findings}))
    shown = runner.log_commands(text)
    assert len(shown) == 10
    assert shown[-1].data == last


def test_the_line_that_broke_fixtures_is_marked_once_with_all_of_them():
    both = tuple(fixture.model_copy(update={"diagnosis": None}) for fixture in (samples.REFUND, samples.ORDER))
    report = samples.REGRESSED.model_copy(update={"fixtures": both, "changes": (samples.PROMPT,), "findings": ()})
    _, marked = runner.annotations(annotations.render(report))["error"]
    assert (marked.properties["file"], marked.properties["line"]) == ("prompts/support.jinja", "1")
    assert marked.data == "2 fixtures broke: refund-window-eu, order-lookup"


def test_a_fixture_is_marked_at_the_place_that_was_shown_to_break_it():
    shown = runner.annotations(annotations.render(samples.DIAGNOSED))["error"]
    assert ("prompts/support.jinja", "5") in {
        (mark.properties.get("file"), mark.properties.get("line")) for mark in shown
    }


def test_of_a_hundred_places_ten_are_marked_and_the_rest_counted():
    fixtures = tuple(samples.REFUND.model_copy(update={"id": f"f{n}", "file": f"f{n}.yaml"}) for n in range(100))
    report = samples.REGRESSED.model_copy(update={"fixtures": fixtures, "changes": ()})
    shown = runner.annotations(annotations.render(report))["error"]
    assert (len(shown), shown[-1].data) == (10, "and 92 more in the report")
