import pytest

from llmgate import compare
from llmgate.config import Budget
from llmgate.errors import CallLost, CallRefused
from llmgate.sampling import screening
from llmgate.trial import Arm
from tests.unit.sampling import fakes
from tests.unit.sampling.fakes import Lab

NAMES = tuple(f"f{number:02}" for number in range(12))


def suite(count=12, **content):
    return fakes.plan(*(fakes.planned(name, **content) for name in NAMES[:count]))


def counted(lab, arm):
    return sum(f"on {arm}" in text for text in lab.texts)


def suspects(sampled):
    return {(suspect.fixture, suspect.screen_p, suspect.share) for suspect in sampled.comparison.suspects}


# The baseline


@pytest.mark.parametrize(("kept", "fresh"), [(5, 0), (10, 0), (4, 10), (0, 10)])
def test_a_stored_baseline_is_used_from_five_samples_on_and_else_the_base_is_screened(lab, kept, fresh):
    one = fakes.planned("a")
    fakes.stored(lab, one, Arm.BASE, [True] * kept)
    sampled = lab.sample(fakes.plan(one))
    assert (counted(lab, "base"), counted(lab, "head")) == (fresh, 10)
    assert len(sampled.screening["a"].stored) == (kept if not fresh else 0)


def test_samples_of_the_same_experiment_are_no_baseline(lab):
    one = fakes.planned("a")
    fakes.stored(lab, one, Arm.BASE, [True] * 10, experiment=lab.experiment)
    lab.sample(fakes.plan(one))
    assert counted(lab, "base") == 10


def test_samples_older_than_two_weeks_are_no_baseline(lab):
    one = fakes.planned("a")
    fakes.stored(lab, one, Arm.BASE, [True] * 10, age_s=14 * fakes.DAY_S + 1)
    lab.sample(fakes.plan(one))
    assert counted(lab, "base") == 10


def test_samples_of_another_request_are_no_baseline(lab):
    one = fakes.planned("a")
    fakes.stored(lab, one, Arm.HEAD, [True] * 10)
    lab.sample(fakes.plan(one))
    assert counted(lab, "base") == 10


def test_what_a_run_saw_is_the_baseline_of_the_next_pull_request(lab):
    lab.sample(suite())
    lab.experiment = "base..another head"
    lab.client.asked.clear()
    sampled = lab.sample(suite())
    assert counted(lab, "base") == 0
    assert all(len(screened.stored) >= 10 for screened in sampled.screening.values())


def test_trials_without_an_answer_are_not_kept_in_the_baseline(lab):
    lab.max_error_share = 0.9
    lab.client.answer = lambda asked: CallLost("gone", id="provider-unreachable") if asked.number % 2 else "good"
    one = fakes.planned("a")
    sampled = lab.sample(fakes.plan(one))
    rows = lab.store._file.execute("SELECT count(*) FROM sample")
    assert rows[0][0] == sum(tally.valid for tally in sampled.tallies.values()) < len(lab.client.asked)


# Sizes


def test_new_fixtures_do_not_change_how_often_the_others_are_screened():
    compared = [fakes.planned(f"f{number}") for number in range(40)]
    new = [fakes.planned(f"n{number}", new=True) for number in range(500)]
    alone, crowded = fakes.plan(*compared), fakes.plan(*compared, new=new)
    assert screening.size(compared[0], alone) == screening.size(compared[0], crowded) == 6


def test_a_critical_fixture_is_screened_at_least_five_times():
    compared = [fakes.planned(f"f{number}", critical=number == 0) for number in range(500)]
    assert [screening.size(item, fakes.plan(*compared)) for item in compared[:2]] == [5, 2]
    assert [screening.size(item, fakes.plan(*compared, screen=1)) for item in compared[:2]] == [5, 1]


def test_new_fixtures_run_on_the_head_alone(lab):
    lab.sample(fakes.plan(new=[fakes.planned("n", new=True)]))
    assert (counted(lab, "base"), counted(lab, "head")) == (0, 10)


# Problems


def test_a_budget_that_ends_before_the_screen_is_a_problem_and_nothing_is_compared(lab):
    lab.budget = Budget(calls=50)
    sampled = lab.sample(suite())
    assert sampled.problem == "the budget of 50 calls is used up, before the screen ended"
    assert sampled.comparison is None
    assert len(lab.client.asked) == 50


def test_a_second_run_goes_on_where_the_budget_ended(lab):
    lab.budget = Budget(calls=150)
    lab.sample(suite())
    assert lab.sample(suite()).problem is None
    assert len(lab.client.asked) == 240


def test_too_many_errors_on_one_arm_end_the_screen_early(lab):
    lab.client.answer = lambda asked: (
        CallRefused("HTTP 400", id="request-refused") if "on head" in asked.text else "good"
    )
    sampled = lab.sample(suite())
    assert "more than 10% of the 120 trials planned on the head" in sampled.problem
    assert sampled.problem.endswith("; the first: fixture f00: no answer: HTTP 400 [request-refused]")
    assert len(lab.client.asked) < 60


def test_errors_up_to_the_allowed_share_are_missing_data(lab):
    lab.client.answer = lambda asked: CallLost("gone", id="provider-unreachable") if asked.number % 12 == 5 else "good"
    sampled = lab.sample(suite())
    assert sampled.problem is None
    assert sum(tally.errors for tally in sampled.tallies.values()) == 20
    assert all(tally.failed == 0 for tally in sampled.tallies.values())


@pytest.mark.trust("one-arm")
def test_errors_that_hit_one_arm_more_than_chance_would_are_a_problem(lab):
    lab.max_error_share = 0.5
    lost = {"left": 12}

    def answer(asked):
        if "on head" in asked.text and lost["left"]:
            lost["left"] -= 1
            return CallLost("gone", id="provider-unreachable")
        return "good"

    lab.client.answer = answer
    sampled = lab.sample(suite())
    assert sampled.problem == (
        "0 of 120 trials are missing on the base and 12 of 120 on the head: what is missing is not by chance"
    )


@pytest.mark.parametrize("arm", Arm)
@pytest.mark.parametrize("critical", [True, False])
def test_a_fixture_without_a_usable_trial_on_an_arm_is_a_problem(lab, arm, critical):
    compared = [fakes.planned(f"f{number:03}", critical=critical) for number in range(150)]
    lab.client.answer = lambda asked: (
        CallRefused("400", id="request-refused") if asked.text == f"f007 on {arm}" else "good"
    )
    sampled = lab.sample(fakes.plan(*compared))
    missing = f"fixture f007 has no usable trial on the {arm}: what it would show is unknown"
    assert sampled.problem == f"{missing}; the first: no answer: 400 [request-refused]"
    assert sampled.comparison is None


def test_errors_on_the_head_alone_are_lopsided_against_a_stored_baseline_too(lab):
    plan = suite(60)
    for planned in plan.compared:
        fakes.stored(lab, planned, Arm.BASE, [True] * 10, age_s=100.0)
    lost = {f"f{number:02}" for number in range(10)}
    lab.max_error_share = 0.5
    lab.client.answer = lambda asked: CallRefused("400", id="request-refused") if odd(asked, lost) else "good"
    assert "not by chance" in lab.sample(plan).problem


def odd(asked, names):
    """Every other call of these fixtures on the head, so that each of them still has a usable trial."""
    name, _, arm = asked.text.partition(" on ")
    return name in names and arm == "head" and asked.number % 2 == 0


def test_new_fixtures_count_in_no_share_of_errors_and_run_last(lab):
    asked_first = []

    def answer(asked):
        asked_first.append(asked.text.startswith("new"))
        return CallLost("gone", id="provider-unreachable") if asked.text.startswith("new") else "good"

    lab.client.answer = answer
    plan = fakes.plan(*suite(30).compared, new=[fakes.planned(f"new{number}", new=True) for number in range(9)])
    sampled = lab.sample(plan)
    assert (sampled.problem, sampled.comparison is None) == (None, False)
    assert asked_first == sorted(asked_first)


def test_a_baseline_that_mostly_fails_is_not_used(lab):
    one = fakes.planned("f00")
    fakes.stored(lab, one, Arm.BASE, [False] * 7 + [True] * 3, age_s=100.0)
    sampled = lab.sample(fakes.plan(one))
    assert sampled.screening["f00"].stored == ()
    assert len(sampled.screening["f00"].trials[Arm.BASE]) == 10


# The frozen screen (A3)


def flaky(asked):
    """Fail every seventh call of the head, and every eleventh of the base."""
    return "bad" if asked.number % (7 if "on head" in asked.text else 11) == 0 else "good"


def test_a_second_run_with_more_samples_in_the_store_has_the_same_suspects_bets_and_evidence(lab):
    lab.client.answer = flaky
    first = lab.sample(suite())
    asked = len(lab.client.asked)
    for planned in suite().compared:
        fakes.stored(lab, planned, Arm.BASE, [True] * 20, age_s=-60.0)
    lab.time.pass_by(3 * fakes.DAY_S)
    second = lab.sample(suite())
    assert len(lab.client.asked) == asked
    assert first.comparison.suspects
    assert second.comparison == first.comparison


def test_a_third_run_after_the_baseline_grew_old_is_the_same_too(lab):
    plan = suite()
    for planned in plan.compared:
        fakes.stored(lab, planned, Arm.BASE, [True] * 9 + [False])
    lab.client.answer = flaky
    first = lab.sample(plan)
    lab.time.pass_by(30 * fakes.DAY_S)
    assert lab.sample(plan).comparison == first.comparison


def test_trials_that_gave_no_answer_are_not_asked_again_once_the_screen_is_frozen(lab):
    lab.client.answer = lambda asked: CallLost("gone", id="provider-unreachable") if asked.number % 15 == 5 else "good"
    first = lab.sample(suite())
    asked = len(lab.client.asked)
    assert lab.sample(suite()).comparison == first.comparison
    assert len(lab.client.asked) == asked


def test_an_incomplete_screen_is_not_frozen(lab):
    lab.budget = Budget(calls=50)
    lab.sample(suite())
    assert lab.store.ledger(f"ledger of {lab.experiment}", lab.experiment) is None


@pytest.mark.parametrize("concurrency", [1, 3, 16])
@pytest.mark.parametrize("pattern", [1, 2, 3])
def test_the_order_in_which_answers_arrive_does_not_matter(tmp_path, concurrency, pattern):
    def by_trial(asked):
        return "bad" if hash_of(asked) % 5 == 0 else "good"

    results = []
    for turns in (lambda _: 1, lambda asked: 1 + (asked.number * pattern * 7) % 11):
        with fakes.Store.open(tmp_path / f"{len(results)}.sqlite") as store:
            client = fakes.FakeClient(answer=by_trial, turns=turns)
            plan = fakes.plan(*(seeded(name) for name in NAMES))
            sampled = Lab(store=store, client=client, concurrency=concurrency).sample(plan)
            results.append((sampled.comparison, dict(sampled.tallies), sampled.served))
    assert results[0][0] == results[1][0]
    for key, tally in results[0][1].items():
        other = results[1][1][key]
        assert (tally.passed, tally.failed, sorted(tally.usable)) == (other.passed, other.failed, sorted(other.usable))
        assert (tally.failing and tally.failing.trial) == (other.failing and other.failing.trial)
        assert (tally.passing and tally.passing.trial) == (other.passing and other.passing.trial)


def seeded(name):
    plain = fakes.planned(name)
    base, head = (fakes.prepared(f"{name} on {arm}", seed=7) for arm in Arm)
    return type(plain)(case=plain.case, base=base, head=head)


def hash_of(asked):
    return sum(f"{asked.text} {asked.seed}".encode())


def test_the_screens_size_follows_the_comparisons_rule():
    assert compare.screen_size(12) == 10
