import itertools
import threading
import time

import pytest

from llmgate import run
from llmgate.assertions.asking import Inquiry
from llmgate.config import Budget, ModelEntry
from llmgate.errors import CallLost, CallRefused, NotEvaluated, UsageError
from llmgate.store import Store
from llmgate.trial import Arm, Remark, Trial
from tests.unit.sampling import fakes


@pytest.fixture
def lab(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        yield fakes.Lab(store=store)


def never():
    return False


def trial(name="a", arm=Arm.HEAD, index=0):
    return Trial(fixture=name, arm=arm, index=index)


def work(index=0, *, name="a", arm=Arm.HEAD, text=None, seed=None, max_steps=8, **content):
    case = fakes.fixture(name, **content)
    return run.Work(
        trial=trial(name, arm, index),
        fixture=case,
        request=fakes.request(text or f"{name} on {arm}", tools=case.tools.definitions),
        max_steps=max_steps,
        seed=seed,
    )


def traces(lab, items, *, stop=never):
    found = []
    with lab.engine() as engine:
        engine.run(items, found.append, stop=stop)
    return found, engine


# Seeds


def test_the_first_trial_of_an_arm_carries_the_recorded_seed():
    seeds = {run.seed(fakes.fixture(), {"seed": 7}, trial(arm=arm)) for arm in Arm}
    assert seeds == {7}


def test_the_fixtures_seed_comes_before_the_model_entrys():
    assert run.seed(fakes.fixture(seed=3), {"seed": 7}, trial()) == 3


def test_every_other_trial_has_a_seed_of_its_own():
    trials = [trial(name, arm, index) for name in "ab" for arm in Arm for index in range(1, 50)]
    seeds = [run.seed(fakes.fixture(name), {"seed": 7}, each) for each in trials for name in [each.fixture]]
    assert len(set(seeds)) == len(trials)
    assert all(0 <= seed < run.MAX_SEED for seed in seeds)


def test_a_derived_seed_is_the_same_in_every_run():
    # printf "7\0a\0head\0001" | sha256sum: the first 16 digits, modulo 2³¹ − 1
    assert run.seed(fakes.fixture(), {"seed": 7}, trial(index=1)) == 1215058069


@pytest.mark.parametrize("params", [{}, {"seed": None}, {"seed": "7"}, {"seed": True}])
def test_where_no_seed_is_recorded_none_is_sent(params):
    assert {run.seed(fakes.fixture(), params, trial(index=index)) for index in range(3)} == {None}


# Order


def test_the_order_is_the_same_whatever_order_the_work_comes_in():
    items = [work(index, name=name, arm=arm) for name in "abc" for arm in Arm for index in range(4)]
    assert run.interleaved(reversed(items)) == run.interleaved(items)


def test_the_order_mixes_arms_and_fixtures():
    items = [work(index, name=name, arm=arm) for name in "abcdefghij" for arm in Arm for index in range(5)]
    order = [(item.trial.arm, item.trial.fixture) for item in run.interleaved(items)]
    first_half = order[:50]
    assert 15 <= sum(arm is Arm.BASE for arm, _ in first_half) <= 35
    longest = max(len(list(group)) for _, group in itertools.groupby(arm for arm, _ in order))
    assert longest < 12
    assert len({name for _, name in first_half}) == 10


# Concurrency, laziness, stopping


def test_no_more_calls_are_in_flight_than_allowed_and_as_many_are(lab):
    lab.client.turns = lambda asked: 1 + asked.number % 5
    traces(lab, (work(index) for index in range(50)))
    assert (lab.client.most_in_flight, len(lab.client.asked)) == (4, 50)


def test_work_is_taken_only_when_a_worker_is_free(lab):
    taken = itertools.count()
    ahead = []

    def endless():
        for index in itertools.count():
            next(taken)
            yield work(index)

    found = []

    def consume(trace):
        found.append(trace)
        ahead.append(len(lab.client.asked) - len(found))

    with lab.engine() as engine:
        engine.run(endless(), consume, stop=lambda: len(found) >= 100)
    assert max(ahead) <= lab.concurrency
    assert next(taken) <= 100 + lab.concurrency


def test_stop_ends_the_run_and_what_was_not_started_is_not_asked(lab):
    found, _ = traces(lab, [work(index) for index in range(50)], stop=lambda: len(lab.client.asked) >= 8)
    assert len(found) == len(lab.client.asked) < 8 + lab.concurrency


def test_the_client_is_closed_when_the_engine_ends(lab):
    traces(lab, [work()])
    assert lab.client.closed == 1


def test_the_client_is_closed_when_the_engine_ends_by_an_error(lab):
    with pytest.raises(RuntimeError), lab.engine():
        raise RuntimeError
    assert lab.client.closed == 1


# Errors

USAGE = UsageError("reason", id="wrong-option")
UNJUDGED = NotEvaluated("reason", id="worker-failed")


@pytest.mark.parametrize(
    "error", [USAGE, UNJUDGED, KeyboardInterrupt("reason"), SystemExit("reason"), ValueError("reason")]
)
@pytest.mark.parametrize("where", ["the model", "the consumer"])
def test_what_is_no_call_error_reaches_the_caller_as_itself(lab, error, where):
    if where == "the model":
        lab.client.answer = lambda _: error

    def consume(_):
        raise error

    with pytest.raises(type(error), match="reason"), lab.engine() as engine:
        engine.run([work(index) for index in range(8)], consume, stop=never)
    assert lab.client.closed == 1


def test_a_store_that_fails_is_not_evaluated_however_many_calls_are_in_flight(lab):
    def consume(_):
        lab.store.close()

    with pytest.raises(NotEvaluated, match="the store failed"), lab.engine() as engine:
        engine.run([work(index) for index in range(20)], consume, stop=never)


@pytest.mark.trust("broken-answer")
@pytest.mark.parametrize(
    "error", [CallRefused("no", id="request-refused"), CallLost("gone", id="provider-unreachable")]
)
def test_a_call_error_is_a_trace_without_an_answer_and_the_others_go_on(lab, error):
    lab.client.answer = lambda asked: error if asked.number == 0 else "good"
    found, engine = traces(lab, [work(index) for index in range(5)])
    assert sorted(trace.error or "" for trace in found) == ["", "", "", "", error.told]
    assert (engine.spent.calls, engine.spent.errors) == (5, 1)


# Budget


@pytest.mark.trust("budget")
def test_the_budget_of_calls_is_never_exceeded_with_many_in_flight(lab):
    lab.budget, lab.concurrency = Budget(calls=10), 16
    found, engine = traces(lab, [work(index) for index in range(100)])
    assert len(lab.client.asked) == len(found) == 10
    assert engine.exhausted == "the budget of 10 calls is used up"


def test_the_dollars_of_calls_in_flight_are_set_aside(lab):
    lab.budget, lab.concurrency = Budget(usd=1.0), 16
    lab.client.ceiling_usd = lab.client.cost_usd = 0.3
    _, engine = traces(lab, [work(index) for index in range(100)])
    assert len(lab.client.asked) == 3
    assert engine.spent.usd == pytest.approx(0.9)
    assert "could exceed the budget of $1.00" in engine.exhausted


def test_calls_that_cost_less_than_was_set_aside_make_room_for_others(lab):
    lab.budget, lab.concurrency = Budget(usd=1.0), 16
    lab.client.ceiling_usd, lab.client.cost_usd = 0.3, 0.001
    _, engine = traces(lab, [work(index) for index in range(100)])
    assert (len(lab.client.asked), engine.exhausted) == (100, None)
    assert lab.client.most_in_flight == 3


@pytest.mark.trust("budget")
def test_a_call_that_alone_could_exceed_the_budget_is_not_made(lab):
    lab.budget, lab.client.ceiling_usd = Budget(usd=0.2), 0.3
    _, engine = traces(lab, [work()])
    assert lab.client.asked == []
    assert engine.exhausted


def test_the_dollars_of_refused_calls_are_given_back(lab):
    lab.budget, lab.client.ceiling_usd = Budget(usd=1.0), 0.3
    lab.client.answer = lambda _: CallRefused("no", id="request-refused")
    _, engine = traces(lab, [work(index) for index in range(20)])
    assert (engine.spent.usd, engine.spent.calls, engine.exhausted) == (0.0, 20, None)


def test_the_dollars_of_lost_calls_are_kept_for_they_may_be_billed(lab):
    lab.budget, lab.client.ceiling_usd = Budget(usd=1.0), 0.3
    lab.client.answer = lambda _: CallLost("gone", id="provider-unreachable")
    _, engine = traces(lab, [work(index) for index in range(20)])
    assert engine.spent.usd == pytest.approx(0.9)
    assert len(lab.client.asked) == 3
    assert engine.exhausted


def test_no_call_is_made_after_the_minutes_are_over(lab):
    lab.budget, lab.concurrency = Budget(minutes=2), 1

    def answer(_):
        lab.time.pass_by(50)
        return "good"

    lab.client.answer = answer
    _, engine = traces(lab, [work(index) for index in range(20)])
    assert len(lab.client.asked) == 3
    assert engine.exhausted == "the budget of 2 minutes is used up"


class Jumping(fakes.FakeClock):
    """The time of day leaps a day to and fro; what has passed goes on as it is."""

    @property
    def clock(self):
        leaps = itertools.cycle([-fakes.DAY_S, fakes.DAY_S])
        return run.Clock(now=lambda: self.seconds + next(leaps), monotonic=lambda: self.seconds)


@pytest.mark.trust("clock")
def test_a_time_of_day_that_leaps_neither_ends_a_run_early_nor_draws_it_out(lab):
    lab.time, lab.budget, lab.concurrency = Jumping(), Budget(minutes=2), 1
    lab.client.answer = lambda _: lab.time.pass_by(50) or "good"
    _, engine = traces(lab, [work(index) for index in range(20)])
    assert len(lab.client.asked) == 3
    assert engine.exhausted == "the budget of 2 minutes is used up"


def test_calls_without_a_price_are_counted_as_such(lab):
    _, engine = traces(lab, [work(index) for index in range(5)])
    assert (engine.spent.usd, engine.spent.unpriced) == (0.0, 5)


# Journal


def test_a_finished_call_is_in_the_journal_before_it_is_used(lab):
    at_use = []

    def consume(trace):
        rows = lab.store._file.execute("SELECT count(*) FROM call WHERE trial = ?", (trace.trial.index,))
        at_use.append(rows[0][0])

    with lab.engine() as engine:
        engine.run([work(index) for index in range(10)], consume, stop=never)
    assert at_use == [1] * 10


def test_a_journaled_call_is_not_asked_again_and_keeps_its_time(lab):
    first, _ = traces(lab, [work(index) for index in range(5)])
    lab.time.pass_by(5_000)
    second, engine = traces(lab, [work(index) for index in range(5)])
    assert len(lab.client.asked) == 5
    assert (engine.spent.calls, engine.spent.reused) == (0, 5)
    assert {item.trial: item.finished_at for item in second} == {item.trial: item.finished_at for item in first}
    assert {item.trial: item.latency_s for item in second} == {item.trial: item.latency_s for item in first}


def test_a_call_says_which_provider_was_asked_also_where_its_answer_is_reused(lab):
    runs = [traces(lab, [work()])[0] for _ in range(2)]
    assert [[(call.provider, call.reused) for call in found[0].calls] for found in runs] == [
        [("house", False)],
        [("house", True)],
    ]


def test_reused_calls_use_no_budget(lab):
    traces(lab, [work(index) for index in range(5)])
    lab.budget = Budget(calls=1)
    found, engine = traces(lab, [work(index) for index in range(6)])
    assert (len(found), engine.spent.calls, engine.exhausted) == (6, 1, None)


def test_a_failed_call_is_asked_again_in_the_next_run(lab):
    lab.client.answer = lambda asked: CallLost("gone", id="provider-unreachable") if asked.number == 0 else "good"
    traces(lab, [work()])
    found, _ = traces(lab, [work()])
    assert (found[0].error, len(lab.client.asked)) == (None, 2)


@pytest.mark.parametrize("other", [{"text": "something else"}, {"seed": 5}, {"arm": Arm.BASE}, {"index": 1}])
def test_no_answer_is_served_to_another_trial_or_request(lab, other):
    traces(lab, [work()])
    traces(lab, [work(**other)])
    assert len(lab.client.asked) == 2


def test_an_interrupted_conversation_goes_on_after_the_step_that_was_paid_for(lab):
    tools = {"definitions": [{"name": "look"}], "results": [{"name": "look", "arguments": {}, "result": 1}]}
    step = {"fails": True}

    def answer(asked):
        if len(asked.request.messages) == 1:
            return fakes.said(calls=[("1", "look", {})])
        return CallLost("gone", id="provider-unreachable") if step["fails"] else "good"

    lab.client.answer = answer
    traces(lab, [work(tools=tools)])
    step["fails"] = False
    found, engine = traces(lab, [work(tools=tools)])
    assert (found[0].output, engine.spent.reused, engine.spent.calls) == ("good", 1, 1)


# The judge

JUDGE = ModelEntry(provider="house", model="judge-2026-01-15")
RUBRIC = {"type": "llm-rubric", "value": "Is polite."}


def judged(lab, reply, **content):
    lab.client.answer = lambda asked: reply(asked) if asked.request.model == JUDGE.model else fakes.GOOD
    lab.judge = JUDGE
    (trace,), engine = traces(lab, [work(**{"assert": [RUBRIC], **content})])
    return trace, engine


def test_the_judge_is_asked_after_the_conversation_and_its_answer_is_in_the_trace(lab):
    trace, engine = judged(lab, lambda _: "I pass.")
    (ruling,) = trace.rulings.values()
    assert (ruling.call.completion.message.text, ruling.call.step) == ("I pass.", 1)
    assert [call.model for call in trace.calls] == ["m-1"]
    assert (engine.spent.calls, engine.spent.judge.calls) == (2, 1)


def test_an_error_of_the_judge_is_its_own_and_the_trial_has_its_answer(lab):
    trace, engine = judged(lab, lambda _: CallLost("503", id="provider-unreachable"))
    assert (trace.output, trace.error, engine.spent.errors) == (fakes.GOOD, None, 1)
    assert [(ruling.call, ruling.error) for ruling in trace.rulings.values()] == [(None, "503")]


def test_what_the_judge_said_is_journaled_and_what_it_did_not_say_is_asked_again(lab):
    judged(lab, lambda _: CallLost("503", id="provider-unreachable"))
    judged(lab, lambda _: "I pass.")
    trace, engine = judged(lab, lambda _: "I fail.")
    assert (engine.spent.calls, engine.spent.judge.calls, engine.spent.reused) == (0, 0, 2)
    assert [ruling.call.completion.message.text for ruling in trace.rulings.values()] == ["I pass."]


def test_a_fixture_that_asks_no_judge_costs_no_call_of_it(lab):
    trace, engine = judged(lab, lambda _: "I pass.", **{"assert": [{"type": "contains", "value": "x"}]})
    assert (trace.rulings, engine.spent.calls) == ({}, 1)


def test_a_trial_that_broke_off_is_not_shown_to_the_judge(lab):
    lab.client.answer = lambda _: fakes.said(calls=[("1", "gone", {})])
    lab.judge = JUDGE
    (trace,), engine = traces(lab, [work(**{"assert": [RUBRIC]})])
    assert (trace.miss is None, trace.rulings, engine.spent.calls) == (False, {}, 1)


def test_examples_are_asked_until_the_budget_ends_and_once_only(lab):
    inquiries = [Inquiry(criterion="Is polite.", output=f"{number}") for number in range(5)]
    lab.budget, lab.concurrency = Budget(calls=3), 1
    with lab.engine() as engine:
        first = engine.ask(inquiries, JUDGE, "labels")
    assert (len(first), "3 calls" in engine.exhausted) == (3, True)
    with lab.engine() as engine:
        second = engine.ask(inquiries, JUDGE, "labels")
    assert (len(second), engine.spent.calls, engine.spent.reused, engine.exhausted) == (5, 2, 3, None)


# The repository's own assertions


class Slow:
    """A class `a` that takes its time, and says in which threads it was asked."""

    def __init__(self):
        self.threads = []

    def knows(self, check):
        return check.code == "a"

    def remark(self, check, subject):
        self.threads.append(threading.get_ident())
        time.sleep(0.01)
        return Remark(result=subject.output)


OWN = {"assert": [{"type": "custom:a"}, {"type": "not-custom:a"}, {"type": "custom:a", "n": 1}, {"type": "custom:b"}]}


def test_a_class_is_asked_once_for_the_same_fields_and_off_the_loop(lab):
    lab.checkers = Slow()
    (trace,), _ = traces(lab, [work(**OWN)])
    assert [remark.result for remark in trace.remarks.values()] == [fakes.GOOD] * 2
    assert len(lab.checkers.threads) == 2
    assert threading.get_ident() not in lab.checkers.threads


def test_a_class_is_asked_again_about_an_answer_from_the_journal(lab):
    traces(lab, [work(**OWN)])
    lab.checkers = Slow()
    (trace,), engine = traces(lab, [work(**OWN)])
    assert (len(trace.remarks), engine.spent.reused) == (2, 1)


def test_a_class_is_not_asked_about_a_trial_that_broke_off(lab):
    lab.client.answer = lambda _: fakes.said(calls=[("1", "gone", {})])
    lab.checkers = Slow()
    (trace,), _ = traces(lab, [work(**OWN)])
    assert (trace.miss is None, trace.remarks, lab.checkers.threads) == (False, {}, [])
