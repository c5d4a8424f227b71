"""Coded: which assertions code of the repository decides."""

from llmgate.assertions import Assertion, coded


def test_checks_in_sets_are_found_and_others_are_not():
    plain = {"type": "contains", "value": "x"}
    own = [{"type": "custom:polite"}, {"type": "not-python", "value": "file://a.py"}]
    inner = {"type": "assert-set", "assert": [own[0], plain]}
    written = [{"type": "assert-set", "assert": [inner, {"type": "llm-rubric", "value": "x"}]}, own[1], plain]
    found = coded.among([Assertion.model_validate(one) for one in written])
    assert [check.code for check in found] == ["polite", "file://a.py:get_assert"]
