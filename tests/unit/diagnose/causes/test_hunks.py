from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from llmgate.diagnose.causes import hunks

PIECES = st.lists(st.sampled_from(["a ", "b. ", "C! d? ", "\n", "x\n", "{% if q %}", "é\n", " ", "…"]), max_size=30)
TEXTS = PIECES.map("".join)


@given(st.dictionaries(st.sampled_from(["p", "q"]), st.tuples(TEXTS, TEXTS)))
def test_all_hunks_make_the_head_and_none_the_base(files: dict[str, tuple[str, str]]) -> None:
    edit = hunks.between(files)
    assert edit.applied(range(len(edit.hunks))) == {path: after for path, (_, after) in files.items()}
    assert edit.applied(()) == {path: before for path, (before, _) in files.items()}


@given(TEXTS, TEXTS, st.data())
def test_any_hunks_can_be_applied(before: str, after: str, data: st.DataObject) -> None:
    edit = hunks.between({"p": (before, after)})
    chosen = data.draw(st.sets(st.integers(0, max(len(edit.hunks) - 1, 0))))
    written = edit.applied(chosen)["p"]
    for place in chosen & set(range(len(edit.hunks))):
        assert edit.hunks[place].added in written


def test_edited_sentences_of_one_line_are_hunks_of_their_own() -> None:
    before = "Be kind. Answer in English. Cite your sources. Never guess.\n"
    after = "Be very kind. Answer in English. Cite. Never ever guess.\n"
    found = hunks.between({"p": (before, after)}).hunks
    assert [(hunk.removed, hunk.added) for hunk in found] == [
        ("Be kind. ", "Be very kind. "),
        ("Cite your sources. ", "Cite. "),
        ("Never guess.\n", "Never ever guess.\n"),
    ]


def test_a_block_of_as_many_lines_is_taken_apart_line_by_line() -> None:
    before, after = "".join(f"- rule {n}\n" for n in range(12)), "".join(f"- Rule {n}!\n" for n in range(12))
    found = hunks.between({"p": (before, after)}).hunks
    assert [hunk.line for hunk in found] == list(range(1, 13))


def test_added_and_removed_lines_stand_alone() -> None:
    found = hunks.between({"p": ("a\nb\nc\n", "c\nd\ne\n")}).hunks
    assert [(hunk.removed, hunk.added) for hunk in found] == [("a\n", ""), ("b\n", ""), ("", "d\n"), ("", "e\n")]


def test_more_hunks_than_can_be_searched_are_put_together() -> None:
    before = "".join(f"{n}\nsame\n" for n in range(300))
    after = "".join(f"{n}!\nsame\n" for n in range(300))
    edit = hunks.between({"p": (before, after)})
    assert len(edit.hunks) <= hunks.MAX_HUNKS
    assert edit.applied(range(len(edit.hunks))) == {"p": after}


def test_an_edited_line_is_found_again_among_lines_that_came() -> None:
    before = "- Cite every fact.\n- Answer in the language of the question.\n"
    after = "- Never guess.\n- Cite each and every fact.\n- Answer in English. Always.\n- Be kind.\n"
    found = hunks.between({"p": (before, after)}).hunks
    assert [(hunk.removed, hunk.added, hunk.line) for hunk in found] == [
        ("", "- Never guess.\n", 1),
        ("- Cite every fact.\n", "- Cite each and every fact.\n", 2),
        ("- Answer in the language of the question.\n", "- Answer in English. Always.\n", 3),
        ("", "- Be kind.\n", 4),
    ]


def test_a_block_that_is_too_large_to_align_is_one_hunk() -> None:
    before, after = ("".join(f"{word} {n}\n" for n in range(101)) for word in ("a", "b"))
    assert len(hunks.between({"p": (before, after)}).hunks) == 1


def test_a_text_of_too_many_lines_is_one_hunk() -> None:
    before = "a\n" * (hunks.MAX_LINES + 1)
    assert len(hunks.between({"p": (before, before + "b\n")}).hunks) == 1


def test_a_line_of_many_sentences_is_taken_apart_in_linear_time():
    """A prompt may have 512 KiB, in one line: counting lines from its beginning for each hunk took half a minute."""
    before = " ".join(f"w{number}." for number in range(60_000))
    started = time.process_time()
    hunks.between({"p": (before, before.replace("1.", "2."))})
    assert time.process_time() - started < 5
