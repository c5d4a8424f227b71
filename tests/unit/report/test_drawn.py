"""What is drawn and listed beside the entries of a report."""

import pytest

from llmgate.report import Counts, FixtureEntry, drawn
from llmgate.report.build import report
from llmgate.report.material import Material
from llmgate.suite import Case, Suite
from llmgate.trial import Arm
from tests.unit.sampling import fakes


@pytest.fixture
def material(lab):
    plan = fakes.plan(fakes.planned("a", category="grounding.context_ignored"), fakes.planned("b"), identical=["same"])
    lab.client.answer = lambda asked: "bad" if "a on head" in asked.text else "good"
    same = Case(fixture=fakes.fixture("same", title="As before"), form=Arm.HEAD, new=False, file="f", line=1)
    made = Material(question=fakes.question(), plan=plan, suite=Suite(cases=(same,)))
    made.sampled = lab.sample(plan)
    return made


def test_a_difference_is_heads_less_bases_with_newcombes_interval():
    """Newcombe 1998, Stat Med 17:873, table II, example (a): 56/70 − 48/80 = 0.2, 0.0524 to 0.3339."""
    difference, (low, high) = drawn.difference(Counts(passed=48, trials=80), Counts(passed=56, trials=70))
    assert (difference, round(low, 4), round(high, 4)) == (0.2, 0.0524, 0.3339)


@pytest.mark.parametrize(("base", "head"), [(0, 5), (5, 0), (0, 0)])
def test_without_trials_on_an_arm_there_is_no_difference(base, head):
    assert drawn.difference(Counts(trials=base), Counts(trials=head)) == (None, None)


def test_a_report_says_what_was_skipped_and_what_each_category_passed(material):
    made = report(material, seconds=1.0, redact=str)
    assert [(each.id, each.title, each.target) for each in made.skipped] == [("same", "As before", "t")]
    assert [(each.category, each.name, each.fixtures, each.base_rate, each.head_rate) for each in made.guarded] == [
        ("", "none given", 1, 1.0, 1.0),
        ("grounding", "grounding", 1, 1.0, 0.0),
    ]
    assert {each.id: (each.guards, each.difference) for each in made.fixtures} == {
        "a": ("grounding", -1.0),
        "b": ("", 0.0),
    }


def test_a_report_has_the_evidence_of_every_round(material):
    suite = report(material, seconds=1.0, redact=str).suite
    assert suite.looks[-1] == pytest.approx(suite.total_evidence, abs=1e-6)
    assert max(suite.looks) >= suite.block_at


def test_rates_of_a_category_weigh_each_fixture_alike(material):
    entries = (
        FixtureEntry(id="a", base=Counts(passed=1, trials=1), head=Counts(passed=1, trials=1)),
        FixtureEntry(id="b", base=Counts(passed=50, trials=100), head=Counts(passed=0, trials=100)),
        FixtureEntry(id="new", head=Counts(passed=5, trials=5), tier="new"),
    )
    (found,) = drawn.guarded(entries, material)
    assert (found.fixtures, found.base_rate, found.head_rate) == (2, 0.75, 0.5)
