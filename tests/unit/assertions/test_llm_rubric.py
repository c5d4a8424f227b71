import json

import pytest

from llmgate.assertions import Assertion, Subject
from llmgate.message import text_message
from tests.unit.assertions import judges
from tests.unit.assertions.judges import asked, decided, rubric
from tests.unit.assertions.traces import errors, trace


@pytest.mark.parametrize(("verdict", "passed", "score"), [("pass", True, 1.0), ("fail", False, 0.0)])
def test_the_judges_verdict_is_the_grade(verdict, passed, score):
    grade = decided(rubric(), lambda inquiry: judges.answer(inquiry, verdict=verdict))
    assert (grade.passed, grade.score, grade.error) == (passed, score, None)
    assert f"the judge says {verdict}: It says so." in grade.reason


@pytest.mark.parametrize(("verdict", "passed"), [("pass", False), ("fail", True)])
def test_the_negation_turns_the_verdict_around(verdict, passed):
    written = {**rubric(), "type": "not-llm-rubric"}
    grade = decided(written, lambda inquiry: judges.answer(inquiry, verdict=verdict))
    assert (grade.passed, grade.error) == (passed, None)


@pytest.mark.parametrize("negated", ["", "not-"])
def test_without_a_judge_it_cannot_judge_either_way(negated):
    grade = decided({**rubric(), "type": f"{negated}llm-rubric"}, lambda _: None)
    assert not grade.passed
    assert "no judge was asked [judge-missing]; name one under policy.judge on the base" in grade.error


def test_the_judge_is_shown_criterion_output_variables_and_turns():
    seen = {"variables": {"question": "When?"}, "messages": (text_message("user", "Hello"),)}
    shown = json.loads(asked(rubric("Is polite."), "Soon.", **seen).message)
    assert shown["criterion"] == "Is polite."
    assert shown["output"] == "Soon."
    assert shown["input"] == {"variables": {"question": "When?"}, "messages": [{"role": "user", "text": "Hello"}]}
    assert set(shown) == {"id", "criterion", "output", "input"}


@pytest.mark.parametrize(("wanted", "shown"), [(True, ["returns.md#1"]), (False, [])])
def test_documents_are_shown_where_the_assertion_asks_for_it(wanted, shown):
    message = json.loads(asked(rubric(documents=wanted), documents=["returns.md#1"]).message)
    assert [item["id"] for item in message.get("documents", [])] == shown


def test_what_is_too_long_to_show_cannot_be_judged():
    grade = Assertion.model_validate(rubric()).grade(Subject(trace=trace("x" * 200_001)))
    assert "at most 200000 are sent" in grade.error


@pytest.mark.parametrize("field", ["provider", "rubricPrompt", "threshold"])
def test_what_would_choose_another_judge_or_prompt_is_refused(field):
    assert [place for place, _ in errors(rubric(**{field: "x"}))] == [(field,)]
