"""What a heading means, for somebody who knows nothing of statistics."""

import pytest

from llmgate.renderers import lead, markup
from llmgate.verdict import Verdict
from tests.unit.renderers import samples


def told(report, **fields):
    return markup.sentence(lead.sentence(report.model_copy(update=fields)))


def test_it_is_said_how_many_of_all_that_ran_got_worse_and_how_many_are_critical():
    assert told(samples.REGRESSED).startswith("**2 of the 14 fixtures that ran got worse, 1 of them critical.**")
    assert told(samples.REGRESSED, fixtures=(samples.REFUND,)).startswith(
        "**1 of the 14 fixtures that ran got worse, a critical one.**"
    )
    assert told(samples.REGRESSED, fixtures=(samples.ORDER,)).startswith("**1 of the 14 fixtures that ran got worse.**")


def test_where_nothing_was_counted_no_share_is_given():
    assert told(samples.REGRESSED, suite=None).startswith("**2 fixtures got worse, 1 of them critical.**")


def test_a_suite_that_got_worse_together_says_that_no_single_fixture_is_proven():
    assert told(samples.SUITE_REGRESSED) == (
        "No single fixture is proven to have broken, but together the 14 fixtures that ran got worse: "
        "82.1 % → 80.6 % pass."
    )


@pytest.mark.parametrize(("exit_code", "end"), [(0, "The merge is not blocked."), (1, "The policy blocks until")])
def test_what_is_not_clear_says_whether_it_blocks(exit_code, end):
    assert end in told(samples.LEANING, exit_code=exit_code)
    assert end in told(samples.INCONCLUSIVE, exit_code=exit_code)


def test_a_pass_says_which_drop_is_ruled_out():
    assert told(samples.PASSED).endswith("no worse than before: a drop of more than 5 points is ruled out.")
    one = samples.CALM.model_copy(update={"compared": 1})
    assert told(samples.PASSED, suite=one).startswith("The 1 fixture that ran is no worse than before")


def test_better_says_by_how_much():
    assert told(samples.IMPROVED) == "The 14 fixtures that ran pass more often than before: 95.4 % → 100.0 %."


def test_not_judged_is_never_told_as_passed():
    assert "Not judged is not passed" in told(samples.NOT_EVALUATED)


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_can_be_told_without_a_suite(verdict):
    assert "None" not in told(samples.PASSED, verdict=verdict, suite=None)
