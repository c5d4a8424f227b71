"""A short run over every surface, and what the long one does with a case that fails."""

import random

import pytest
from hypothesis import strategies as st

from tests.fuzz import __main__ as command
from tests.fuzz import trying
from tests.fuzz.surface import Surface
from tests.fuzz.surfaces import SURFACES

FIRST_SEED = 20261126


@pytest.mark.fuzz
@pytest.mark.parametrize("name", SURFACES)
def test_what_is_tried_on_a_surface_fails_nowhere(name, tmp_path):
    surface = SURFACES[name]
    tried = trying.by_hypothesis(surface, seconds=0, first_seed=FIRST_SEED, folder=tmp_path, most=60)
    assert (tried.examples >= 60, tried.found) == (True, None)


def refuses(number):
    def check(case):
        assert len(case) < number

    return Surface(name="letters", about="letters", cases=st.text("ab", max_size=20), check=check)


def test_the_smallest_case_that_fails_is_kept_and_can_be_checked_again(tmp_path):
    surface = refuses(3)
    tried = trying.by_hypothesis(surface, seconds=60, first_seed=1, folder=tmp_path)
    assert tried.found.read_text() == "'aaa'\n"
    assert "AssertionError" in tried.found.with_suffix(".txt").read_text()
    with pytest.raises(AssertionError):
        trying.again(surface, tried.found)


def test_bytes_are_the_choices_of_the_strategy_and_a_case_that_fails_is_kept(tmp_path):
    fuzzed = trying.fuzzed(refuses(3), tmp_path)
    fuzzed(b"")
    chance = random.Random(1)
    with pytest.raises(AssertionError):
        any(fuzzed(chance.randbytes(300)) for _ in range(100))
    assert [path.suffix for path in sorted(tmp_path.iterdir())] == [".py", ".txt"]


def test_a_case_that_takes_too_long_fails():
    def hang():
        while True:
            pass

    with pytest.raises(trying.TooSlow), trying.limited(0.05):
        hang()


def test_a_failure_makes_the_command_fail_and_names_its_case(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(SURFACES, "documents", refuses(3))
    words = ["--minutes", "0.1", "--only", "documents", "--seed", "1", "--found", str(tmp_path)]
    assert command.main(words) == 1
    (case,) = tmp_path.glob("*.py")
    assert f"FAILED, see {case}" in capsys.readouterr().out


def test_a_surface_that_holds_is_told_with_its_figures(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(SURFACES, "documents", refuses(30))
    assert command.main(["--minutes", "0.001", "--only", "documents", "--seed", "1", "--found", str(tmp_path)]) == 0
    assert "1,000 examples" in capsys.readouterr().out
