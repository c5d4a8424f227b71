import pytest

from llmgate import config
from llmgate.errors import CallRefused
from llmgate.report import entries
from llmgate.report.build import report
from llmgate.report.material import Material, decided
from llmgate.sampling import Sampled
from llmgate.trial import Arm, Graded, Outcome, Trace, Trial
from llmgate.verdict import Verdict
from tests.unit.sampling import fakes


def graded(outcome, index, *, arm=Arm.HEAD, output=""):
    trial = Trial(fixture="a", arm=arm, index=index)
    return Graded(trace=Trace(trial=trial, output=output), outcome=outcome, score=0.0, reason=f"number {index}")


@pytest.mark.parametrize("order", [(3, 1, 2), (1, 2, 3), (2, 3, 1)])
@pytest.mark.parametrize("outcome", Outcome)
def test_the_example_is_the_first_trial_by_index_whichever_came_first(order, outcome):
    sampled = Sampled()
    for index in order:
        sampled.add(graded(outcome, index))
    tally = sampled.tallies["a", Arm.HEAD]
    kept = {Outcome.PASSED: tally.passing, Outcome.FAILED: tally.failing, Outcome.ERROR: tally.error}[outcome]
    assert kept.trial.index == 1


def test_errors_are_counted_for_each_arm_and_are_no_trials():
    sampled = Sampled(compared=frozenset({"a"}))
    for arm, count in ((Arm.BASE, 2), (Arm.HEAD, 3)):
        for index in range(count):
            sampled.add(graded(Outcome.ERROR, index, arm=arm))
    sampled.add(graded(Outcome.PASSED, 9))
    assert (sampled.errors(Arm.BASE), sampled.errors(Arm.HEAD)) == (2, 3)
    assert sampled.tallies["a", Arm.HEAD].valid == 1
    assert sampled.tallies["a", Arm.HEAD].usable == [9]


@pytest.fixture
def material(lab):
    plan = fakes.plan(fakes.planned("a", category="grounding"), new=[fakes.planned("n", new=True)], identical=["same"])
    lab.client.answer = lambda asked: "x" * 5_000 if "a on head" in asked.text else "good"
    made = Material(question=fakes.question(), plan=plan)
    made.sampled = lab.sample(plan)
    return made


def test_a_report_tells_of_every_fixture_that_ran(material):
    found = {item.id: item for item in entries.fixtures(material)}
    assert (found["a"].tier, found["a"].category, found["a"].critical) == ("confirmed", "grounding", False)
    assert (found["n"].tier, found["n"].head.trials, found["n"].base.trials) == ("new", 10, 0)


def test_the_kind_of_failure_is_named_with_what_it_rests_on(material):
    failure = next(entries.fixtures(material)).failure
    assert (failure.category, failure.code, failure.source, failure.confidence) == ("grounding", None, "hand", "high")
    assert failure.evidence == ("the fixture says category: grounding",)
    assert (failure.signs.category, failure.signs.code) == ("reasoning", "wrong_conclusion")


def test_the_taxonomys_names_owner_and_link_are_told(material):
    own = "version: 1\ntaxonomy: {categories: {grounding: {name: faith, owner: search, link: 'https://x.example/a'}}}"
    material.taxonomy = config.read(own.encode()).taxonomy.taxonomy
    found = next(entries.fixtures(material))
    assert (found.category, found.failure.name) == ("faith", "faith")
    assert (found.failure.owner, found.failure.link) == ("search", "https://x.example/a")


def test_a_fixture_that_did_not_get_worse_has_no_kind_of_failure(material):
    found = {item.id: item for item in entries.fixtures(material)}
    assert (found["n"].category, found["n"].failure) == (None, None)


def test_without_a_failing_trial_what_the_fixture_guards_against_stands(material):
    material.sampled.tallies["a", Arm.HEAD].failing = None
    found = next(entries.fixtures(material))
    assert (found.category, found.failure.source) == ("grounding", "hand")


def test_a_secret_in_the_facts_is_redacted(material):
    made = report(material, seconds=1.0, redact=lambda text: text.replace("grounding", "[gone]"))
    assert made.fixtures[0].failure.evidence == ("the fixture says category: [gone]",)


def test_a_fixture_with_missing_trials_says_why_the_first_is_missing(lab):
    plan = fakes.plan(fakes.planned("a"), fakes.planned("b"))
    lab.client.answer = lambda asked: (
        CallRefused("HTTP 400", id="request-refused") if "a on head" in asked.text else "good"
    )
    made = Material(question=fakes.question(), plan=plan)
    made.sampled = lab.sample(plan)
    found = {item.id: item for item in entries.fixtures(made)}
    assert (found["a"].errors > 0, found["a"].error) == (True, "no answer: HTTP 400 [request-refused]")
    assert (found["b"].errors, found["b"].error) == (0, "")


def test_a_long_answer_is_cut(material):
    example = next(entries.fixtures(material)).example
    assert len(example.head_output) == entries.MAX_SHOWN_CHARS
    assert example.head_output.endswith("…")


def test_counts_of_a_compared_fixture_are_of_all_that_was_seen(material):
    item = next(entries.fixtures(material))
    assert item.head.passed == 0
    assert item.base.passed == item.base.trials == item.head.trials > 10


def test_the_suite_counts_those_that_were_skipped(material):
    found = entries.suite(material)
    assert (found.fixtures, found.compared, found.identical) == (2, 1, 1)


def test_the_baseline_says_where_its_samples_came_from(lab):
    one = fakes.planned("a")
    fakes.stored(lab, one, Arm.BASE, [True] * 8, age_s=100.0)
    made = Material(question=fakes.question(), plan=fakes.plan(one))
    made.sampled = lab.sample(made.plan)
    found = entries.baseline(made)
    assert (found.stored, found.fresh, found.commit, found.age_s) == (8, 0, "older", 100.0)


def test_what_could_have_been_called_is_bounded_by_the_budget(material):
    material.most_calls = 10**6
    assert report(material, seconds=1.0, redact=str).calls.planned == 4_000


def test_a_comparison_that_is_not_whole_never_passes(lab):
    plan = fakes.plan(*(fakes.planned(f"f{number:02}") for number in range(30)))
    made = Material(question=fakes.question(), plan=plan)
    made.sampled = lab.sample(plan)
    made.changes = fakes.inspected(fakes.files(), {"prompts/p.md": "Answer better: {{ question }}"}).changes
    assert decided(made).verdict is Verdict.PASSED
    made.sampled.stopped = "why"
    assert decided(made).verdict is Verdict.INCONCLUSIVE
    assert "why" in decided(made).reasons[0].message
