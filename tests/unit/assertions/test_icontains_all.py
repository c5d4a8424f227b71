from tests.unit.assertions.traces import passes


def test_every_text_in_any_case_must_be_there():
    """promptfoo, deterministic: icontains-all, "output contains all list of substrings, case insensitive"."""
    assert passes({"type": "icontains-all", "value": ["REFUND", "credit"]}, "Credit or refund")
    assert not passes({"type": "icontains-all", "value": ["REFUND", "credit"]}, "refund")
