"""A page within its size."""

import pytest

from llmgate.renderers import fitting
from llmgate.renderers.fitting import Block, Weight


def page(blocks, limit):
    return fitting.page(blocks, limit=limit, measure=fitting.utf16, elsewhere="See there.")


BLOCKS = [
    Block(text="a" * 100, weight=Weight.ALWAYS),
    Block(text="", weight=Weight.SUITE),
    Block(text="b" * 1_000, weight=Weight.EXAMPLE, name="example"),
    Block(text="c" * 1_000, weight=Weight.EXAMPLE, name="example"),
    Block(text="d" * 1_000, weight=Weight.TABLE, name="table"),
]
WHOLE = 100 + 3 * 1_000 + 3 * 2 + 1


def test_a_page_that_fits_exactly_is_whole():
    text, cut = page(BLOCKS, WHOLE)
    assert (len(text), cut) == (WHOLE, 0)


def test_a_page_that_is_one_too_long_loses_its_last_least_important_block():
    text, cut = page(BLOCKS, WHOLE - 1)
    assert cut == 1
    assert ("b" * 1_000 in text, "c" * 1_000 in text, "d" * 1_000 in text) == (True, False, True)
    assert text.endswith("*Cut to fit: 1 example. See there.*\n")


@pytest.mark.parametrize("limit", range(500, WHOLE + 50, 10))
def test_the_line_on_what_was_cut_fits_too(limit):
    text, _ = page(BLOCKS, limit)
    assert len(text) <= limit
    assert text.startswith("a" * 100)


def test_what_always_stays_stays_even_without_room():
    text, cut = page(BLOCKS, 10)
    assert cut == 3
    assert text == "a" * 100 + "\n\n*Cut to fit: 2 examples, 1 table. See there.*\n"


@pytest.mark.parametrize(("text", "units"), [("a", 1), ("é", 1), ("語", 1), ("🙂", 2), ("\ud800", 1)])
def test_a_letter_counts_as_many_units_as_it_has(text, units):
    assert fitting.utf16(text) == units
