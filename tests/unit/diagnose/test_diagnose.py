import pytest

from llmgate import diagnose
from llmgate.changes import Change, Happened, Kind
from llmgate.trial import Arm, Grade, Graded, Miss, MissKind, Outcome, Trace, Trial
from tests.unit.sampling import fakes


def grade(name, *, passed=False, **changes):
    return Grade(assertion=name, passed=passed, score=float(passed), reason="why", **changes)


def graded(*grades, miss=None):
    trace = Trace(trial=Trial(fixture="a", arm=Arm.HEAD, index=0), miss=miss)
    return Graded(trace=trace, outcome=Outcome.FAILED, score=0.0, grades=grades)


def change(unit):
    return Change(kind=Kind.PROMPT, unit=f"prompt:{unit}", path=unit, happened=Happened.MODIFIED)


def test_what_the_failed_assertion_says_of_itself_comes_first():
    failing = graded(grade("x", passed=True, category="tone"), grade("y", category="format"), grade("z"))
    assert diagnose.category(fakes.fixture(category="grounding"), failing) == "format"


def test_else_the_category_is_what_the_fixture_guards_against():
    assert diagnose.category(fakes.fixture(category="grounding"), graded(grade("x"))) == "grounding"


def test_without_a_failing_trial_the_fixtures_own_category_stands():
    assert diagnose.category(fakes.fixture(category="grounding"), None) == "grounding"


def test_there_may_be_no_category():
    assert diagnose.category(fakes.fixture(), graded(grade("x"))) is None


def test_where_nobody_names_a_category_the_kind_of_the_failed_assertion_does():
    assert diagnose.category(fakes.fixture(), graded(grade("contains"), grade("not-is-json"))) == "output_format"


def test_what_a_kind_implies_comes_after_what_the_fixture_guards_against():
    assert diagnose.category(fakes.fixture(category="grounding"), graded(grade("is-json"))) == "grounding"


def test_a_call_that_could_not_be_replayed_is_a_failure_of_tool_use_whatever_the_fixture_guards_against():
    missed = graded(miss=Miss(kind=MissKind.HALLUCINATED_TOOL, message="fly"))
    assert diagnose.category(fakes.fixture(category="grounding"), missed) == "tool_use"


def names(failing):
    return [item.assertion for item in diagnose.failed(failing)]


def test_the_assertions_of_a_set_are_listed_one_by_one():
    parts = (grade("inner"), grade("held", passed=True), grade("deeper", parts=(grade("deepest"),)))
    assert names(graded(grade("set", parts=parts), grade("held", passed=True))) == ["inner", "deepest"]


def test_an_assertion_that_could_not_judge_did_not_fail():
    assert names(graded(grade("broken", error="crash"), grade("failed"))) == ["failed"]


def test_a_set_that_failed_by_assertions_that_could_not_judge_is_named_itself():
    assert names(graded(grade("set", parts=(grade("broken", error="crash"),)))) == ["set"]


@pytest.mark.parametrize(
    ("exercised", "expected"),
    [
        ((("a",), ()), "prompt p"),
        (((), ("a", "b")), "prompt q"),
        ((("a",), ("a",)), None),
        (((), ()), None),
    ],
)
def test_a_cause_is_named_only_where_a_single_change_reaches_the_fixture(exercised, expected):
    assert diagnose.only_change("a", (change("p"), change("q")), exercised) == expected
