import pytest

from llmgate.redaction import Redactor
from llmgate.showing.cutting import MARGIN_CHARS, cutting


@pytest.mark.parametrize("length", [0, 9, 10, 11, MARGIN_CHARS + 10, MARGIN_CHARS + 11, 50_000])
def test_text_is_kept_to_its_limit_and_says_so_where_it_is_cut(length):
    told = cutting(str)("x" * length, 10)
    assert told == ("x" * length if length <= 10 else "x" * 9 + "…")


def test_only_what_can_matter_is_redacted():
    seen = []

    def redact(text):
        seen.append(len(text))
        return text

    cutting(redact)("x" * 10_000_000, 100)
    assert seen == [100 + MARGIN_CHARS]


@pytest.mark.parametrize("before", range(0, 120, 7))
def test_no_part_of_a_secret_is_left_at_a_cut(before):
    text = "y" * before + "topsecret" * 300
    assert "top" not in cutting(Redactor(["topsecret" * 300]).text)(text, 100)
