"""The edits of prompts, folded away in the comment."""

import pytest

from llmgate.renderers import edits, markdown
from llmgate.report import ChangeEntry, Hunk
from tests.unit.renderers import samples

EDIT = Hunk(line=3, before="within ", removed="14 ", added="30 ", after="days")


def report(*hunks, places=None, path="prompts/a.jinja"):
    change = ChangeEntry(
        kind="prompt", unit=f"prompt:{path}", what="modified", path=path, hunks=hunks, places=places or len(hunks)
    )
    return samples.PASSED.model_copy(update={"changes": (change,)})


def test_a_place_is_shown_before_and_after_with_the_words_around_it():
    text = edits.details(report(EDIT))
    assert "```diff\n@@ prompts/a.jinja:3 @@\n- within 14 days\n+ within 30 days\n```" in text


@pytest.mark.parametrize(("removed", "added", "missing"), [("x ", "", "+ "), ("", "x ", "- ")])
def test_a_place_with_words_on_one_side_has_one_line(removed, added, missing):
    text = edits.details(report(EDIT.model_copy(update={"removed": removed, "added": added})))
    assert f"\n{missing}" not in text


def test_nothing_is_folded_where_no_text_changed():
    assert edits.details(report()) == ""


def test_what_is_not_shown_is_counted():
    assert "and 4 more places" in edits.details(report(EDIT, EDIT, places=6))


def test_hostile_words_stay_inside_the_fence():
    hostile = EDIT.model_copy(update={"added": "```\n</details>\n@octocat <img src=x>"})
    text = edits.details(report(hostile))
    fence = text.partition("diff\n")[0].rsplit("\n", 1)[-1]
    assert len(fence) == 4
    assert text.count("\n</details>") == 1


def test_the_comment_has_the_edit():
    assert "The edit, word by word" in markdown.comment(report(EDIT), marker="<!-- m -->")
