"""How the kinds of failure of both arms are told, in one line."""

import pytest

from llmgate.renderers import markdown, terminal
from llmgate.report.category import CategoryEntry, FailedCounts
from llmgate.verdict import Verdict
from tests.unit.renderers import samples


def entry(name, base, head, trials=140, **more):
    counts = {"base": FailedCounts(failed=base, trials=trials), "head": FailedCounts(failed=head, trials=trials)}
    return CategoryEntry(category=name, name=name, source=more.pop("source", "screen"), **counts, **more)


def comment(report):
    return markdown.comment(report, marker="<!-- m -->")


def told(render, *found):
    return " ".join(render(samples.report(Verdict.PASSED, 0, "", categories=found)).split())


BOTH = pytest.mark.parametrize("render", [comment, terminal.render])


@BOTH
def test_the_line_has_counts_of_both_arms_and_adjusted_p_values(render):
    found = (
        entry("grounding", 2, 19, p_value=0.0001, adjusted_p_value=0.0002),
        entry("reasoning", 3, 5, p_value=0.3, adjusted_p_value=0.3),
        entry("refusal", 0, 1),
    )
    line = (
        ", base → head: grounding 2/140 → 19/140 (p < 0.001); reasoning 3/140 → 5/140 (p = 0.30);"
        " refusal 0/140 → 1/140. Each p is adjusted for 2 kinds (Holm)."
    )
    assert line in told(render, *found)


@BOTH
def test_a_gated_kind_has_its_evidence_and_what_it_does_at_which(render):
    gated = entry("tool use", 0, 9, p_value=0.01, adjusted_p_value=0.01, evidence=47.3, gated="block", limit=20.0)
    assert "tool use 0/140 → 9/140 (p = 0.010; evidence 47 : 1, blocks at 20 : 1)." in told(render, gated)


@BOTH
def test_counts_of_pairs_are_called_that(render):
    assert "Failures by kind in fresh pairs" in told(render, entry("tool use", 0, 9, source="pairs"))


@BOTH
def test_of_many_kinds_the_first_are_told_and_the_others_counted(render):
    found = [entry(name, 0, 1) for name in ("one", "two", "three", "four", "five", "six", "seventh", "eighth")]
    assert "six 0/140 → 1/140 and 2 more." in told(render, *found)
    assert "seventh" not in told(render, *found)


@BOTH
def test_where_nothing_failed_nothing_is_said(render):
    assert "Failures by kind" not in told(render)


def test_a_name_from_elsewhere_is_escaped():
    assert "`**x** ![](http://evil.example) @all` 0/140" in told(
        comment, entry("**x** ![](http://evil.example) @all", 0, 1)
    )
