"""That the measuring measures: a classifier that knows all is all right, and one that guesses is not."""

import pytest

from llmgate.changes import Kind
from llmgate.trial import Arm, Graded, Outcome, Trace, Trial
from tests.benchmarks.diagnosis import faults, harness, hunks, pulls
from tests.benchmarks.diagnosis.experiment import Answered, Asking
from tests.benchmarks.diagnosis.pulls import How
from tests.benchmarks.diagnosis.seeds import FIVE, Collection, Truth

SEEDS = faults.seeds()
TRUTHS = {seed.fixture.id: seed for seed in SEEDS}


def graded(seed, index, outcome):
    trial = Trial(fixture=seed.fixture.id, arm=Arm.HEAD, index=index)
    return Graded(trace=Trace(trial=trial), outcome=outcome, score=0.0)


def answered(*outcomes):
    return [
        Answered(
            asking=Asking(seed=seed), graded=tuple(graded(seed, at, outcome) for at, outcome in enumerate(outcomes))
        )
        for seed in SEEDS
    ]


def knowing(_, fixture):
    seed = TRUTHS[fixture.id]
    return f"{seed.truth}.{seed.code}" if seed.code else seed.truth.value


def test_a_classifier_that_knows_all_is_right_in_all():
    found = harness.labelled(answered(Outcome.FAILED), knowing)
    measured = harness.matrix(found)
    assert (len(found), measured.accuracy(), list(harness.wrong(found))) == (len(SEEDS), 1.0, [])
    assert measured.codes[0] == measured.codes[1] > 0


def test_a_classifier_that_says_one_thing_is_right_in_that_alone():
    measured = harness.matrix(harness.labelled(answered(Outcome.FAILED), lambda *_: "reasoning"))
    assert (measured.accuracy(Truth.REASONING), measured.accuracy(Truth.TOOL_USE)) == (1.0, 0.0)
    assert measured.accuracy() == pytest.approx(30 / len(SEEDS))
    assert measured.accuracy(*FIVE) == pytest.approx(30 / sum(seed.truth in FIVE for seed in SEEDS))


def test_trials_that_pass_have_no_say():
    def by_index(one, _):
        return "reasoning" if one.trial.index else "grounding"

    found = harness.labelled(answered(Outcome.PASSED, Outcome.FAILED), by_index)
    assert {each.label for each in found} == {"reasoning"}
    assert harness.labelled(answered(Outcome.PASSED), by_index) == ()


def test_the_label_of_most_trials_is_the_faults():
    labels = iter(["grounding", "reasoning", "reasoning"] * len(SEEDS))
    found = harness.labelled(answered(*[Outcome.FAILED] * 3), lambda *_: next(labels))
    assert {each.label for each in found} == {"reasoning"}


def test_the_table_has_a_column_for_labels_that_are_no_truth():
    shown = harness.table(harness.matrix(harness.labelled(answered(Outcome.FAILED), lambda *_: None)))
    assert harness.NO_LABEL in shown.splitlines()[0]
    assert "Right: 0.0% of all" in shown


def test_a_block_is_written_once_and_replaced_afterwards():
    page = harness.written("# Page\n", "a", "one")
    again = harness.written(harness.written(page, "b", "two"), "a", "three")
    assert again == f"# Page\n\n{harness.block('a', 'three')}\n\n{harness.block('b', 'two')}\n"


@pytest.mark.parametrize(("name", "collection"), [("faults", "first"), ("held out: faults", "held out")])
def test_the_page_counts_the_faults_that_there_are(name, collection):
    seeds = faults.seeds(Collection(collection))
    assert harness.block(name, harness.contents(seeds)) in harness.PAGE.read_text()


def test_an_attribution_is_right_by_its_changes_and_by_how_they_break():
    both = next(pull for pull in pulls.pulls() if pull.how is How.BOTH)
    named = [
        harness.Attributed(pull=both, named=both.guilty, how=How.BOTH, calls=30),
        harness.Attributed(pull=both, named=both.guilty, how=How.EITHER, calls=30),
        harness.Attributed(pull=both, named=frozenset({Kind.SCHEMA}), how=How.BOTH, calls=30),
    ]
    assert [each.is_right for each in named] == [True, False, False]
    cells = [cell.strip() for cell in harness.attributions(named).splitlines()[-1].split("|")[1:-1]]
    assert cells == ["two together", "3", "2", "1", f"{30 / len(both.broken):.0f}"]


def test_a_hunk_search_is_measured_by_its_comparisons():
    one, other = hunks.prompt_edits()[:2]
    found = [
        harness.Resolved(edit=one, named=one.hunks, comparisons=10),
        harness.Resolved(edit=other, named=frozenset(), comparisons=20),
    ]
    cells = [cell.strip() for cell in harness.hunk_searches(found).splitlines()[-1].split("|")[1:-1]]
    assert cells == ["1", "2", "1", "15"]
