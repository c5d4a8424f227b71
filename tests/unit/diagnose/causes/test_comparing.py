from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate.diagnose.causes import comparing, hunks

UNITS = st.lists(st.sampled_from(["a", "b", "c", "x1", "x2", "x3"]), max_size=25)


def rebuilt(old: list[str], new: list[str], *, anchored: bool) -> list[str]:
    """Apply every stretch to the old list; what is between must be the same in both."""
    found, at = [], 0
    swaps = comparing.parted(old, new) if anchored else comparing.differing(old, new)
    for swap in swaps:
        found += [*old[at : swap.old[0]], *new[slice(*swap.new)]]
        at = swap.old[1]
    return found + old[at:]


@given(old=UNITS, new=UNITS, anchored=st.booleans())
def test_the_stretches_make_one_list_of_the_other(*, old: list[str], new: list[str], anchored: bool) -> None:
    """However the lists are parted, the differing stretches are in order, and applying all of them gives the new."""
    assert rebuilt(old, new, anchored=anchored) == new


def test_long_lists_are_parted_at_what_both_have_once() -> None:
    old = [f"line {number}" for number in range(2_000)]
    new = [*old[:700], "other", *old[701:1_500], *old[1_501:]]
    found = [(swap.old, swap.new) for swap in comparing.differing(old, new)]
    assert found == [((700, 701), (700, 701)), ((1_500, 1_501), (1_500, 1_500))]


CHANCE = random.Random(1)
HOSTILE = {
    "one line, over and over": ("a\nb\n" * 1_950, "b\na\n" * 1_950),
    "two lines at random": tuple("".join(CHANCE.choice(["a\n", "b\n"]) for _ in range(3_900)) for _ in range(2)),
    "a line between any two": tuple("".join(f"a\n{end}{n}\n" for n in range(1_990)) for end in "xy"),
    "a million sentences": (". " * 500_000 + "x", ". " * 500_000 + "y"),
    "sentences at random": tuple("".join(CHANCE.choice(["a. ", "b. "]) for _ in range(20_000)) for _ in range(2)),
    "white space": ("." + " " * 500_000, "!" + " " * 500_000 + "y"),
    "short lines": ("a\n" * 500_000, "b\n" * 500_000),
    "long lines of words": (" ".join(f"w{n}" for n in range(90_000)), " ".join(f"w{n}" for n in range(90_001))),
    "just enough to be compared": tuple("".join(f"a. {end}{n}. " for n in range(249)) for end in "xy"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_any_texts_are_compared_in_a_few_seconds(name: str) -> None:
    before, after = HOSTILE[name]
    begun = time.process_time()
    edit = hunks.between({"p": (before, after)})
    assert time.process_time() - begun < 10
    assert edit.applied(range(len(edit.hunks))) == {"p": after}
