from tests.unit.assertions.traces import errors, grade, passes


def test_one_of_the_texts_is_enough():
    """promptfoo, deterministic#contains-any: "contains at least one of the specified values"."""
    assert passes({"type": "contains-any", "value": ["a fortnight", "14 days"]}, "in 14 days")
    assert not passes({"type": "contains-any", "value": ["a fortnight", "14 Days"]}, "in 14 days")


def test_negated_none_may_be_there():
    assert grade({"type": "not-contains-any", "value": ["x", "y"]}, "z").passed
    assert not grade({"type": "not-contains-any", "value": ["x", "y"]}, "xz").passed


def test_a_text_with_commas_is_not_taken_for_a_list():
    """promptfoo, deterministic#contains-any: "Use the structured assertion form in YAML configs"."""
    assert errors({"type": "contains-any", "value": "a,b"}) == [(("value",), "Value error, expected a list")]


def test_an_empty_list_is_a_fault():
    assert errors({"type": "contains-any", "value": []})
