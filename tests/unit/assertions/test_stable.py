import pytest

from llmgate.assertions import Assertion, Subject, stable
from llmgate.message import ToolCallPart
from llmgate.trial import Miss, MissKind, Repeat
from tests.unit.assertions.traces import errors, grade, passes, trace

MISS = Miss(kind=MissKind.UNRECORDED_CALL, message="no result")
MARKS = "a" + "\u0301\u0316" * 20


def repeats(*outputs):
    """Further answers: texts, or what ended without one."""
    return tuple(Repeat(output=one) if isinstance(one, str) else one for one in outputs)


def called(*wanted):
    return tuple(ToolCallPart(name=name, arguments=arguments) for name, arguments in wanted)


# what is written, all outputs in order, and how many agree
TABLE = [
    ({}, ["a", "a", "a"], 3),
    ({}, ["a", "a", "b"], 2),
    ({}, ["b", "a", "a"], 2),
    ({}, ["a", "b", "c"], 1),
    ({}, ["", "", ""], 3),
    ({}, ["", " \n", "\u2003"], 3),
    ({}, ["", "a", ""], 2),
    ({}, [" a\n b", "a b", "a\u00a0\tb "], 3),
    ({}, ["a b", "ab", "a  b"], 2),
    ({}, ["caf\u00e9", "cafe\u0301", "cafe"], 2),
    ({}, ["\u212b", "\u00c5", "A\u030a"], 3),
    ({}, ["\uac00", "\u1100\u1161", "x"], 2),
    ({}, ["\ufb01", "fi", "fi"], 2),
    ({}, ["A", "a", "a"], 2),
    ({}, ["\ud800", "\ud800", "\ufffd"], 2),
    ({}, ["14", "14.0", "14"], 2),
    ({}, [MARKS, MARKS, "a" + "\u0316\u0301" * 20], 2),
    ({"ignore_case": True}, ["YES", "yes", "Yes"], 3),
    ({"ignore_case": True}, ["Stra\u00dfe", "STRASSE", "strasse"], 3),
    ({"ignore_case": True}, ["\u00c9t\u00e9", "E\u0301TE\u0301", "\u00e9te"], 2),
    ({"ignore_case": True}, ["\u1f80", "\u03b1\u0313\u0399", "\u1f88"], 3),
    ({"pick": "([0-9]+) days"}, ["In 14 days.", "14 days it is", "Within 14 days"], 3),
    ({"pick": "([0-9]+) days"}, ["In 14 days.", "30 days", "Within 14 days"], 2),
    ({"pick": "([0-9]+) days"}, ["14 days", "no idea", "no idea"], 1),
    ({"pick": "([0-9]+) days"}, ["none", "none", "none"], 1),
    ({"pick": "([0-9]+)"}, ["14 or 30", "14", "30"], 2),
    ({"pick": "(?s).*([0-9])"}, ["1 2\n3", "3", "a 3 b"], 3),
    ({"pick": "is(?: it)? (.*)"}, ["is a  b", "is it a b", "is a"], 2),
    ({"pick": "x(y)?"}, ["x", "x", "xy"], 1),
    ({"pick": "x(y*)"}, ["x", "x", "xy"], 2),
    ({"pick": "(é+)"}, ["né", "né!", "e"], 2),
    ({"pick": "(?i)answer: (\\w+)", "ignore_case": True}, ["Answer: Yes", "ANSWER: YES", "answer: no"], 2),
    ({"compare": "json"}, ['{"a": 1, "b": [2]}', '{"b":[2.0],"a":1.0}', ' {"a":1,\n"b":[2]}'], 3),
    ({"compare": "json"}, ["[1, 2]", "[2, 1]", "[1,2]"], 2),
    ({"compare": "json"}, ["1", "true", '"1"'], 1),
    ({"compare": "json"}, ['"\\u00e9"', '"é"', '"e"'], 2),
    ({"compare": "json"}, ['{"a": 1}', 'It is {"a": 1}', '```json\n{"a": 1}\n```'], 1),
    ({"compare": "json"}, ["no JSON", "no JSON", "no JSON"], 1),
    ({"compare": "json"}, ["", "", ""], 1),
    (
        {"compare": "json", "pick": "(?s)```json\n(.*)```"},
        ['```json\n{"a": 1}\n```', 'So:\n```json\n{"a":1}```', "x"],
        2,
    ),
]


@pytest.mark.parametrize(("written", "outputs", "agreed"), TABLE)
def test_the_score_is_the_share_that_agrees_with_the_most_frequent_answer(written, outputs, agreed):
    seen = {"repeats": repeats(*outputs[1:])}
    judged = grade({"type": "stable", **written}, outputs[0], **seen)
    assert judged.score == agreed / 3
    assert passes({"type": "stable", **written}, outputs[0], **seen) is (agreed == 3)
    assert passes({"type": "stable", **written, "threshold": 0.6}, outputs[0], **seen) is (agreed >= 2)


@pytest.mark.parametrize(
    ("others", "agreed"),
    [
        ([[("a", {"x": 1})], [("a", {"x": 1.0})]], 3),
        ([[("a", {"x": 1})], [("a", {"x": 2})]], 2),
        ([[("a", {"x": 1})], []], 2),
        ([[("a", {"x": "1"})], [("A", {"x": 1})]], 1),
        ([[("a", {"x": 1}), ("b", None)], [("b", None), ("a", {"x": 1})]], 1),
    ],
)
def test_tool_calls_are_compared_by_name_arguments_and_order_whatever_is_said(others, agreed):
    further = tuple(Repeat(output=f"{place}", tool_calls=called(*wanted)) for place, wanted in enumerate(others))
    judged = grade({"type": "stable", "compare": "tool-calls"}, "x", tools_called=[("a", {"x": 1})], repeats=further)
    assert judged.score == agreed / 3


def test_answers_without_tool_calls_agree_on_them():
    assert passes({"type": "stable", "compare": "tool-calls"}, "a", repeats=repeats("b", "c"))


@pytest.mark.parametrize("written", [{}, {"compare": "json"}, {"compare": "tool-calls"}, {"pick": "(1*)"}])
def test_misses_agree_with_no_other_answer_and_not_with_each_other(written):
    missed = Repeat(output="1", miss=MISS)
    judged = grade({"type": "stable", "n": 4, **written}, "1", repeats=(missed, missed, missed))
    assert (judged.passed, judged.score, judged.error) == (False, 0.25, None)
    assert "a miss (unrecorded_call: no result)" in judged.reason


@pytest.mark.parametrize(("n", "threshold", "agreed", "expected"), [(10, 0.7, 7, True), (10, 0.7, 6, False)])
def test_a_share_that_is_just_the_threshold_passes(n, threshold, agreed, expected):
    outputs = ["a"] * agreed + [f"{number}" for number in range(n - agreed)]
    written = {"type": "stable", "n": n, "threshold": threshold}
    assert passes(written, outputs[0], repeats=repeats(*outputs[1:])) is expected


def test_a_check_looks_at_its_own_number_of_answers():
    seen = {"repeats": repeats("a", "b", Repeat(error="gone"))}
    assert passes({"type": "stable", "n": 2}, "a", **seen)
    assert not passes({"type": "stable", "n": 3}, "a", **seen)
    assert grade({"type": "stable", "n": 4}, "a", **seen).error.startswith(
        "only 3 of 4 answers came: gone [too-few-answers]; "
    )


@pytest.mark.parametrize("kind", ["stable", "not-stable"])
@pytest.mark.parametrize("further", [[], ["a"], [Repeat(error="503")], ["a", Repeat(error="503")]])
def test_an_answer_that_could_not_be_had_leaves_nothing_to_judge(kind, further):
    judged = grade({"type": kind}, "a", repeats=repeats(*further))
    assert not judged.passed
    assert judged.error is not None


@pytest.mark.parametrize("outputs", [["y" * 500_001, "a"], ["a", "y" * 500_001]])
def test_an_answer_that_is_too_long_cannot_be_judged_wherever_it_stands(outputs):
    seen = {"repeats": repeats(outputs[1])}
    assert "500001 characters" in grade({"type": "stable", "n": 2}, outputs[0], **seen).error
    assert grade({"type": "stable", "n": 2, "compare": "tool-calls"}, outputs[0], **seen).passed


@pytest.mark.parametrize("deep", ["[" * 70 + "]" * 70, "1e999", "9" * 500])
def test_json_that_is_not_read_cannot_be_judged(deep):
    assert grade({"type": "stable", "n": 2, "compare": "json"}, "1", repeats=repeats(deep)).error is not None


@pytest.mark.parametrize(
    ("outputs", "reason"),
    [
        (["a", "a", "a"], '3 of 3 answers agree on "a"; the threshold is 1'),
        (["a", "b", "b"], '2 of 3 answers agree on "b", not "a"; the threshold is 1'),
        (["a", "b", "c"], 'no two of 3 answers agree: "a", "b", "c"; the threshold is 1'),
    ],
)
def test_the_reason_tells_what_was_answered(outputs, reason):
    assert grade({"type": "stable"}, outputs[0], repeats=repeats(*outputs[1:])).reason == reason


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ({"n": 1}, "greater than or equal to 2"),
        ({"n": 11}, "less than or equal to 10"),
        ({"n": 3.0}, "valid integer"),
        ({"threshold": 1.1}, "less than or equal to 1"),
        ({"threshold": 0}, "any 3 answers reach a threshold of 0"),
        ({"n": 4, "threshold": 0.25}, "any 4 answers reach a threshold of 0.25"),
        ({"compare": "meaning"}, "'text', 'json' or 'tool-calls'"),
        ({"pick": "a"}, "the pattern has 0 groups"),
        ({"pick": "(a)(b)"}, "the pattern has 2 groups"),
        ({"pick": "(a(?=b))"}, "not a regular expression"),
        ({"pick": "(a)", "compare": "tool-calls"}, "pick takes a part of the output"),
        ({"ignore_case": True, "compare": "json"}, "ignore_case is for compare: text"),
        ({"ignore_case": "yes"}, "valid boolean"),
        ({"value": "a"}, "not permitted"),
    ],
)
def test_what_could_not_fail_or_means_nothing_is_a_fault(written, word):
    [(_, message)] = errors({"type": "stable", **written})
    assert word in message


def test_a_fixture_needs_as_many_answers_as_the_check_that_compares_most_even_in_a_set():
    one, most = {"type": "stable", "n": 2}, {"type": "not-stable", "n": 5}
    written = [{"type": "contains", "value": "a"}, one, {"type": "assert-set", "assert": [most, one]}]
    assert stable.answers(map(Assertion.model_validate, written)) == 5
    assert stable.answers(map(Assertion.model_validate, written[:1])) == 1


def test_what_an_answer_needs_is_told_without_any():
    assert "1 of 3 times" in Assertion.model_validate({"type": "stable"}).grade(Subject(trace=trace("a"))).error
