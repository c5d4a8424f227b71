import pytest

from llmgate.fixture import Fixture
from llmgate.grade import grade
from llmgate.trial import Miss, MissKind, Outcome
from tests.unit.assertions.traces import trace

UNKNOWN_COST = {"type": "cost", "threshold": 1}
MISS = Miss(kind=MissKind.WRONG_ARGUMENTS, message="the model called look")


def fixture(*assertions, **rest):
    return Fixture.model_validate({"id": "f", "target": "t", "assert": list(assertions), **rest})


def has(value, **rest):
    return {"type": "contains", "value": value, **rest}


def test_a_case_passes_if_all_its_assertions_pass():
    assert grade(trace("ab"), fixture(has("a"), has("b"))).outcome is Outcome.PASSED
    failed = grade(trace("a"), fixture(has("a"), has("b")))
    assert failed.outcome is Outcome.FAILED
    assert failed.score == 0.5
    assert failed.reason == 'contains: the output lacks "b"'
    assert [one.passed for one in failed.grades] == [True, False]


def test_with_a_threshold_the_weighted_mean_decides():
    """promptfoo: "A numeric test threshold overrides the pass/fail status of individual assertions"."""
    assert grade(trace("a"), fixture(has("a"), has("b"), threshold=0.5)).outcome is Outcome.PASSED
    assert grade(trace("a"), fixture(has("a"), has("b", weight=2), threshold=0.5)).outcome is Outcome.FAILED


def test_a_trace_without_an_answer_is_missing_data_whatever_else_it_says():
    result = grade(trace("a", error="429 after 5 attempts", miss=MISS), fixture(has("a")))
    assert result.outcome is Outcome.ERROR
    assert result.reason == "no answer: 429 after 5 attempts"
    assert result.grades == ()


def test_a_replay_miss_is_a_failure_of_this_arm_that_names_the_miss():
    """The model called what was not recorded: its own behaviour, which must not hide among the errors."""
    result = grade(trace("a", miss=MISS), fixture(has("a")))
    assert result.outcome is Outcome.FAILED
    assert result.score == 0
    assert result.reason == "miss: wrong_arguments: the model called look"


def test_an_assertion_that_cannot_judge_makes_the_trial_an_error_if_it_could_change_the_outcome():
    assert grade(trace("a"), fixture(has("a"), UNKNOWN_COST)).outcome is Outcome.ERROR
    assert grade(trace("b"), fixture(has("a"), UNKNOWN_COST)).outcome is Outcome.FAILED
    assert grade(trace("a"), fixture(has("a"), UNKNOWN_COST, threshold=0.5)).outcome is Outcome.PASSED
    assert grade(trace("a"), fixture(has("a"), {**UNKNOWN_COST, "weight": 0})).outcome is Outcome.PASSED


def test_the_reason_of_an_error_says_what_could_not_be_judged():
    assert grade(trace("a"), fixture(UNKNOWN_COST)).reason.startswith("cost: could not judge: the cost of the trial")


def test_metrics_are_collected_from_sets_too():
    written = {"type": "assert-set", "metric": "all", "assert": [has("a", metric="one"), has("b", metric="two")]}
    result = grade(trace("a"), fixture(written))
    assert result.metrics == {"all": 0.5, "one": 1.0, "two": 0.0}


def test_the_fixtures_gold_ids_and_tool_definitions_reach_the_assertions():
    written = fixture(
        {"type": "retrieval:contains-ids"},
        {"type": "is-valid-openai-tools-call"},
        context={"gold": ["a#1"]},
        tools={"definitions": [{"name": "lookup"}]},
    )
    assert grade(trace(documents=["a#1"], tools_called=["lookup"]), written).outcome is Outcome.PASSED
    assert grade(trace(documents=["b#2"], tools_called=["lookup"]), written).outcome is Outcome.FAILED
    assert grade(trace(documents=["a#1"], tools_called=["refund"]), written).outcome is Outcome.FAILED


def test_a_fixture_that_checks_nothing_is_never_green():
    assert grade(trace("a"), fixture(has("a", weight=0))).outcome is Outcome.ERROR


@pytest.mark.parametrize("text", ["\x1b[2J" * 1_000, "a\nb"])
def test_hostile_words_of_an_error_are_cut_to_one_line(text):
    reason = grade(trace(error=text), fixture(has("a"))).reason
    assert len(reason) <= 300
    assert reason.isprintable()


@pytest.mark.parametrize("text", ["\x1b[2J" * 1_000, "a\nb", "\u202e" * 10])
def test_hostile_words_of_a_miss_are_cut_to_one_line(text):
    reason = grade(trace(miss=Miss(kind=MissKind.HALLUCINATED_TOOL, message=text)), fixture(has("a"))).reason
    assert reason.startswith("miss: hallucinated_tool: ")
    assert len(reason) <= 300
    assert reason.isprintable()


def test_the_trace_is_kept():
    seen = trace("a")
    assert grade(seen, fixture(has("a"))).trace is seen
