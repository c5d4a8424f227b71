import pytest

from llmgate.retrieval import chunking


def split(text, size, overlap=0):
    return list(chunking.split(text, size=size, overlap=overlap))


def test_a_text_that_fits_is_one_chunk_without_the_space_around_it():
    assert split("\n Returns are free. \n", 40) == ["Returns are free."]


def test_a_text_of_white_space_has_no_chunk():
    assert split(" \n\n \t ", 3) == []


@pytest.mark.parametrize(
    ("text", "size", "first"),
    [
        ("One two. Three.\n\nFour five six", 24, "One two. Three."),
        ("One two. Three.\nFour five six", 24, "One two. Three."),
        ("One two three. Four five six", 24, "One two three."),
        ("One two three four five six", 18, "One two three"),
        ("Onetwothreefourfivesix", 10, "Onetwothre"),
    ],
    ids=["paragraph", "line", "sentence", "word", "nothing"],
)
def test_a_chunk_ends_at_the_best_mark_of_its_second_half(text, size, first):
    assert split(text, size)[0] == first


def test_a_mark_in_the_first_half_is_passed_over():
    assert split("One.\n\nTwo three four five", 16)[0] == "One.\n\nTwo three"


def test_an_overlap_begins_at_the_start_of_a_word():
    assert split("alpha beta gamma delta epsilon", 17, 8) == ["alpha beta gamma", "gamma delta", "delta epsilon"]


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_the_kind_of_line_ends_and_a_byte_order_mark_change_nothing(ends):
    plain = "One.\n\nTwo.\n"
    assert chunking.text_of(b"\xef\xbb\xbf" + plain.replace("\n", ends).encode()) == plain


@pytest.mark.parametrize(("size", "overlap"), [(99_999, 99_998), (50_000, 49_999), (7, 6), (1, 0)])
@pytest.mark.parametrize("text", ["a" * 100_000, "a b " * 25_000, " " * 100_000])
def test_hostile_settings_yield_a_bounded_multiple_of_the_text(text, size, overlap):
    chunks = split(text, size, overlap)
    assert sum(map(len, chunks)) <= 8 * len(text)
    assert all(0 < len(chunk) <= size for chunk in chunks)
