import pytest

from llmgate.diagnose.reading.words import Text, is_evidence


@pytest.mark.parametrize(
    ("text", "part", "there"),
    [
        ("within 14 days of delivery", "14 days", True),
        ("within 14 calendar days", "14 days", True),
        ("within 14 weeks", "14 days", False),
        ("within 140 days", "14 days", False),
        ("within fourteen days", "14 days", False),
        ("in two weeks", "2 weeks", True),
        ("12 euros", "12 €", True),
        ("$12.00 each", "12 dollars", True),
        ("on 2026-03-12", "12 March", True),
        ("on 13 March", "12 March", False),
        ("The head of support is Dana Weber.", "Dana Weber", True),
        ("Weber, first name Dana", "Dana Weber", True),
        ("nothing", "no", False),
        ("No, thanks", "no", True),
        ("ANYTHING", "thing", False),
        ("x", "", False),
    ],
)
def test_a_short_text_stands_in_another_by_its_words_and_figures(text, part, there):
    assert Text(written=text).has(Text(written=part)) is there


@pytest.mark.parametrize(
    ("text", "says"),
    [("14", True), ("3 April", True), ("C42", True), ("red shoes", True), ("yes", False), ("Sorry", False)],
)
def test_a_single_plain_word_is_not_looked_for_in_documents(text, says):
    assert is_evidence(text) is says
