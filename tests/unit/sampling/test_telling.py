"""What a run tells of itself while it goes on."""

from llmgate.progress import Begun, Graded, Looked, Opened, Stage
from tests.unit.sampling import fakes


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_the_screen_is_told_with_its_trials_before_the_first_of_them(lab):
    lab.sample(fakes.plan(fakes.planned("a"), fakes.planned("b")))
    assert lab.seen[0] == Begun(stage=Stage.SCREEN, trials=40, fixtures=2)
    assert len(of(Graded, lab.seen)) == 40


def test_each_round_is_told_and_what_the_evidence_is_after_it(lab):
    lab.client.answer = fakes.worse
    sampled = lab.sample(fakes.plan(fakes.planned("a"), fakes.planned("b")))
    rounds = [event for event in of(Begun, lab.seen) if event.stage is Stage.CONFIRM]
    looks = of(Looked, lab.seen)
    assert [event.round for event in rounds] == list(range(1, len(looks) + 1))
    assert rounds[0] == Begun(stage=Stage.CONFIRM, trials=4, fixtures=2, round=1)
    assert [look.evidence for look in looks] == sorted(look.evidence for look in looks)
    assert looks[-1].evidence == sampled.comparison.highest >= looks[-1].threshold
    assert {one.fixture for one in looks[-1].suspects} == {"a", "b"}


def test_the_surest_suspect_is_told_first(lab):
    lab.client.answer = lambda asked: fakes.BAD if "on head" in asked.text and "b " in asked.text else fakes.GOOD
    lab.sample(fakes.plan(*map(fakes.planned, "abc")))
    for look in of(Looked, lab.seen):
        assert [one.evidence for one in look.suspects] == sorted((one.evidence for one in look.suspects), reverse=True)
    assert of(Looked, lab.seen)[-1].suspects[0].fixture == "b"


def test_new_fixtures_are_a_screen_of_their_own_and_none_is_none(lab):
    lab.sample(fakes.plan(fakes.planned("a"), new=[fakes.planned("n", new=True)]))
    assert [(event.stage, event.fixtures) for event in of(Begun, lab.seen)] == [(Stage.SCREEN, 1)] * 2


def test_the_gate_opens_the_budget_that_is_spent_while_it_runs(tmp_path):
    told = []
    client = fakes.FakeClient(cost_usd=0.01)
    report = fakes.judged(
        tmp_path,
        fakes.files(),
        {"prompts/p.md": "Answer better: {{ question }}\n"},
        client,
        things={"tell": told.append},
    )
    (opened,) = of(Opened, told)
    assert told[0] is opened
    assert (opened.spent.calls, opened.budget.calls) == (report.calls.made, 4_000)
    assert opened.most_trials >= len(of(Graded, told)) == 60
