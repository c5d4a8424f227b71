"""The comment and the summary of the job: words, order, size."""

import pytest

from llmgate.renderers import fitting, markdown, terminal
from llmgate.report import CallCounts, Example, FixtureEntry, SuiteEntry
from llmgate.report.pushes import PushEntry
from llmgate.verdict import Verdict
from tests.unit.renderers import oracle, samples


def comment(report, **options):
    return markdown.comment(report, marker=oracle.MARKER, **options)


def test_the_marker_is_the_first_line_and_the_verdict_the_second():
    lines = comment(samples.REGRESSED).split("\n")
    assert lines[0] == oracle.MARKER
    assert lines[2] == "## ✗ llmgate: 2 fixtures broke, merge blocked"


def test_the_surest_fixture_comes_first():
    text = comment(samples.REGRESSED)
    assert text.index("**`refund-window-eu`**") < text.index("**`order-lookup`**")


@pytest.mark.parametrize("report", [samples.LEANING, samples.INCONCLUSIVE])
def test_a_merge_is_called_blocked_exactly_when_the_exit_code_says_so(report):
    for exit_code, expected in ((0, False), (1, True)):
        text = comment(report.model_copy(update={"exit_code": exit_code}))
        assert ("merge blocked" in text) is expected


def test_a_simulated_model_is_named_in_the_heading_the_table_the_examples_the_suite_and_the_calls():
    lines = [line for line in comment(samples.SIMULATED).split("\n") if "imulated model" in line]
    starts = ("## ", "> **", "| fixture", "The answers", "| fixture", "**Suite", "46 calls")
    assert len(lines) == len(starts)
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True))


def test_a_real_model_is_never_called_simulated():
    assert "imulated" not in comment(samples.REGRESSED)


def test_a_change_without_a_fixture_is_named():
    assert "**Not exercised:** `prompts/refuse.jinja`." in comment(samples.NOT_EVALUATED)


def test_a_report_of_a_run_that_looked_at_nothing_does_not_say_that_nothing_changed():
    assert "hanged" not in comment(samples.MISCONFIGURED)


def test_of_a_change_that_was_not_tried_it_is_not_said_what_stayed_the_same_or_what_is_covered():
    for changes in ((samples.PROMPT,), (samples.UNCOVERED,)):
        text = comment(samples.NOT_EVALUATED.model_copy(update={"changes": changes}))
        assert "Unchanged:" not in text
        assert "Not exercised:" not in text
    ran = samples.NOT_EVALUATED.model_copy(update={"calls": CallCounts(planned=424, made=3)})
    assert "Unchanged: models" in comment(ran)
    assert "**Not exercised:** `prompts/refuse.jinja`.\n" in comment(ran)


@pytest.mark.parametrize(
    ("judge", "words"),
    [
        ({"made": 12, "usd": 0.0234}, "46 calls (at most 424), 12 of them to the judge for $0.02, 10 reused, $0.21,"),
        ({"made": 12, "unpriced": 12}, "46 calls (at most 424), 12 of them to the judge, 10 reused, $0.21,"),
        ({}, "46 calls (at most 424), 10 reused, $0.21,"),
    ],
)
def test_what_the_judge_took_is_said_where_it_was_asked(judge, words):
    calls = CallCounts(planned=424, made=46, reused=10, judge=judge)
    report = samples.PASSED.model_copy(update={"calls": calls})
    assert words in comment(report)
    assert words in terminal.render(report, width=200)


def test_what_a_simulated_judge_took_costs_nothing():
    calls = CallCounts(made=46, judge={"made": 12, "usd": 0.5})
    assert "12 of them to the judge, " in comment(samples.SIMULATED.model_copy(update={"calls": calls}))


def test_the_bound_that_decides_is_shown():
    bound = {"interval": (-0.049, 0.03), "lower_bound": -0.092, "margin": 0.05}
    text = comment(samples.INCONCLUSIVE.model_copy(update={"suite": samples.CALM.model_copy(update=bound)}))
    assert "14 fixtures compared; lower bound −9.2, a pass needs above −5.0." in text
    unknown = samples.CALM.model_copy(update={"lower_bound": None})
    assert "lower bound" not in comment(samples.INCONCLUSIVE.model_copy(update={"suite": unknown}))
    assert "lower bound" not in comment(
        samples.REGRESSED.model_copy(update={"suite": samples.SUITE.model_copy(update=bound)})
    )


def test_of_a_part_of_the_suite_nothing_is_said_about_the_suite():
    assert "**Suite" in comment(samples.INCONCLUSIVE)
    text = comment(samples.INCONCLUSIVE.model_copy(update={"only": ("tone-formal",)}))
    assert "**Suite" not in text
    assert "over the whole suite" not in text
    assert "**Would have been missed:** a single fixture that falls from always passing to more than 33 %." in text


def test_a_prompt_that_is_the_cause_is_named_by_its_path_alone():
    causes = {"prompt prompts/a|b.jinja": r"| `prompts/a\|b.jinja` |", "model answerer": "| model answerer"}
    for attribution, shown in causes.items():
        broken = samples.REFUND.model_copy(update={"attribution": attribution})
        text = comment(samples.REGRESSED.model_copy(update={"fixtures": (broken,)}))
        assert shown in " ".join(text.split(" "))


def test_a_path_that_a_pattern_covers_is_not_looked_for_twice():
    looked = samples.NOT_APPLICABLE.looked.model_copy(
        update={"patterns": ("llmgate.yaml", "prompts/**", "prompts/support.jinja", "retrieval/")}
    )
    text = comment(samples.NOT_APPLICABLE.model_copy(update={"looked": looked}))
    assert "comes from `llmgate.yaml`, `prompts/**`, `retrieval/`." in text


def test_many_faults_are_counted():
    (reason,) = samples.MISCONFIGURED.reasons
    message = "40 faults in the configuration" + "".join(f"\nllmgate.yaml:{line}: bad" for line in range(40))
    text = comment(
        samples.MISCONFIGURED.model_copy(update={"reasons": (reason.model_copy(update={"message": message}),)})
    )
    assert "`llmgate.yaml:29:` bad" in text
    assert "- and 10 more" in text


def test_evidence_just_below_the_limit_does_not_look_as_if_it_had_reached_it():
    suite = samples.SUITE.model_copy(update={"total_evidence": 19.999, "highest_evidence": 19.999})
    assert "is 19 : 1 against" in comment(samples.LEANING.model_copy(update={"suite": suite}))


def test_equal_lines_of_both_answers_are_printed_once():
    text = comment(samples.REGRESSED)
    assert "\n  Kind regards\n" in text
    assert text.count("Kind regards") == 1


def test_markdown_inside_details_is_surrounded_by_blank_lines():
    lines = comment(samples.REGRESSED).split("\n")
    opening = next(index for index, line in enumerate(lines) if line.startswith("<details>"))
    closing = lines.index("</details>")
    assert lines[opening + 1] == lines[closing - 1] == lines[closing + 1] == ""


def test_a_link_that_is_not_plainly_an_address_is_left_out():
    good = "https://github.com/acme/shop/actions/runs/1"
    assert f"[Full report]({good})" in comment(samples.PASSED, link=good)
    for bad in ("javascript:alert(1)", "https://x/) ![a](https://y/", "https://x/\n# a"):
        assert "Full report" not in comment(samples.PASSED, link=bad)


def many(count, *, output="", name="fixture", title=""):
    fixtures = tuple(
        FixtureEntry(
            id=f"{name}-{index}",
            title=title,
            tier="confirmed",
            evidence=1_000.0 - index,
            example=Example(
                question=output, base_output=f"{output} base {index}", head_output=f"{output} head {index}"
            ),
        )
        for index in range(count)
    )
    return samples.REGRESSED.model_copy(update={"fixtures": fixtures})


def test_ten_rows_are_shown_and_the_rest_is_folded_below():
    text = comment(many(200))
    shown, folded = text.split("<details><summary>190 more fixtures</summary>")
    assert [f"`fixture-{index}`**" in shown for index in (0, 9, 10)] == [True, True, False]
    assert "`fixture-199`**" in folded.split("</details>")[0]
    assert "\n195 more examples are left out here.\n" in text


def test_what_even_the_fold_has_no_room_for_is_counted():
    assert "\nand 60 more fixtures\n\n</details>" in comment(many(260))


def test_ten_rows_need_no_fold():
    text = comment(many(10))
    assert "more fixture" not in text
    assert text.count("<b><code>fixture-") == 10


def test_critical_fixtures_come_first():
    calm = samples.ORDER.model_copy(update={"evidence": 5_000.0})
    text = comment(samples.REGRESSED.model_copy(update={"fixtures": (calm, samples.REFUND)}))
    assert text.index("**`refund-window-eu`** (critical)") < text.index("**`order-lookup`**")


def test_a_column_without_anything_in_it_is_left_out():
    table = next(line for line in comment(samples.LEANING).split("\n") if line.startswith("| fixture"))
    columns = [cell.strip() for cell in table.strip("|").split("|")]
    assert columns == ["fixture", "base", "head", "odds that it got worse"]


def test_what_looked_worse_is_folded_where_something_did_break_and_open_where_nothing_did():
    assert "<details><summary>1 more looked worse, not proven</summary>" in comment(samples.REGRESSED)
    assert "\n**Looked worse, not proven:**\n" in comment(samples.LEANING)


def test_where_a_rule_decided_it_comes_before_what_changed():
    text = comment(samples.REJECTED)
    assert text.index("**Policy**") < text.index("Model `answerer` changed")
    text = comment(samples.REGRESSED)
    assert text.index("Model `answerer` changed") < text.index("**`refund-window-eu`**") < text.index("**Policy**")


PUSHES = (PushEntry(head="c" * 40, verdict=Verdict.REGRESSED, broken=900, fixtures=("x" * 60,) * 3),) * 100


@pytest.mark.trust("comment-size")
@pytest.mark.parametrize("letter", ["a", "é", "語", "🙂", "`", "@"])
@pytest.mark.parametrize("limit", [8_000, 12_000, 60_000])
def test_the_comment_fits_and_keeps_marker_verdict_and_command(letter, limit):
    report = many(300, output=letter * 20_000).model_copy(update={"earlier": PUSHES, "pushes": 101})
    text = comment(report, limit=limit)
    assert max(len(text), fitting.utf16(text)) <= limit
    assert text.startswith(oracle.MARKER)
    assert "## ✗ llmgate: 300 fixtures broke, merge blocked" in text
    assert samples.REGRESSED.reproduce in text
    assert oracle.dangers(text) == []


@pytest.mark.trust("comment-size")
@pytest.mark.parametrize("letter", ["a", "é", "語", "🙂"])
def test_the_limit_is_kept_to_the_unit(letter):
    report = many(10, output=letter * 500)
    whole = fitting.utf16(comment(report))
    assert comment(report, limit=whole) == comment(report, limit=whole + 1) == comment(report)
    cut = comment(report, limit=whole - 1)
    assert fitting.utf16(cut) <= whole - 1
    assert cut != comment(report)


def test_the_last_example_goes_first_and_the_reader_is_told():
    text = comment(many(5, output="語" * 1_900, name="x" * 70, title="語" * 300), limit=8_000)
    assert "*Cut to fit: " in text
    assert "The summary of the job and the JSON report have all of it.*" in text
    shown = [index for index in range(16) if f"-{index}</code>" in text]
    assert shown == list(range(len(shown)))
    assert "x-0`**" in text


def test_a_reproduce_command_without_end_is_cut():
    text = comment(samples.PASSED.model_copy(update={"reproduce": "llmgate " + "x" * 100_000}))
    assert fitting.utf16(text) < 10_000


def test_a_page_with_no_room_for_the_verdict_is_refused():
    with pytest.raises(ValueError, match="needs room"):
        comment(samples.PASSED, limit=100)


@pytest.mark.trust("comment-size")
@pytest.mark.parametrize("letter", ["a", "語", "🙂"])
def test_the_summary_stays_under_its_bytes(letter):
    report = many(200, output=letter * 20_000)
    data = markdown.summary(report).encode()
    assert len(data) <= 900 * 1024
    assert b"*Cut to fit: " in data or len(data) < 900 * 1024


def test_the_summary_shows_more_than_the_comment():
    report = many(260, output="a")
    assert "`fixture-259`" in markdown.summary(report)
    assert "`fixture-259`" not in comment(report)


def test_the_same_report_gives_the_same_bytes():
    assert comment(samples.REGRESSED) == comment(samples.REGRESSED.model_copy(deep=True))


def test_a_suite_without_comparison_says_nothing_about_rates():
    bare = SuiteEntry(
        fixtures=1, compared=0, identical=0, base_rate=0, head_rate=0, difference=0, interval=(-1, 1), mde=None
    )
    assert "**Suite" not in comment(samples.INCONCLUSIVE.model_copy(update={"suite": bare, "calls": CallCounts()}))


@pytest.mark.parametrize(
    ("needed", "told"),
    [
        (11, "About 11 trials of each fixture would settle it (`screen: 11` in the policy)."),
        (51, "About 51 trials of each fixture would settle it, more than a screen has: add fixtures."),
    ],
)
def test_trials_that_would_settle_it_are_told_with_the_setting_that_makes_them(needed, told):
    suite = samples.INCONCLUSIVE.suite.model_copy(update={"needed_trials": needed})
    assert told in comment(samples.INCONCLUSIVE.model_copy(update={"suite": suite}))
