from tests.unit.assertions.traces import errors, grade, passes


def test_a_text_inside_of_the_output_is_found():
    """promptfoo, deterministic#contains: "checks if the LLM output contains the expected value"."""
    assert passes({"type": "contains", "value": "14 days"}, "Within 14 days.")
    assert not passes({"type": "contains", "value": "14 days"}, "Within 30 days.")


def test_case_counts():
    assert not passes({"type": "contains", "value": "Days"}, "14 days")


def test_a_whole_number_is_looked_for_as_its_digits():
    """promptfoo, deterministic#contains: "Numbers are converted to strings"."""
    assert passes({"type": "contains", "value": 0}, "10 of 10")
    assert not passes({"type": "contains", "value": 0}, "nine")


def test_a_value_that_yaml_would_change_must_be_quoted():
    for value in (1.5, True, None):
        [(place, message)] = errors({"type": "contains", "value": value})
        assert place == ("value",)
        assert "quotes" in message


def test_an_empty_text_is_a_fault():
    assert errors({"type": "contains", "value": ""})


def test_the_reason_says_what_is_missing_and_is_true_of_the_negation_too():
    assert grade({"type": "contains", "value": "14 days"}, "no").reason == 'the output lacks "14 days"'
    assert grade({"type": "not-contains", "value": "14 days"}, "14 days").reason == 'the output has "14 days"'
