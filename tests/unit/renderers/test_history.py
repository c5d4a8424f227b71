"""How earlier pushes are told."""

import pytest

from llmgate.renderers import history
from llmgate.report.pushes import PushEntry
from llmgate.verdict import Verdict
from tests.unit.renderers import samples


def told(*pushes, total=None):
    count = len(pushes) + 1 if total is None else total
    return history.details(samples.PASSED.model_copy(update={"earlier": pushes, "pushes": count}))


def test_nothing_is_folded_on_the_first_push():
    assert told() == ""


def test_the_newest_push_stands_first_in_the_table_and_last_in_the_summary():
    first = PushEntry(head="a" * 40, verdict=Verdict.REGRESSED, broken=2, fixtures=("x",))
    second = PushEntry(head="b" * 40, verdict=Verdict.NOT_EVALUATED)
    text = told(first, second)
    assert "<summary>Earlier pushes: ✗ 2 broke, then ! not judged</summary>" in text
    assert text.index("`bbbbbbbbbbbb`") < text.index("`aaaaaaaaaaaa`")
    assert "`x` and 1 more" in text


def test_pushes_that_nobody_lists_are_counted():
    assert "and 5 older pushes" in told(PushEntry(head="a" * 40, verdict=Verdict.PASSED), total=7)


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_its_words(verdict):
    assert len(history.ended(PushEntry(head="a" * 40, verdict=verdict))) > len("✓ ")


def test_a_name_of_a_push_can_do_nothing():
    hostile = PushEntry(head="a" * 40, verdict=Verdict.REGRESSED, broken=1, fixtures=("a|b` @octocat",))
    assert "| ``a\\|b` @octocat`` |" in told(hostile)
