"""The section on fixtures that are asked less."""

from llmgate.renderers import loosened, markdown, page, terminal
from llmgate.report.loosened import LineEntry, LoosenedEntry
from tests import situations
from tests.unit.renderers import samples

HELD, APPROVED = (situations.BY_NAME[name] for name in ("weakened-suite", "suite-approved"))


def test_each_fixture_is_shown_with_the_lines_that_differ():
    text = markdown.comment(HELD, marker="<!-- m -->")
    assert "<summary>Suite changes: 2 fixtures asked less; the base's form decided</summary>" in text
    assert "@@ refund-window-eu · fixtures/refund.yaml:1 @@\n  it is no longer critical\n" in text
    assert "  its threshold is lowered\n- critical: true\n" in text
    assert '- assert: {"type": "contains", "value": "14 days"}\n+ assert: {"type": "contains", "value": "days"}' in text


def test_what_the_label_lets_through_is_said_to_be():
    text = markdown.comment(APPROVED, marker="<!-- m -->")
    assert "2 fixtures asked less, let through by the label" in text
    assert "\n  it is no longer critical (let through)\n" in text


def test_terminal_and_page_name_them_too():
    for shown in (terminal.render(HELD, width=120), page.render(HELD)):
        assert "Suite changes" in shown
        assert "it is no longer critical, its threshold is lowered" in shown
    assert "<del>critical: true</del>" in page.render(HELD)


def test_a_report_without_any_says_nothing():
    assert loosened.details(samples.PASSED) == ""
    assert "Suite changes" not in terminal.render(samples.PASSED)


def test_more_fixtures_than_are_shown_are_counted():
    entry = HELD.suite_changes[0]
    many = tuple(entry.model_copy(update={"fixture": f"f{number}"}) for number in range(80))
    text = loosened.details(HELD.model_copy(update={"suite_changes": many}), 30)
    assert "@@ f29 " in text
    assert "@@ f30 " not in text
    assert "and 50 more fixtures" in text


def test_foreign_text_stays_in_its_line():
    entry = LoosenedEntry(
        fixture="a\n```\n</details>@all",
        losses=("it is given the variable 'x\n::error::'",),
        file="f`\n.yaml",
        line=1,
        lines=(LineEntry(sign="-", text="v: ```\n</details>"),),
    )
    text = loosened.details(HELD.model_copy(update={"suite_changes": (entry,)}))
    assert len(text.splitlines()) == 9
    assert text.splitlines()[2] == "````diff"
