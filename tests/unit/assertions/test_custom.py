"""Custom: what a class's result means, and what of it is no result."""

from dataclasses import replace

import jsonschema
import pytest
from pydantic import TypeAdapter

from llmgate.assertions import Assertion, Subject, custom, embedded, model_graded
from llmgate.assertions.subject import MAX_OUTPUT_CHARS
from llmgate.message import Message
from llmgate.trial import Remark, Retrieved
from tests.unit.assertions.traces import trace

POLITE = {"type": "custom:polite", "value": ["please"]}


def graded(result=None, *, error=None, type="custom:polite", output="Yes, please.", **fields):  # noqa: A002 - as in YAML
    assertion = Assertion.model_validate({**POLITE, "type": type, **fields})
    remarks = {assertion.check.key: Remark(result=result, error=error)}
    return assertion.grade(Subject(trace=trace(output, remarks=remarks)))


@pytest.mark.parametrize(
    ("result", "fields", "passed", "score"),
    [
        (True, {}, True, 1),
        (False, {}, False, 0),
        (True, {"threshold": 0.5}, True, 1),
        (False, {"threshold": 0}, False, 0),
        (1, {}, True, 1),
        (0, {}, False, 0),
        (0.01, {}, True, 0.01),
        (0.49, {"threshold": 0.5}, False, 0.49),
        (0.5, {"threshold": 0.5}, True, 0.5),
        (0, {"threshold": 0}, True, 0),
        ({"passed": True}, {}, True, 1),
        ({"passed": False, "reason": "rude"}, {}, False, 0),
        ({"score": 0.4}, {}, True, 0.4),
        ({"passed": True, "score": 0}, {}, True, 0),
        ({"passed": True, "score": 0.4}, {"threshold": 0.5}, False, 0.4),
        ({"passed": False, "score": 0.9}, {"threshold": 0.5}, False, 0.9),
    ],
)
def test_a_result_is_a_verdict_and_a_score(result, fields, passed, score):
    grade = graded(result, **fields)
    assert (grade.passed, grade.score, grade.error) == (passed, score, None)


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (None, "returned nothing"),
        ("pass", "returned text"),
        ([True], "returned a list"),
        ({}, "with the keys nothing"),
        ({"reason": "fine"}, 'with the keys "reason"'),
        ({"pass": True}, 'with the keys "pass"'),
        ({"passed": 1}, "no truth value"),
        ({"passed": None, "score": None}, "`score` is no number"),
        ({"passed": True, "reason": 5}, "`reason` no text"),
        ({"score": True}, "`score` is no number"),
        (1.5, "not from 0 to 1"),
        (-1, "not from 0 to 1"),
        (float("nan"), "not from 0 to 1"),
        (10**400, "not from 0 to 1"),
    ],
)
@pytest.mark.parametrize("kind", ["custom:polite", "not-custom:polite"])
def test_any_other_result_cannot_judge(result, told, kind):
    grade = graded(result, type=kind)
    assert not grade.passed
    assert told in grade.error


@pytest.mark.parametrize("kind", ["custom:polite", "not-custom:polite"])
def test_a_class_that_failed_or_is_not_there_is_never_a_pass(kind):
    assert "checks/polite.py:3: ValueError" in graded(error="checks/polite.py:3: ValueError: x", type=kind).error
    nobody = Assertion.model_validate({**POLITE, "type": kind}).grade(Subject(trace=trace("Yes.")))
    assert (nobody.passed, "the base has no assertion 'polite'" in nobody.error) == (False, True)


@pytest.mark.parametrize("name", ["inquiry", "refute", "compared", "texts", "value", "assertions"])
def test_a_field_of_any_name_makes_it_no_other_kind_of_check(name):
    """A class may be given a field that is named like a method of ours; no method is looked for in it."""
    assertion = Assertion.model_validate({"type": "not-custom:within", name: "x"})
    assert not list(model_graded.asking([assertion]))
    assert not list(embedded.among([assertion]))
    assert model_graded.measured([assertion]) == (assertion,)
    subject = Subject(trace=trace("x", remarks={assertion.check.key: Remark(result=False)}))
    assert (assertion.grade(subject).passed, assertion.grade(subject).error) == (True, None)


def test_the_negation_turns_verdict_and_score_around():
    grade = graded({"passed": False, "score": 0.25, "reason": "rude"}, type="not-custom:polite")
    assert (grade.passed, grade.score, grade.reason) == (True, 0.75, "rude")


def test_a_reason_does_not_repeat_the_name_that_stands_before_it():
    assert graded(result=False).reason == "it says False"
    assert graded(error="ValueError: x").error.startswith("ValueError: x [check-failed]; ")
    assert graded(["x"]).error.startswith("it returned a list")


def test_hostile_reasons_are_made_printable_and_short():
    assert graded({"passed": False, "reason": "a\x1b[31m\n" + "x" * 5000}).reason.isprintable()
    assert graded(error="\x1b[2J" + "x" * 5000).error.isprintable()


def test_too_long_an_output_is_told_as_that():
    assert "characters" in graded(result=True, output="x" * (MAX_OUTPUT_CHARS + 1)).error


@pytest.mark.parametrize("kind", ["custom:", "custom:../x", "custom:a b", "custom:" + "a" * 81])
def test_a_name_is_a_name_of_the_configuration(kind):
    with pytest.raises(ValueError, match="custom:name"):
        Assertion.model_validate({"type": kind})


@pytest.mark.parametrize("field", ["a-b", "class", "1", "__init__", "custom:name2", ""])
def test_a_field_can_be_a_parameter(field):
    with pytest.raises(ValueError, match="cannot be a parameter"):
        Assertion.model_validate({"type": "custom:polite", field: 1})


def test_fields_are_kept_with_the_fixture_and_are_part_of_the_question():
    one, other = (Assertion.model_validate({"type": "custom:polite", "checker": n, "threshold": 0.5}) for n in (1, 2))
    assert one.model_dump(mode="json") == {"type": "custom:polite", "checker": 1, "threshold": 0.5}
    assert one.check.given == {"checker": 1}
    assert one.check.key != other.check.key
    assert one != other


def test_the_name_is_told_by_the_type_alone():
    assert Assertion.model_validate({"type": "not-custom:a", "custom:name": "b"}).check.checker == "a"


@pytest.mark.parametrize("kind", ["custom:polite", "not-custom:polite"])
def test_its_fields_fit_the_json_schema_whatever_their_names(kind):
    schema = jsonschema.Draft202012Validator(TypeAdapter(Assertion).json_schema())
    schema.validate({"type": kind, "threshold": 0.5, "words": ["a"], "weight": 2})
    assert not schema.is_valid({"type": kind, "threshold": 2})
    assert not schema.is_valid({"type": "custom:"})


def test_the_context_holds_the_trial_and_nothing_that_tells_the_arms_apart():
    seen = replace(
        trace("Yes.", tools_called=[("look", {"n": 1})]), documents=(Retrieved(id="a", text="A", score=0.5),)
    )
    messages = (
        Message.model_validate({"role": "user", "content": "First?"}),
        Message.model_validate({"role": "assistant", "content": "1"}),
    )
    assert custom.context(Subject(trace=seen, variables={"a": 1}, messages=messages)) == {
        "fixture": seen.trial.fixture,
        "question": "First?",
        "variables": {"a": 1},
        "documents": [{"id": "a", "text": "A", "score": 0.5}],
        "tool_calls": [{"name": "look", "arguments": {"n": 1}}],
    }
    assert custom.context(Subject(trace=seen, variables={"question": "Q"}, messages=messages))["question"] == "Q"
