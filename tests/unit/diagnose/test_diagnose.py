import pytest

from llmgate import diagnose
from llmgate.changes import Change, Happened, Kind
from llmgate.trial import Arm, Grade, Graded, Outcome, Trace, Trial


def grade(name, *, passed=False, **changes):
    return Grade(assertion=name, passed=passed, score=float(passed), reason="why", **changes)


def graded(*grades):
    trace = Trace(trial=Trial(fixture="a", arm=Arm.HEAD, index=0))
    return Graded(trace=trace, outcome=Outcome.FAILED, score=0.0, grades=grades)


def change(unit):
    return Change(kind=Kind.PROMPT, unit=f"prompt:{unit}", path=unit, happened=Happened.MODIFIED)


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
