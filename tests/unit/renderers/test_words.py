"""Which words of an answer went and came."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate.prompts.wording import Fate, Segment
from llmgate.renderers import words

LONG = "The invoice for order A17 was sent to your address on 12 {} and you can pay it within 14 days."


def told(before, after):
    return "\n".join(words.lines(before, after))


def test_where_most_of_a_sentence_stays_only_the_words_that_differ_are_marked():
    assert words.runs(LONG.format("March"), LONG.format("April")) == (
        Segment(Fate.KEPT, "The invoice for order A17 was sent to your address on 12 "),
        Segment(Fate.REMOVED, "March "),
        Segment(Fate.ADDED, "April "),
        Segment(Fate.KEPT, "and you can pay it within 14 days.\n"),
    )


def test_a_sentence_of_which_hardly_a_word_stays_is_shown_whole_before_and_after():
    before = "You can return it within 14 days, because EU rules apply to Berlin."
    after = "You can return any item within 30 days. I hope that helps."
    assert told(before, after) == f"- {before}\n+ You can return any item within 30 days.\n+ I hope that helps."


def test_a_word_between_two_changes_is_a_part_of_the_change():
    before, after = (f"one two three four {a} the {b} five six seven eight" for a, b in ("xy", "pq"))
    assert told(before, after) == "  one two three four\n- x the y\n+ p the q\n  five six seven eight"


def test_equal_sentences_are_printed_once():
    assert told("Yes. It is red.", "Yes. It was sold.") == "  Yes.\n- It is red.\n+ It was sold."


def test_a_line_break_is_not_a_part_of_the_words_beside_it():
    assert told('{"a": 1}', '```json\n{"a": 1}\n```') == '+ ```json\n  {"a": 1}\n+ ```'


def test_a_sentence_without_spaces_is_shown_whole():
    shown = told("返品は14日以内に可能です。以上です。", "返品は30日以内に可能です。以上です。")
    assert shown == "- 返品は14日以内に可能です。\n+ 返品は30日以内に可能です。\n  以上です。"


def test_empty_lines_are_left_out():
    assert told("Yes, it is.\n\n  \nBye", "Yes, it is. \nBye now") == "  Yes, it is.\n- Bye\n+ Bye now"


def test_answers_that_differ_in_white_space_alone_say_so():
    assert told("one\ntwo", "one\n\ntwo") == "  one\n  two\n  … they differ in white space alone …"


def test_many_equal_lines_are_counted_and_those_beside_a_change_are_shown():
    before = [f"line {number}" for number in range(20)]
    shown = told("\n".join(before), "\n".join(before[:10] + before[11:])).split("\n")
    assert shown == [
        *("  … 8 equal lines …", "  line 8", "  line 9", "- line 10"),
        *("  line 11", "  line 12", "  … 7 equal lines …"),
    ]


def test_equal_answers_are_shown_whole():
    text = "\n".join(f"line {number}" for number in range(20))
    assert told(text, text).count("line") == 20


def test_a_line_without_end_is_broken_at_the_width():
    assert {len(line) for line in told("x" * 960, "").split("\n")} == {words.WIDTH + 2}


@given(st.text(alphabet="ab .\n語🙂"), st.text(alphabet="ab .\n語🙂"))
def test_what_stays_and_goes_is_the_text_before_and_what_stays_and_comes_the_text_after(before, after):
    found = words.runs(before, after)
    for text, other in ((before, Fate.ADDED), (after, Fate.REMOVED)):
        assert "".join(run.text for run in found if run.fate is not other).split() == text.split()


@given(st.text(), st.text())
def test_every_line_has_its_sign_and_fits_the_width(before, after):
    for line in words.lines(before, after):
        assert line[:1] in {" ", "-", "+", ""}
        assert "\n" not in line
        assert len(line) <= words.WIDTH + 2


CHANCE = random.Random(7)
HOSTILE = {
    "two words": lambda: " ".join(CHANCE.choice("ab") for _ in range(10_000)),
    "stops": lambda: ". ".join(CHANCE.choice("abcdefgh") for _ in range(7_000)),
    "a stop without an end": lambda: "." * 20_000,
    "stops and brackets": lambda: ".)" * 10_000 + CHANCE.choice("ab"),
    "white space": lambda: " \t" * 5_000 + "\n" * CHANCE.randrange(10_000),
    "one word": lambda: "x" * CHANCE.randrange(19_000, 20_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_answers_of_any_kind_are_compared_in_bounded_time(name):
    before, after = HOSTILE[name](), HOSTILE[name]()
    began = time.process_time()
    words.lines(before, after)
    assert time.process_time() - began < 1
