"""Two revisions run in rounds until the outcome is certain: what is drawn, what is refused, what is written down."""

import dataclasses
import datetime as dt

import pytest

from llmgate import config, proving, sides, suite
from llmgate.config import Budget
from llmgate.errors import CallLost, ConfigurationError, NotEvaluated, UsageError
from llmgate.prompts import templates
from llmgate.proving import FAILING, PASSING, Revision, Rules
from llmgate.store import Store
from llmgate.trial import Arm
from tests.unit.sampling import fakes

REVISIONS = {FAILING: Revision(name="v1", commit="a" * 40), PASSING: Revision(name="main", commit="b" * 40)}
DAY = dt.date(2026, 11, 26)


@pytest.fixture
def lab(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        yield fakes.Lab(store=store, client=fakes.FakeClient(answer=fixed))


def fixed(asked):
    return fakes.GOOD if "on head" in asked.text else fakes.BAD


def prove(lab, item=None, *, repeats=10, alpha=0.05):
    rules = Rules(repeats=repeats, alpha=alpha, max_error_share=lab.max_error_share)
    with lab.engine() as engine:
        result = proving.prove(item or fakes.planned("a"), rules, engine, lab.seen.append)
    return result, engine.spent


def counts(result):
    return [(one.count.passed, one.count.trials) for one in (result.drawn[FAILING], result.drawn[PASSING])]


def answering(*outcomes):
    """A model whose answers to the first revision, and to the second, come in this order."""
    left = [list(each) for each in outcomes]
    return lambda asked: {"+": fakes.GOOD, "-": fakes.BAD, "!": CallLost("gone", id="provider-unreachable")}[
        left["on head" in asked.text].pop(0)
    ]


def test_a_fixture_that_fails_on_the_failure_and_passes_on_the_fix_separates_them(lab):
    result, _ = prove(lab)
    assert result.separates
    assert result.p_value == pytest.approx(0.011507, abs=1e-6)  # 2/10 against 8/10, the spared trials against it


def test_no_trial_is_drawn_once_the_outcome_is_certain(lab):
    result, spent = prove(lab)
    assert counts(result) == [(0, 8), (8, 8)]
    assert (spent.calls, result.spared) == (16, 4)


def test_a_fixture_that_passes_on_both_does_not_and_takes_half_of_the_trials(lab):
    lab.client.answer = lambda _: fakes.GOOD
    result, _ = prove(lab)
    assert (result.separates, counts(result)) == (False, [(5, 5), (5, 5)])


def test_both_revisions_are_asked_in_turns(lab):
    prove(lab)
    first = [text.rpartition(" ")[2] for text in lab.texts[:6]]
    assert sorted(first) == ["base"] * 3 + ["head"] * 3


def test_every_trial_has_a_seed_of_its_own_and_the_first_the_recorded_one(lab):
    prove(lab, fakes.planned("a", seed=7))
    seeds = [asked.seed for asked in lab.client.asked]
    assert (seeds.count(7), len(set(seeds))) == (2, 15)


def test_a_second_run_makes_no_call_and_finds_the_same(lab):
    first, _ = prove(lab)
    second, spent = prove(lab)
    assert (spent.calls, spent.reused) == (0, 16)
    assert (second.separates, counts(second)) == (first.separates, counts(first))


def test_more_repeats_go_on_where_the_fewer_ended(lab):
    prove(lab, repeats=5)
    _, spent = prove(lab, repeats=10)
    assert (spent.calls, spent.reused) == (6, 10)


def test_a_lost_trial_is_no_failure_and_the_rest_can_decide(lab):
    lab.client.answer = answering("-!" + "-" * 8, "+" * 10)
    result, _ = prove(lab)
    assert result.separates
    assert result.drawn[FAILING].lost == 1


def test_the_next_run_asks_only_what_was_lost(lab):
    lab.client.answer = answering("!" + "-" * 7, "+" * 8)
    prove(lab)
    lab.client.answer = fixed
    _, spent = prove(lab)
    assert (spent.calls, spent.reused) == (1, 15)


def test_more_lost_trials_than_the_policy_allows_are_not_evaluated(lab):
    lab.client.answer = lambda _: CallLost("the provider is down", id="provider-unreachable")
    with pytest.raises(NotEvaluated, match=r"at most 1 of 10 on a revision may be .* the provider is down"):
        prove(lab)
    assert len(lab.client.asked) <= 2 + lab.concurrency


def test_an_outcome_that_hangs_on_lost_trials_is_not_evaluated(lab):
    lab.max_error_share = 0.5
    lab.client.answer = answering("-" * 10, "+!+!+!+-+-")
    with pytest.raises(NotEvaluated, match="the outcome hangs on 3 trials without a usable answer"):
        prove(lab)


def test_a_budget_that_ends_first_is_not_evaluated(lab):
    lab.budget = Budget(calls=10)
    with pytest.raises(NotEvaluated, match="budget of 10 calls is used up, before the outcome was certain"):
        prove(lab)


def test_flaky_counts_that_lean_the_right_way_say_how_many_repeats_would_do(lab):
    lab.client.answer = answering("-+--+-+--+", "++-++-+-+-")
    result, _ = prove(lab)
    assert not result.separates
    assert result.enough > 10


@pytest.mark.parametrize(("repeats", "alpha", "least"), [(2, 0.05, 3), (4, 0.01, 5)])
def test_repeats_that_can_prove_nothing_are_refused(repeats, alpha, least):
    with pytest.raises(UsageError, match=f"{repeats} repeats on each revision prove nothing") as refused:
        proving.refuse_too_few(repeats, alpha)
    assert f"at least {least} can" in refused.value.remedy


def test_the_least_repeats_that_can_prove_anything_are_taken():
    assert proving.refuse_too_few(3, 0.05) is None


def test_an_alpha_that_no_number_of_repeats_reaches_is_told_as_such():
    with pytest.raises(UsageError) as refused:
        proving.refuse_too_few(200, 1e-200)
    assert "raise policy.alpha on the base" in refused.value.remedy


def test_a_draft_without_an_assertion_is_refused():
    with pytest.raises(UsageError, match="has no assertion"):
        proving.check(fakes.fixture(draft=True, **{"assert": []}))


def test_a_fixture_that_depends_on_state_outside_it_is_refused():
    with pytest.raises(UsageError, match="it depends on the memory of the session"):
        proving.check(fakes.fixture(completeness={"depends_on": ["the memory of the session"]}))


def test_a_draft_with_an_assertion_can_be_proven_before_it_is_ended():
    assert proving.check(fakes.fixture(draft=True)) is None


def test_the_proof_has_revisions_counts_date_and_the_digest_of_what_was_proven(lab):
    item = fakes.planned("a")
    proof = proving.proof(prove(lab, item)[0], item.case.fixture, REVISIONS, DAY)
    assert proof.model_dump(mode="json") == {
        "separates": True,
        "p_value": 0.011508,
        "repeats": 10,
        "fails_at": {"revision": "a" * 40, "passed": 0, "trials": 8},
        "passes_at": {"revision": "b" * 40, "passed": 8, "trials": 8},
        "date": "2026-11-26",
        "fixture": item.case.fixture.digest,
    }


def test_a_p_value_of_alpha_itself_is_recorded_as_alpha(lab):
    item = fakes.planned("a")
    proof = proving.proof(prove(lab, item, repeats=3)[0], item.case.fixture, REVISIONS, DAY)
    assert (proof.separates, proof.p_value) == (True, 0.05)


def test_a_p_value_too_small_for_six_decimals_is_no_zero(lab):
    item = fakes.planned("a")
    tiny = dataclasses.replace(prove(lab, item)[0], p_value=1e-30)
    assert proving.proof(tiny, item.case.fixture, REVISIONS, DAY).p_value == 1e-6


# The requests


def planned(failing=None, passing=None, **content):
    """The requests of two revisions that differ in files."""
    changes = {FAILING: failing or {}, PASSING: passing or {}}
    history = fakes.FakeHistory({arm: fakes.changed(fakes.files(), changes[arm]) for arm in Arm})
    read = {arm: sides.of(history, arm, config.read(history.read(arm, config.PATH)), templates.fill) for arm in Arm}
    fixture = fakes.fixture("a", **{"input": {"variables": {"question": "May I?"}}, **content})
    return proving.planned(suite.Stored(fixture=fixture, file="a.yaml", line=1), read, REVISIONS)


def test_a_fixture_runs_on_both_revisions_in_one_form():
    item = planned({"prompts/p.md": "Guess: {{ question }}"})
    texts = [item.on(arm).request.messages[-1].text for arm in (FAILING, PASSING)]
    assert texts == ["Guess: May I?", "Answer well: May I?\n"]
    assert not proving.is_identical(item)


def test_revisions_that_send_the_same_bytes_are_identical():
    assert proving.is_identical(planned({"docs/returns.md": "30 days"}))


def test_a_fixture_that_does_not_fit_a_revision_is_told_with_that_revision():
    with pytest.raises(UsageError, match=r"fixture 'a' does not fit v1 \(aaaaaaaaaaaa\): .*'order' has no value"):
        planned({"prompts/p.md": "{{ order }}"})


def test_a_target_that_a_revision_does_not_have_is_told_with_that_revision():
    with pytest.raises(UsageError, match=r"does not fit main \(bbbbbbbbbbbb\): there is no target 'other'"):
        planned({"llmgate.yaml": fakes.config().replace("  t:", "  other:")}, target="other")


def test_a_fault_of_a_revision_is_told_with_that_revision():
    with pytest.raises(ConfigurationError) as refused:
        planned({"llmgate.yaml": fakes.config().replace("model: answerer", "model: nobody")})
    assert [fault.file for fault in refused.value.faults] == ["llmgate.yaml (v1)"]


def test_an_edit_of_what_bears_on_a_trial_is_another_experiment():
    one, other = fakes.fixture("a"), fakes.fixture("a", seed=3)
    assert proving.experiment(one, REVISIONS) != proving.experiment(other, REVISIONS)
    assert proving.experiment(one, REVISIONS) == proving.experiment(fakes.fixture("a", title="x"), REVISIONS)
