from tests.unit.assertions.traces import passes


def test_case_does_not_count():
    """promptfoo, deterministic#contains: "The icontains is the same, except it ignores case"."""
    assert passes({"type": "icontains", "value": "REFUND"}, "A refund is due.")
    assert passes({"type": "icontains", "value": "straße"}, "STRAße")
    assert not passes({"type": "icontains", "value": "refund"}, "A credit is due.")


def test_sharp_s_and_double_s_stay_apart_as_in_javascript():
    assert not passes({"type": "icontains", "value": "strasse"}, "Straße")
