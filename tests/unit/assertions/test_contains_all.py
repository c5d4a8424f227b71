from tests.unit.assertions.traces import grade, passes


def test_every_text_must_be_there():
    """promptfoo, deterministic#contains-all: "contains all of the specified values"."""
    assert passes({"type": "contains-all", "value": ["1,000", "in stock"]}, "in stock: 1,000")
    assert not passes({"type": "contains-all", "value": ["1,000", "in stock"]}, "1,000")


def test_the_reason_lists_what_is_missing_and_stays_short():
    reason = grade({"type": "contains-all", "value": ["here", *map(str, range(100, 900))]}, "here").reason
    assert reason.startswith('the output lacks "100", "101"')
    assert reason.endswith("and 795 more")
