"""Python: which code a fixture asks for, what the code is told, and what its result means."""

from dataclasses import replace

import pytest

from llmgate.assertions import Assertion, Subject, python
from llmgate.assertions.subject import MAX_OUTPUT_CHARS
from llmgate.message import Message
from llmgate.trial import Remark, Retrieved
from tests.unit.assertions.traces import call, errors, request, trace

PATH = "file://checks/tone.py"
SHORT = "len(output) < 100"


def check(value=SHORT, **fields):
    return Assertion.model_validate({"type": "python", "value": value, **fields}).check


def graded(result=None, *, error=None, kind="python", output="Yes, please.", **fields):
    assertion = Assertion.model_validate({"type": kind, "value": SHORT, **fields})
    remarks = {assertion.check.key: Remark(result=result, error=error)}
    return assertion.grade(Subject(trace=trace(output, remarks=remarks)))


@pytest.mark.parametrize(
    ("result", "passed", "score", "otherwise"),
    [(True, True, 1, 0), (False, False, 0, 1), (0.25, True, 0.25, 0.25), (23, True, 1, 1), (-3, False, 0, 0)],
)
def test_the_negation_turns_the_verdict_around_and_keeps_a_score_that_is_a_number(result, passed, score, otherwise):
    grade, negated = graded(result), graded(result, kind="not-python")
    assert (grade.passed, grade.score) == (passed, score)
    assert (negated.passed, negated.score) == (not passed, otherwise)


def test_the_negation_of_a_mapping_keeps_its_score_and_compares_the_threshold_first():
    result = {"pass": True, "score": 0.4, "reason": "rude"}
    assert graded(result, kind="not-python", threshold=0.5).passed
    negated = graded(result, kind="not-python")
    assert (negated.passed, negated.score, negated.reason) == (False, 0.4, f'"{SHORT}": rude')


@pytest.mark.parametrize(
    ("value", "label"),
    [(PATH, "checks/tone.py:get_assert"), (f"{PATH}:kind", "checks/tone.py:kind"), (SHORT, f'"{SHORT}"')],
)
def test_a_reason_tells_which_code_of_the_fixture_it_is_of(value, label):
    assert graded(result=False, value=value).reason == f"{label}: it returns False"
    assert graded(error="NameError: x", value=value).error.startswith(f"{label}: NameError: x [check-failed]; ")
    assert graded(None, value=value).error.startswith(f"{label}: it returned nothing")


@pytest.mark.parametrize("kind", ["python", "not-python"])
def test_code_that_failed_or_returned_what_is_no_result_or_is_not_there_is_never_a_pass(kind):
    assert "checks/tone.py:3: ValueError" in graded(error="checks/tone.py:3: ValueError: x", kind=kind).error
    assert "it returned nothing" in graded(None, kind=kind).error
    nobody = Assertion.model_validate({"type": kind, "value": SHORT}).grade(Subject(trace=trace("Yes.")))
    assert (nobody.passed, 'the base has no Python code "len(output) < 100"' in nobody.error) == (False, True)


def test_a_named_score_is_a_metric_and_fails_nothing():
    grade = graded({"pass": True, "score": 1, "reason": "r", "named_scores": {"to\x1bne": 0, "length": 3}})
    assert [(part.metric, part.score, part.passed, part.weight) for part in grade.parts] == [
        ("length", 1, True, 0),
        ("to\ufffdne", 0, True, 0),
    ]


def test_hostile_reasons_are_made_printable_and_short():
    assert graded({"pass": False, "score": 0, "reason": "a\x1b[31m\n" + "x" * 5000}).reason.isprintable()
    assert graded(error="\x1b[2J" + "x" * 5000).error.isprintable()


def test_too_long_an_output_is_told_as_that():
    assert "characters" in graded(result=True, output="x" * (MAX_OUTPUT_CHARS + 1)).error


@pytest.mark.parametrize(
    "value",
    [
        *("file:///etc/passwd.py", "file://../tone.py", "file://checks/../tone.py", "file://./tone.py"),
        *("file://", "file://checks//tone.py", "file://checks\\tone.py", "file://to\nne.py", "file://tone.py/"),
        *("file://tone.js", "file://tone.txt", "file://tone.py:", "file://tone.py:a b", "file://tone.py:a.b.c"),
        *("", "  \n", "x" * (python.MAX_CODE_CHARS + 1), 1, True, ["x"], None),
    ],
)
def test_a_value_is_code_or_a_file_of_python_in_the_repository(value):
    assert [place for place, _ in errors({"type": "python", "value": value})] == [("value",)]


@pytest.mark.parametrize("field", [{"config": []}, {"threshold": "1"}, {"threshold": float("nan")}, {"words": 1}])
def test_other_fields_are_faults(field):
    assert len(errors({"type": "python", "value": SHORT, **field})) == 1


def test_code_is_named_by_its_file_and_function_or_by_its_very_text():
    assert check(PATH).code == check(PATH + ":get_assert").code != check(PATH + ":polite").code
    assert check().code == check(threshold=2, config={"a": 1}).code
    assert check().code != check(SHORT + " ").code


def test_the_question_is_the_code_with_its_config():
    assert check().key == check(threshold=0.5).key
    assert check().key != check(config={}).key
    assert check(config={"a": 1}).key != check(config={"a": 2}).key


def test_the_context_has_what_promptfoo_documents_as_far_as_it_is_here():
    seen = trace("Yes.", calls=[call(logprobs=(-0.5, -1.0))], request=request(user="May I?"))
    asked = check(config={"n": 1}).asked(Subject(trace=seen, variables={"a": 1}))
    assert asked == {
        "output": "Yes.",
        "context": {
            "prompt": "May I?",
            "vars": {"a": 1},
            "test": {"vars": {"a": 1}},
            "logProbs": [-0.5, -1.0],
            "config": {"n": 1},
        },
    }


def test_what_is_not_there_is_absent():
    assert python.context(Subject(trace=trace("Yes."))) == {"vars": {}, "test": {"vars": {}}}


def test_a_prompt_of_several_messages_is_json():
    seen = trace("Yes.", calls=[call()], request=request(system="Bé brief.", user="May I?"))
    assert python.context(Subject(trace=seen))["prompt"] == (
        '[{"role": "system", "content": "Bé brief."}, {"role": "user", "content": "May I?"}]'
    )


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_the_prompt_ends_before_the_models_own_turns(calls):
    def said(role, text):
        return Message.model_validate({"role": role, "content": text})

    earlier = (said("assistant", "Hello."), said("user", "May I?"))
    added = [said("assistant", "look"), said("tool", "14"), said("assistant", "look"), said("tool", "15")][: 2 * calls]
    seen = trace("Yes.", calls=[call()] * (calls + 1), request=request(*earlier, *added))
    prompt = python.context(Subject(trace=seen))["prompt"]
    assert prompt == '[{"role": "assistant", "content": "Hello."}, {"role": "user", "content": "May I?"}]'


def test_the_text_of_the_documents_is_the_variable_context_unless_the_fixture_has_one():
    seen = replace(trace("Yes."), documents=(Retrieved(id="a", text="A"), Retrieved(id="b", text="B")))
    assert python.context(Subject(trace=seen))["vars"] == {"context": "[a] A\n\n[b] B"}
    assert python.context(Subject(trace=seen, context="Joined."))["test"] == {"vars": {"context": "Joined."}}
    assert python.context(Subject(trace=seen, variables={"context": "own"}))["vars"] == {"context": "own"}
