import json

import pytest

from llmgate.assertions.factuality import CRITERION
from tests.unit.assertions import judges
from tests.unit.assertions.judges import asked, decided

WRITTEN = {"type": "factuality", "value": "Returns are free within 14 days."}


def test_the_reference_is_shown_beside_a_fixed_criterion():
    shown = json.loads(asked(WRITTEN, "Free.").message)
    assert (shown["criterion"], shown["reference"], shown["output"]) == (CRITERION, WRITTEN["value"], "Free.")


@pytest.mark.parametrize(("verdict", "passed"), [("pass", True), ("fail", False)])
def test_the_judges_verdict_is_the_grade(verdict, passed):
    grade = decided(WRITTEN, lambda inquiry: judges.answer(inquiry, verdict=verdict))
    assert (grade.passed, grade.error) == (passed, None)


def test_without_a_judge_it_cannot_judge():
    assert "no judge was asked" in decided(WRITTEN, lambda _: None).error
