from llmgate.assertions.llm_rubric import LlmRubric
from llmgate.diagnose.reading import expected, seen
from llmgate.diagnose.reading.words import Text
from tests.unit.diagnose import trials


def looked(output, *asserts, **content):
    made = trials.fixture(asserts=asserts, **content)
    return seen.of(trials.graded(made, output), made)


def test_assertions_of_a_set_that_failed_are_paired_with_their_grades():
    parts = [{"type": "contains", "value": "a"}, {"type": "contains", "value": "b"}, {"type": "contains", "value": "c"}]
    found = looked("b", {"type": "assert-set", "assert": parts})
    assert [each.assertion.check.value for each in found.failures] == ["a", "c"]


def test_assertions_that_failed_within_a_set_that_passed_did_not_fail():
    parts = [{"type": "contains", "value": "a"}, {"type": "contains", "value": "b"}]
    found = looked("b", {"type": "assert-set", "threshold": 0.5, "assert": parts}, {"type": "contains", "value": "z"})
    assert [each.assertion.check.value for each in found.failures] == ["z"]


def test_a_set_that_must_not_pass_and_did_is_the_failure():
    found = looked("a", {"type": "not-assert-set", "assert": [{"type": "contains", "value": "a"}]})
    assert [each.grade.assertion for each in found.failures] == ["not-assert-set"]


def shown(found):
    return [(one.shown, one.met, one.forbidden) for one in found]


def test_what_is_expected_is_taken_from_every_kind_of_assertion_that_names_a_text():
    found = looked(
        '{"days": 30}',
        {"type": "contains-all", "value": ["30", "weeks"]},
        {"type": "contains-any", "value": ["xx", "zz"]},
        {"type": "not-contains", "value": "30"},
        {"type": "equals", "value": {"days": 14, "free": True}},
        {"type": "regex", "value": "\\b4\\b"},
    )
    assert shown(found.expected) == [
        ("30", True, False),
        ("weeks", False, False),
        ("xx or zz", False, False),
        ("30", False, True),
        ("14", False, False),
        ("\\b4\\b", False, False),
    ]


def test_what_stands_there_in_another_writing_is_not_missing():
    found = looked("It is 1,299.00 euros.", {"type": "contains", "value": "1299"}, {"type": "contains", "value": "15"})
    assert [one.shown for one in found.missing] == ["15"]


def test_a_right_answer_is_what_is_expected_where_no_assertion_names_a_text():
    content = {"observed": {"expected": "By 3 May, within 14 days."}}
    found = looked("In 30 days.", {"type": "word-count", "value": 9}, **content)
    assert [one.shown for one in found.expected] == ["3 May", "14 day"]


def test_a_criterion_for_a_judge_says_what_is_expected_where_it_asks_for_it():
    check = LlmRubric(value="Says 14 days. Does not say 30 days.")
    found = expected.of_check("llm-rubric", check, Text(written="x"), reason="", passed=False)
    assert [(one.shown, one.weak) for one in found] == [("14 day", True)]
