import pytest

from tests.unit.assertions.traces import errors, grade, passes


def test_the_pattern_may_match_anywhere():
    """promptfoo, deterministic#regex: "checks if the LLM output matches the provided regular expression"."""
    assert passes({"type": "regex", "value": r"\d{4}"}, "in 2026")
    assert not passes({"type": "regex", "value": r"\d{4}"}, "in 202")


@pytest.mark.parametrize(
    ("pattern", "output", "expected"),
    [
        ("^b", "a\nb", False),
        ("(?m)^b", "a\nb", True),
        ("a.b", "a\nb", False),
        ("(?s)a.b", "a\nb", True),
        ("a$", "a\n", False),
        ("A", "a", False),
        ("(?i)A", "a", True),
        (r"^\d$", "٣", False),
        ("^.$", "ä", True),
    ],
)
def test_defaults_are_those_of_javascript_without_flags(pattern, output, expected):
    assert passes({"type": "regex", "value": pattern}, output) is expected


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)", "(?<!a)b", "(", "a{2000}", "[z-a]"])
def test_what_re2_lacks_is_a_fault_when_the_fixture_is_read(pattern):
    [(place, message)] = errors({"type": "regex", "value": pattern})
    assert place == ("value",)
    assert "RE2" in message


def test_the_fault_tells_the_remedy():
    [(_, message)] = errors({"type": "regex", "value": "(?=a)"})
    assert "look-around" in message
    assert "https://github.com/google/re2/wiki/Syntax" in message


def test_a_very_long_pattern_is_a_fault():
    [(_, message)] = errors({"type": "regex", "value": "a" * 1_001})
    assert "1001 characters" in message


def test_half_a_surrogate_pair_in_the_output_is_matched_as_the_replacement_character():
    assert passes({"type": "regex", "value": "^x\ufffdy$"}, "x\ud800y")


def test_a_large_pattern_cannot_judge_a_very_long_output():
    judged = grade({"type": "regex", "value": "(?:.*a[ab]{900})(?:.*a[ab]{900})z"}, "ab" * 200_000)
    assert judged.error is not None
    assert "too large" in judged.error
