import collections
import itertools

import pytest

from llmgate import grade, run
from llmgate.assertions.custom import Custom
from llmgate.config import Budget, ModelEntry
from llmgate.errors import CallLost, CallRefused
from llmgate.fixture import MAX_SEED
from llmgate.run.work import repeat_seed
from llmgate.store import Store
from llmgate.trial import Arm, MissKind, Outcome, Remark, Trial
from tests.unit.sampling import fakes

JUDGE = ModelEntry(provider="house", model="judge-2026-01-15")
RUBRIC = {"type": "llm-rubric", "value": "Is polite."}
TOOLS = {"definitions": [{"name": "look"}], "results": [{"name": "look", "arguments": {}, "result": 1}]}


@pytest.fixture
def lab(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        yield fakes.Lab(store=store, client=fakes.FakeClient(answer=lambda asked: f"answer {asked.number}"))


def stable(n=3, **fields):
    return {"type": "stable", "n": n, **fields}


def work(index=0, *, arm=Arm.HEAD, name="a", seed=None, max_steps=8, **content):
    case = fakes.fixture(name, **{"assert": [stable()], **content})
    return run.Work(
        trial=Trial(fixture=name, arm=arm, index=index),
        fixture=case,
        request=fakes.request(f"{name} on {arm}", tools=case.tools.definitions),
        max_steps=max_steps,
        seed=seed,
    )


def traces(lab, *items):
    found = []
    with lab.engine() as engine:
        engine.run(items, found.append, stop=lambda: False)
    return sorted(found, key=lambda trace: trace.trial), engine


def outputs(trace):
    return [trace.output, *(repeat.output for repeat in trace.repeats)]


def steps(trace):
    calls = [*trace.calls, *(call for repeat in trace.repeats for call in repeat.calls)]
    return [call.step for call in calls]


# What is asked


def test_the_same_request_is_asked_as_often_as_answers_are_compared(lab):
    (trace,), engine = traces(lab, work())
    assert outputs(trace) == ["answer 0", "answer 1", "answer 2"]
    assert [asked.request for asked in lab.client.asked] == [work().request] * 3
    assert (engine.spent.calls, steps(trace)) == (3, [0, 1, 2])


def test_several_checks_share_the_answers_of_the_one_that_compares_most(lab):
    inner = {"type": "assert-set", "assert": [stable(4), {"type": "contains", "value": "x"}]}
    (trace,), engine = traces(lab, work(**{"assert": [stable(2), inner, stable(3)]}))
    assert (len(trace.repeats), engine.spent.calls) == (3, 4)


def test_a_fixture_that_compares_none_is_answered_once(lab):
    (trace,), engine = traces(lab, work(**{"assert": [{"type": "contains", "value": "x"}]}))
    assert (trace.repeats, engine.spent.calls) == ((), 1)


def test_cost_time_and_calls_of_a_trial_are_those_of_its_own_answer(lab):
    lab.client.cost_usd = 0.01
    (trace,), engine = traces(lab, work())
    assert (trace.cost_usd, trace.latency_s, len(trace.calls)) == (0.01, 0.25, 1)
    assert engine.spent.usd == pytest.approx(0.03)


def test_a_trial_ends_when_its_last_answer_came(lab):
    def answer(asked):
        lab.time.pass_by(100)
        return f"answer {asked.number}"

    lab.client.answer = answer
    began = lab.time.seconds
    (trace,), _ = traces(lab, work())
    assert trace.finished_at == began + 300


def test_each_answer_is_a_whole_conversation_with_the_recorded_results(lab):
    lab.client.answer = lambda asked: (
        fakes.said(calls=[("1", "look", {})]) if len(asked.request.messages) == 1 else f"answer {asked.number}"
    )
    (trace,), engine = traces(lab, work(tools=TOOLS))
    assert outputs(trace) == ["answer 1", "answer 3", "answer 5"]
    assert [[call.name for call in repeat.tool_calls] for repeat in trace.repeats] == [["look"], ["look"]]
    assert (steps(trace), engine.spent.calls) == ([0, 1, 2, 3, 4, 5], 6)


def test_a_repeat_that_cannot_be_replayed_is_told_and_the_next_one_is_asked(lab):
    lab.client.answer = lambda asked: fakes.said(calls=[("1", "gone", {})]) if asked.number == 1 else "answer"
    (trace,), _ = traces(lab, work(tools=TOOLS))
    assert [repeat.miss and repeat.miss.kind for repeat in trace.repeats] == [MissKind.HALLUCINATED_TOOL, None]
    graded = grade.grade(trace, work(tools=TOOLS).fixture)
    assert (graded.outcome, graded.score) == (Outcome.FAILED, pytest.approx(2 / 3))


def test_nothing_more_is_asked_of_a_trial_that_was_broken_off(lab):
    lab.client.answer = lambda _: fakes.said(calls=[("1", "gone", {})])
    (trace,), engine = traces(lab, work())
    assert (trace.repeats, engine.spent.calls) == ((), 1)


# Who else is asked


def test_the_judge_and_the_repositorys_classes_see_the_first_answer_alone(lab):
    class Checkers:
        def knows(self, check):
            return isinstance(check, Custom)

        def remark(self, check, subject):
            seen.append((subject.output, subject.trace.repeats))
            return Remark(result=True)

    seen = []
    lab.judge, lab.checkers = JUDGE, Checkers()
    (trace,), engine = traces(lab, work(**{"assert": [stable(), RUBRIC, {"type": "custom:polite"}]}))
    judged = [asked.text for asked in lab.client.asked if asked.request.model == JUDGE.model]
    assert seen == [("answer 0", ())]
    assert len(judged) == 1
    assert "answer 0" in judged[0]
    assert (steps(trace), engine.spent.calls) == ([0, 2, 3], 4)


# Seeds


def test_no_answer_of_a_trial_has_the_seed_of_another(lab):
    case = {"assert": [stable(10)]}
    items = [work(index, arm=arm, seed=7, **case) for index in range(20) for arm in Arm]
    traces(lab, *items)
    seeds = collections.Counter(asked.seed for asked in lab.client.asked)
    assert seeds.pop(7) == 40  # what this test gives each trial as its own
    assert (len(seeds), set(seeds.values())) == (40 * 9, {1})
    assert all(0 <= seed < run.MAX_SEED for seed in seeds)


@pytest.mark.parametrize("own", [0, 7, run.MAX_SEED, 2 * run.MAX_SEED + 7, -3, MAX_SEED, -MAX_SEED])
def test_the_seeds_of_repeats_differ_from_the_trials_own_whatever_it_is(own):
    trial = Trial(fixture="a", arm=Arm.HEAD, index=0)
    derived = [repeat_seed(own, trial, number) for number in range(1, 10)]
    assert len({own, own % run.MAX_SEED, *derived}) == len({own, own % run.MAX_SEED}) + 9


def test_a_repeats_seed_is_the_same_in_every_run():
    # printf '7\000a\000head\0000\000repeats' | sha256sum: stride = 1 + the first 16 digits modulo 2³¹ - 2
    # 7 + 2 × stride modulo 2³¹ - 1
    assert repeat_seed(7, Trial(fixture="a", arm=Arm.HEAD, index=0), 2) == 70198538


def test_where_no_seed_is_recorded_none_is_sent_with_a_repeat(lab):
    traces(lab, work())
    assert [asked.seed for asked in lab.client.asked] == [None] * 3


# Journal and budget


@pytest.mark.parametrize("seed", [None, 7])
def test_a_second_run_pays_for_no_answer_and_finds_the_same(lab, seed):
    items = [work(index, arm=arm, seed=seed, tools=TOOLS) for index in range(3) for arm in Arm]
    first, _ = traces(lab, *items)
    second, engine = traces(lab, *items)
    assert (engine.spent.calls, engine.spent.reused) == (0, 18)
    assert [outputs(trace) for trace in second] == [outputs(trace) for trace in first]
    assert [trace.finished_at for trace in second] == [trace.finished_at for trace in first]


@pytest.mark.parametrize("seed", [None, 7])
def test_no_answer_is_used_twice_in_a_trial_or_in_two(lab, seed):
    items = [work(index, arm=arm, seed=seed, name=name) for index in range(5) for arm in Arm for name in "ab"]
    found, _ = traces(lab, *items)
    used = list(itertools.chain.from_iterable(map(outputs, found)))
    assert len(used) == len(set(used)) == len(lab.client.asked) == 60


@pytest.mark.parametrize(
    "error", [CallRefused("no", id="request-refused"), CallLost("gone", id="provider-unreachable")]
)
def test_a_repeat_without_an_answer_leaves_the_trial_unjudged_and_the_next_run_asks_for_the_rest(lab, error):
    lab.client.answer = lambda asked: error if asked.number == 1 else "same"
    (trace,), engine = traces(lab, work())
    assert (trace.output, [repeat.error for repeat in trace.repeats]) == ("same", [error.message])
    assert (engine.spent.calls, engine.spent.errors) == (2, 1)
    assert grade.grade(trace, work().fixture).outcome is Outcome.ERROR
    (again,), engine = traces(lab, work())
    assert (engine.spent.calls, engine.spent.reused) == (2, 1)
    assert grade.grade(again, work().fixture).outcome is Outcome.PASSED


def test_a_conversation_of_a_repeat_goes_on_after_the_step_that_was_paid_for(lab):
    fails = [True]

    def answer(asked):
        if len(asked.request.messages) == 1:
            return fakes.said(calls=[("1", "look", {})])
        return CallLost("gone", id="provider-unreachable") if asked.number == 3 and fails.pop() else "same"

    lab.client.answer = answer
    traces(lab, work(tools=TOOLS))
    (trace,), engine = traces(lab, work(tools=TOOLS))
    assert (outputs(trace), engine.spent.reused, engine.spent.calls) == (["same"] * 3, 3, 3)


def test_a_trial_whose_repeats_the_budget_does_not_reach_is_missing_and_ended_later(lab):
    lab.budget, lab.concurrency = Budget(calls=5), 1
    found, engine = traces(lab, work(0), work(1))
    assert ([trace.trial.index for trace in found], engine.exhausted) == ([0], "the budget of 5 calls is used up")
    lab.budget = Budget()
    found, engine = traces(lab, work(0), work(1))
    assert (len(found), engine.spent.reused, engine.spent.calls) == (2, 5, 1)
