"""What changed, for a terminal."""

from llmgate.renderers import listing
from llmgate.report import ChangeEntry, Hunk


def shown(removed, added):
    hunk = Hunk(line=3, before="Give a ", removed=removed, added=added, after="now")
    entry = ChangeEntry(
        kind="prompt", unit="prompt:prompts/a.md", path="prompts/a.md", line=3, what="modified", hunks=[hunk]
    )
    return list(listing.lines([entry]))[-1].strip()


def test_a_word_that_differs_is_shown_as_git_shows_it():
    assert shown("short answer ", "long answer ") == "3: Give a [-short answer-]{+long answer+} now"


def test_white_space_is_shown_where_it_alone_differs():
    assert shown("answer ", "answer\n\t") == "3: Give a [-answer·-]{+answer⏎⇥+} now"


def test_a_character_that_cannot_be_seen_is_shown_where_it_alone_differs():
    assert shown("answer", "answer\u200b") == r"3: Give a [-answer-]{+answer\u200b+} now"


def test_units_of_one_file_have_different_names_however_long_its_path_is():
    path = "services/" * 12 + "agents.yaml"
    names = [listing.name(f"prompt:{path}#{agent}") for agent in ("researcher", "writer")]
    assert [name[-11:] for name in names] == ["#researcher", "yaml#writer"]
    assert {len(name) for name in names} == {80}


def test_a_short_name_is_told_as_it_is():
    assert listing.name("prompt:prompts/a.md") == "prompts/a.md"


def test_what_was_removed_has_no_line_in_a_file_that_does_not_have_it():
    entry = ChangeEntry(
        kind="prompt", unit="prompt:a.py#BOT", path="a.py", line=1, what="removed", rule="python.name", reason="a name"
    )
    assert list(listing.lines([entry])) == ["prompt:a.py#BOT  removed", "  taken at a.py by python.name: a name"]
