import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmgate.capture.drafts import blanks

NAMES = ["name", "question"]
FIRST, SECOND = blanks.marks(NAMES)


def test_values_are_what_stands_between_the_texts():
    marked = f"Hello {FIRST}!\nQuestion: {SECOND}\n"

    found = blanks.values([(marked, "Hello Ada!\nQuestion: Is it open?\n")], blanks.marks(NAMES))

    assert found == {"name": "Ada", "question": "Is it open?"}


@pytest.mark.parametrize(
    "text", ["Hallo Ada!\nQuestion: x\n", "Hello Ada!\nQuestion: x", "Hello Ada\nQuestion: x\n", ""]
)
def test_a_text_that_does_not_fit_has_no_values(text):
    assert blanks.values([(f"Hello {FIRST}!\nQuestion: {SECOND}\n", text)], blanks.marks(NAMES)) == {}


def test_two_blanks_side_by_side_cannot_be_told_apart():
    assert blanks.between(f"{FIRST}{SECOND}", "AdaBert") is None


def test_a_repeated_blank_must_have_one_value():
    marked = f"{FIRST} and {FIRST}"

    assert blanks.values([(marked, "a and a")], blanks.marks(NAMES)) == {"name": "a"}
    assert blanks.values([(marked, "a and b")], blanks.marks(NAMES)) == {}


def test_a_mark_that_nobody_gave_out_has_no_value():
    marked = f"\ue00099\ue001 in {FIRST}"

    assert blanks.values([(marked, "\ue00099\ue001 in French")], blanks.marks(NAMES)) == {}


def test_a_text_without_blanks_must_be_the_same():
    assert blanks.between("abc", "abc") == []
    assert blanks.between("abc", "abcd") is None


@given(st.lists(st.text(min_size=1), min_size=2, max_size=4), st.lists(st.text(), min_size=3, max_size=3))
def test_filling_in_what_was_found_gives_the_text_again(literals, values):
    """For all texts: where values are found, they make the text that they were read from."""
    marks = list(blanks.marks("abc"))[: len(literals) - 1]
    marked = "".join(part for pair in zip(literals, [*marks, ""], strict=True) for part in pair)
    assume(not any(mark in text for mark in marks for text in (*literals, *values)))
    text = marked
    for mark, value in zip(marks, values, strict=False):
        text = text.replace(mark, value)

    found = blanks.between(marked, text)

    assert found is not None
    for mark, value in found:
        marked = marked.replace(mark, value)
    assert marked == text
