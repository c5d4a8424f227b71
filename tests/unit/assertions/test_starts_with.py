from tests.unit.assertions.traces import passes


def test_the_output_begins_with_the_text():
    """promptfoo, deterministic#starts-with: "checks if the LLM output begins with the specified string"."""
    assert passes({"type": "starts-with", "value": "Yes"}, "Yes, it is.")
    assert not passes({"type": "starts-with", "value": "Yes"}, "Oh Yes")


def test_case_and_space_before_it_count():
    assert not passes({"type": "starts-with", "value": "Yes"}, " Yes")
    assert not passes({"type": "starts-with", "value": "Yes"}, "yes")
