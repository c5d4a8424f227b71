import os

import pytest

from llmgate.errors import ConfigurationError
from llmgate.processes import trees
from llmgate.processes.trees import LINK
from tests.applications import item


def laid(tmp_path, *items):
    return trees.lay(items, tmp_path / "tree", group=None)


def told(tmp_path, *items):
    with pytest.raises(ConfigurationError) as caught:
        laid(tmp_path, *items)
    return str(caught.value.faults[0])


def test_files_come_with_their_content_and_their_right_to_be_run(tmp_path):
    tree = laid(tmp_path, item("a/b.sh", "x", mode=0o100755), item("c", b"\x00\xff"))
    modes = {path: oct((tree.folder / path).stat().st_mode) for path in (".", "a", "a/b.sh", "c")}
    assert modes == {".": "0o40500", "a": "0o40555", "a/b.sh": "0o100555", "c": "0o100444"}
    assert (tree.folder / "c").read_bytes() == b"\x00\xff"


def test_a_link_inside_the_tree_is_made(tmp_path):
    tree = laid(tmp_path, item("a/link", "../b/file", mode=LINK), item("b/file", "x"))
    assert (tree.folder / "a/link").read_text() == "x"


@pytest.mark.parametrize(
    ("path", "target"),
    [("a", "/etc/passwd"), ("a", ".."), ("d/a", "../../x"), ("d/a", "b/../../x"), ("d/a", ""), ("d/a", "b/../b")],
)
def test_a_link_that_leads_out_of_the_tree_is_refused(tmp_path, path, target):
    assert "leads out of the files" in told(tmp_path, item(path, target, mode=LINK))


def test_links_through_links_do_not_lead_out(tmp_path):
    """`deep/a` reads as a path inside, and would lead to the tree's parent by way of `deep/er/b`."""
    links = item("deep/er/b", "../..", mode=LINK), item("deep/er/a", "b/../../x", mode=LINK)
    assert "deep/er/a:1: the symbolic link leads out" in told(tmp_path, *links)


def test_nothing_is_written_through_a_link(tmp_path):
    assert "has files below it" in told(tmp_path, item("d", "e", mode=LINK), item("d/x", "1"), item("e/y", "2"))


@pytest.mark.parametrize("path", ["/abs", "a//b", "../a", "a/./b", "", "a\0b", "/".join("d" * 70), "n" * 300])
def test_a_path_that_is_none_is_refused(tmp_path, path):
    assert "leave it out of `files`" in told(tmp_path, item(path, "x"))


def test_a_file_that_comes_twice_or_lies_in_another_is_refused(tmp_path):
    assert "no path of a file" in told(tmp_path, item("a", "1"), item("a", "2"))
    assert "cannot be written" in told(tmp_path / "..", item("a", "1"), item("a/b", "2"))


def test_a_name_that_is_not_text_is_written_as_it_is(tmp_path):
    tree = laid(tmp_path, item("caf\udce9", "x"))
    assert [os.fsencode(path.name) for path in tree.folder.iterdir()] == [b"caf\xe9"]


def test_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(trees, "MAX_FILES", 2)
    assert "at most 2 files" in told(tmp_path, *(item(name, "") for name in "abc"))


def test_the_digest_of_a_file_is_of_its_content_and_its_mode(tmp_path):
    tree = laid(tmp_path, item("a", "x"), item("b", "x"), item("c", "x", mode=0o100755))
    assert tree.files["a"] == tree.files["b"] != tree.files["c"]
