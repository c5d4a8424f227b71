from llmgate.assertions import Assertion, Subject, model_graded, weighing
from llmgate.trial import Outcome
from tests.unit.assertions.judges import rubric
from tests.unit.assertions.traces import trace

PLAIN = {"type": "contains", "value": "x"}


def read(*written):
    return [Assertion.model_validate(one) for one in written]


def nested(*inner, **fields):
    return {"type": "assert-set", "assert": list(inner), **fields}


def test_a_judge_is_asked_once_for_equal_assertions_and_for_those_in_sets():
    assertions = read(PLAIN, rubric("A."), {**rubric("A."), "type": "not-llm-rubric"}, nested(nested(rubric("B."))))
    asked = model_graded.inquiries(assertions, Subject(trace=trace("x")))
    assert [inquiry.criterion for inquiry in asked] == ["A.", "B."]


def test_what_is_too_long_to_ask_is_not_asked():
    assert model_graded.inquiries(read(rubric()), Subject(trace=trace("x" * 300_000))) == ()


def test_measured_assertions_keep_all_but_their_weight():
    (plain, graded) = model_graded.measured(read(PLAIN, rubric("A.", weight=3)))
    assert (plain, graded) == tuple(read(PLAIN, rubric("A.", weight=0)))


def test_a_set_keeps_its_weight_while_something_in_it_counts():
    (whole,) = model_graded.measured(read(nested(rubric("A."), PLAIN, weight=2)))
    assert (whole.weight, [part.weight for part in whole.check.assertions]) == (2, [0, 1])


def test_a_set_in_which_nothing_counts_any_more_only_measures():
    (whole,) = model_graded.measured(read(nested(nested(rubric("A.")), {**PLAIN, "weight": 0})))
    assert whole.weight == 0


def test_a_measured_assertion_that_cannot_judge_decides_nothing():
    measured = model_graded.measured(read(rubric("A."), PLAIN))
    grades = [assertion.grade(Subject(trace=trace("x"))) for assertion in measured]
    assert weighing.weigh(grades, None).outcome is Outcome.PASSED
