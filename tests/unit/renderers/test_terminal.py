"""The report on a terminal and in a log."""

import pytest
from rich.cells import cell_len

from llmgate.renderers import markdown, terminal
from tests.unit.renderers import oracle, samples


@pytest.mark.parametrize("name", samples.BY_NAME)
def test_the_first_line_is_the_heading_of_the_comment(name):
    report = samples.BY_NAME[name]
    heading = markdown.comment(report, marker=oracle.MARKER).split("\n")[2].replace("pull request", "change")
    assert f"## {terminal.render(report, width=200).split(chr(10))[0]}" == heading


def test_a_local_run_does_not_speak_of_a_pull_request():
    report = samples.NOT_EVALUATED.model_copy(update={"reasons": ()})
    text = terminal.render(report)
    assert text.startswith("! llmgate: could not judge this change\n")
    assert "pull request" not in text


def test_without_colour_there_is_no_escape_sequence():
    assert "\x1b" not in terminal.render(samples.REGRESSED)
    assert "\x1b[1;31m✗ llmgate" in terminal.render(samples.REGRESSED, colour=True)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("letter", ["w", "語", "🙂"])
def test_no_line_is_wider_than_the_screen_but_the_command_to_copy(width, letter):
    report = samples.with_text(samples.REGRESSED, lambda _: letter * 300).model_copy(update={"reproduce": "llmgate"})
    assert max(cell_len(line) for line in terminal.render(report, width=width).split("\n")) <= width


def test_the_later_lines_of_a_paragraph_are_indented():
    lines = terminal.render(samples.REGRESSED, width=60).split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("Would have been missed"))
    assert [line.startswith("  ") for line in lines[at : at + 4]] == [False, True, True, False]


def test_a_brief_report_is_its_heading():
    whole = terminal.render(samples.REGRESSED)
    assert terminal.render(samples.REGRESSED, brief=True) == whole.split("\n")[0] + "\n"


def test_the_command_to_copy_is_on_one_line():
    report = samples.REGRESSED.model_copy(update={"reproduce": "llmgate gate " + "--fixture x " * 30 + "--end"})
    assert any("--end" in line and "llmgate gate" in line for line in terminal.render(report, width=60).split("\n"))


def test_markup_of_rich_in_foreign_text_is_printed_as_it_is():
    report = samples.with_text(samples.REGRESSED, lambda _: "[red]x[/red] :smile: [/]")
    assert "[red]x[/red] :smile: [/]" in terminal.render(report, width=200)


def test_the_report_names_fixtures_answers_findings_and_costs():
    text = terminal.render(samples.REGRESSED, width=200)
    for words in (
        "refund-window-eu (critical)",
        "396 : 1",
        "- You can return it within 14 days",
        "+ You can return any item within 30 days",
        "! suite_changes",
        "fixtures/order-lookup.yaml:14",
        "Would have been missed:",
        "$0.21",
        "earlier pushes: ✗ 3 broke",
    ):
        assert words in text


def test_a_simulated_model_is_named():
    text = terminal.render(samples.SIMULATED)
    assert text.count("imulated model") >= 4


def test_the_environment_of_the_process_does_not_change_the_report(monkeypatch):
    before = [terminal.render(samples.REGRESSED, colour=colour) for colour in (False, True)]
    for name, value in {"COLUMNS": "30", "FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert [terminal.render(samples.REGRESSED, colour=colour) for colour in (False, True)] == before


@pytest.mark.parametrize(("width", "shown"), [(89, False), (90, True)])
def test_a_narrow_screen_has_no_room_for_kind_and_cause(width, shown):
    text = terminal.render(samples.REGRESSED, width=width)
    assert ("kind of failure" in text, "caused by" in text) == (shown, shown)
    assert "396 : 1" in text


def test_examples_that_are_not_shown_are_counted():
    fixtures = tuple(samples.REFUND.model_copy(update={"id": f"case-{number}"}) for number in range(10))
    text = terminal.render(samples.REGRESSED.model_copy(update={"fixtures": fixtures}))
    assert text.count("question: ") == 5
    assert "\nand 5 more\n" in text
    assert "\nand " not in terminal.render(samples.REGRESSED)


def test_a_prompt_that_is_the_cause_is_named_by_its_path():
    broken = samples.REFUND.model_copy(update={"attribution": "prompt prompts/support.jinja"})
    text = terminal.render(samples.REGRESSED.model_copy(update={"fixtures": (broken,)}), width=200)
    assert "context ignored   prompts/support.jinja" in text


def test_what_to_do_where_a_break_is_meant_is_said():
    said = "Intended? Change the fixture along with the edit and say why, or: llmgate accept refund-window-eu "
    assert said in terminal.render(samples.REGRESSED, width=200)
    assert "Intended?" not in terminal.render(samples.PASSED, width=200)


def test_nothing_is_to_be_accepted_of_a_simulated_model():
    simulated = samples.REGRESSED.model_copy(update={"simulated": True})
    text = terminal.render(simulated, width=200)
    assert "Change the fixture along with the edit and say why." in text
    assert "llmgate accept" not in text
