from hypothesis import given
from hypothesis import strategies as st

from llmgate.retrieval import chunking

TEXTS = st.text(alphabet="ab .?!\n\t。", max_size=400)


@given(TEXTS, st.integers(1, 60), st.integers(0, 59))
def test_no_word_is_lost(text, size, overlap):
    """What is no white space comes in the chunks in the text's order, some of it more than once."""
    chunks = list(chunking.split(text, size=size, overlap=min(overlap, size - 1)))
    assert all(0 < len(chunk) <= size and chunk in text for chunk in chunks)
    told = iter("".join(chunks))
    assert all(char in told for char in text if not char.isspace())


@given(TEXTS, st.integers(1, 60))
def test_without_overlap_the_chunks_are_the_text(text, size):
    """Chunks put together are the text, but for white space."""
    joined = "".join(chunking.split(text, size=size))
    assert "".join(joined.split()) == "".join(text.split())
