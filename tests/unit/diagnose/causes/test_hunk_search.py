from __future__ import annotations

import math
import random

import pytest

from llmgate.diagnose.causes import hunk_search, likelihood
from llmgate.diagnose.causes.hunk_search import HunkSearch
from llmgate.diagnose.causes.swaps import BASE, HEAD
from tests.unit.diagnose import drawing

COUNT = 12


def begun(count: int = COUNT) -> HunkSearch:
    ends = likelihood.ends((10, 10), (0, 8))
    assert ends is not None
    return hunk_search.start(count, ends=ends, margin=0.10, alpha=0.05)


def searched(guilty: set[int], *, seed: int, count: int = COUNT) -> HunkSearch:
    def rate(name: str) -> float:
        present = {BASE: frozenset[int](), HEAD: frozenset(range(count))}
        held = present[name] if name in present else hunk_search.hunks_of(name)
        return drawing.BROKEN if guilty <= held else drawing.WELL

    return drawing.finished(begun(count), rate, random.Random(seed))


def is_shown(state: HunkSearch) -> bool:
    return state.breaks and state.suffices and state.is_minimal


@pytest.mark.parametrize("guilty", range(COUNT))
def test_the_guilty_hunk_is_found_wherever_it_stands(guilty: int) -> None:
    state = searched({guilty}, seed=guilty)
    assert (state.found, state.breaks, state.suffices) == ({guilty}, True, True)


@pytest.mark.parametrize("guilty", [{0, 11}, {4, 5}, {2, 7}])
def test_hunks_that_break_it_only_together_are_found_together(guilty: set[int]) -> None:
    state = searched(guilty, seed=3)
    assert (state.found, is_shown(state)) == (guilty, True)


def test_of_hunks_that_each_break_it_one_is_found_and_the_rest_is_not_called_well() -> None:
    ends = {BASE: drawing.WELL, HEAD: drawing.BROKEN}
    state = drawing.finished(
        begun(),
        lambda name: ends[name] if name in ends else drawing.BROKEN if {2, 9} & hunk_search.hunks_of(name) else 0.97,
        random.Random(5),
    )
    assert state.found in ({2}, {9})
    assert (state.breaks, state.suffices) == (True, False)


def test_a_single_guilty_hunk_of_twelve_takes_few_comparisons() -> None:
    """6 x log2(12) is 21.5; halving and its confirmation take about 7."""
    states = [searched({seed % COUNT}, seed=seed) for seed in range(60)]
    mean = sum(state.comparisons for state in states) / len(states)
    assert mean <= 6 * math.log2(COUNT) / 2
    assert sum(state.found == {seed % COUNT} for seed, state in enumerate(states)) >= 58


def test_a_wrong_hunk_is_hardly_ever_shown_to_be_it() -> None:
    wrong = sum(
        is_shown(state) and state.found != {seed % COUNT}
        for seed in range(60)
        for state in [searched({seed % COUNT}, seed=seed)]
    )
    assert wrong <= 3


def test_a_set_that_cannot_be_rendered_is_passed_over() -> None:
    """With the halves that split hunk 3 from hunk 4 not renderable, the search ends with both."""
    state = begun()
    chance = random.Random(1)
    for _ in range(400):
        if not (wanted := state.wanted):
            break
        drawn: dict[str, bool | None] = {}
        for name in wanted:
            held = {BASE: frozenset[int](), HEAD: frozenset(range(COUNT))}.get(name)
            held = hunk_search.hunks_of(name) if held is None else held
            torn = (3 in held) != (4 in held)
            drawn[name] = None if torn else chance.random() < (0.05 if 3 in held else 0.97)
        state = state.after(drawn)
    assert state.found is not None
    assert {3, 4} <= state.found
    assert state.breaks


def test_without_a_round_nothing_is_found_or_shown() -> None:
    state = begun()
    assert (state.found, state.breaks, state.suffices, state.is_minimal, state.comparisons) == (
        None,
        False,
        False,
        False,
        0,
    )


def test_ends_that_do_not_differ_give_no_search() -> None:
    assert likelihood.ends((5, 10), (5, 10)) is None
