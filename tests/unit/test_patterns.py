"""Path patterns, as .gitignore reads them from the root."""

import pathlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate import patterns


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("prompts/**", "prompts/a.txt", True),
        ("prompts/**", "prompts/a/b/c.txt", True),
        ("prompts/**", "prompts", False),
        ("prompts/**", "prompts/", False),
        ("prompts/**", "prompts.txt", False),
        ("prompts/**", "my/prompts/a.txt", False),
        ("prompts/**", "Prompts/a.txt", False),
        ("prompts/**", "prompts/.hidden/a", True),
        ("prompts/", "prompts/a/b.txt", True),
        ("prompts/*", "prompts/a.txt", True),
        ("prompts/*", "prompts/a/b.txt", False),
        ("prompts/*.md", "prompts/.md", True),
        ("**/README.md", "README.md", True),
        ("**/README.md", "a/b/README.md", True),
        ("**/README.md", "a/XREADME.md", False),
        ("README.md", "a/README.md", False),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/xb", False),
        ("a/**/b/**/c", "a/b/x/b/c", True),
        ("a/**/b/c/**/d", "a/b/x/b/c/d", True),
        ("a/**/b/c/**/d", "a/b/x/c/d", False),
        ("**", "a/b", True),
        ("**/*", "a", True),
        ("**/**/a", "a", True),
        ("a**b", "a/b", False),
        ("a**b", "axxb", True),
        ("*a*b*", "xaxbx", True),
        ("*a*b*", "xbxax", False),
        ("a*b*c", "abbc", True),
        ("a*b*c", "abcb", False),
        ("?.txt", "a.txt", True),
        ("?.txt", "/.txt", False),
        ("[ab].txt", "b.txt", True),
        ("[!ab].txt", "b.txt", False),
        ("[!ab].txt", "c.txt", True),
        ("[^ab].txt", "b.txt", False),
        ("a[!b]c", "a/c", False),
        ("[]a].txt", "].txt", True),
        ("[a-c].txt", "b.txt", True),
        ("[z-a].txt", "[z-a].txt", True),
        ("[a.txt", "[a.txt", True),
        ("a+(b).txt", "a+(b).txt", True),
        ("a.txt", "aXtxt", False),
        ("a", "a\n", False),
        ("**/x", "a\nb/x", True),
    ],
)
def test_a_pattern_matches_whole_paths(pattern, path, expected):
    assert patterns.matcher([pattern])(path) is expected


def test_no_patterns_match_nothing():
    assert not patterns.matcher([])("a")


def test_any_of_several_patterns_is_enough():
    matches = patterns.matcher(["a/*", "b"])
    assert [matches(path) for path in ("a/x", "b", "a/x/b")] == [True, True, False]


segment = st.text("ab*?", min_size=1, max_size=4)
folders = st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=4)


@given(st.lists(segment, min_size=1, max_size=3), folders)
def test_without_double_stars_the_standard_library_agrees(pattern, path):
    """A pattern without `**` matches what pathlib matches with as many segments."""
    if any("**" in piece for piece in pattern):
        return
    expected = len(pattern) == len(path) and pathlib.PurePosixPath(*path).match("/".join(pattern))
    assert patterns.matcher(["/".join(pattern)])("/".join(path)) == expected


@given(st.lists(st.sampled_from(["**", "a", "b", "*"]), min_size=1, max_size=5), folders)
def test_double_stars_agree_with_their_definition(pattern, path):
    """`**` stands for any number of folders, or for at least one file at the end."""

    def matches(pieces, names):
        if not pieces:
            return not names
        if pieces[0] != "**":
            return bool(names) and pieces[0] in ("*", names[0]) and matches(pieces[1:], names[1:])
        rest = pieces[1:]
        while rest and rest[0] == "**":
            rest = rest[1:]
        if not rest:
            return bool(names)
        return any(matches(rest, names[count:]) for count in range(len(names) + 1))

    assert patterns.matcher(["/".join(pattern)])("/".join(path)) == matches(pattern, path)


@pytest.mark.parametrize("pattern", ["a*" * 100 + "b", "**/a*/" * 40 + "b", "*?" * 100 + "b", "**/" * 90 + "b"])
def test_a_pattern_full_of_stars_takes_no_time(pattern):
    started = time.process_time()
    assert not patterns.matcher([pattern])("/".join(["a" * 60] * 60))
    assert time.process_time() - started < 1.0


def test_a_class_of_hyphens_means_hyphens():
    matches = patterns.matcher(["a[---]b", "c[x--z]d"])
    assert matches("a-b")
    assert matches("c-d")
    assert not matches("cyd")


@pytest.mark.parametrize(
    ("pattern", "folder", "expected"),
    [
        ("prompts/**", "prompts", True),
        ("prompts/", "prompts", True),
        ("prompts/**", "prompts/a/b", True),
        ("prompts/*", "prompts", True),
        ("prompts/*", "prompts/a", False),
        ("prompts/a.txt", "prompts/a.txt", False),
        ("prompts/a.txt", "prompts", True),
        ("vendor/*/prompts/*.md", "vendor/lib", True),
        ("vendor/*/prompts/*.md", "vendor/lib/prompts", True),
        ("vendor/*/prompts/*.md", "vendor/lib/src", False),
        ("**/*.md", "anything/at/all", True),
        ("a/**/b/*.md", "a", True),
        ("a/**/b/*.md", "a/x/y", True),
        ("a/**/b/*.md", "b", False),
        ("prompts/**", "other", False),
    ],
)
def test_a_pattern_enters_a_folder_where_it_can_match_something_below(pattern, folder, expected):
    assert patterns.enters([pattern], folder) is expected


@given(st.lists(st.sampled_from(["a", "b", "*", "**", "a*"]), min_size=1, max_size=4), st.data())
def test_a_pattern_enters_every_folder_of_what_it_matches(segments, data):
    """Where a path matches, the pattern enters each of the folders that the path lies in."""
    path = "/".join(data.draw(st.lists(st.sampled_from(["a", "b", "ab"]), min_size=2, max_size=5)))
    pattern = "/".join(segments)
    if patterns.matcher([pattern])(path):
        folders = path.split("/")[:-1]
        assert all(patterns.enters([pattern], "/".join(folders[: n + 1])) for n in range(len(folders)))
