from tests.unit.assertions.traces import passes


def test_one_text_in_any_case_is_enough():
    """promptfoo, deterministic#contains-any: "For case insensitive matching, use icontains-any"."""
    assert passes({"type": "icontains-any", "value": ["REFUND", "credit"]}, "a refund")
    assert not passes({"type": "icontains-any", "value": ["REFUND", "credit"]}, "nothing")
