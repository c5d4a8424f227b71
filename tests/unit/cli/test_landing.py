"""Files land all or none, over nothing, and through no link."""

import os

import pytest

from llmgate.cli import landing
from llmgate.errors import UsageError
from llmgate.init import File
from tests import gitserver

NEW = File(path="a/b/new.yaml", text="new\n")
EDIT = File(path="OWNERS", text="old\nmore\n", before="old\n")


def test_files_are_made_with_their_folders_and_edits_keep_their_mode(tmp_path):
    (tmp_path / "OWNERS").write_text("old\n")
    (tmp_path / "OWNERS").chmod(0o600)
    landing.land(tmp_path, [NEW, EDIT])
    assert (tmp_path / "a/b/new.yaml").read_text() == "new\n"
    assert (tmp_path / "OWNERS").read_text() == "old\nmore\n"
    assert (tmp_path / "OWNERS").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["OWNERS", "a", "b", "new.yaml"]


def lands_nothing(folder, files, message):
    with gitserver.untouched(folder), pytest.raises(UsageError, match=message):
        landing.land(folder, files)


def test_a_file_that_is_there_is_not_written_over_and_nothing_else_is_written(tmp_path):
    (tmp_path / "taken.yaml").write_text("mine\n")
    lands_nothing(tmp_path, [NEW, File(path="taken.yaml", text="theirs\n")], "is there already")


def test_a_file_that_has_changed_since_it_was_read_is_left_alone(tmp_path):
    (tmp_path / "OWNERS").write_text("changed\n")
    lands_nothing(tmp_path, [NEW, EDIT], "is not the text that was read")


def test_a_text_in_another_encoding_is_left_alone(tmp_path):
    (tmp_path / "OWNERS").write_bytes("ä @ada\n".encode("latin-1"))
    edit = File(path="OWNERS", text="\ufffd @ada\nmore\n", before="\ufffd @ada\n")
    lands_nothing(tmp_path, [NEW, edit], "is it UTF-8")


@pytest.mark.parametrize("link", ["a", "a/b"])
def test_a_folder_that_is_a_link_leads_nowhere(tmp_path, link):
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "root"
    elsewhere.mkdir()
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(elsewhere)
    lands_nothing(root, [NEW], "is a symbolic link")
    assert list(elsewhere.iterdir()) == []


def test_a_file_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / "llmgate.yaml").symlink_to(tmp_path / "elsewhere")
    lands_nothing(tmp_path, [NEW, File(path="llmgate.yaml", text="x")], "is there already")


def test_a_file_in_the_place_of_a_folder_stops_all(tmp_path):
    (tmp_path / "a").write_text("a file\n")
    lands_nothing(tmp_path, [File(path="first.yaml", text="x"), NEW], "cannot be written.*\n.*nothing was changed")


def test_a_file_made_in_between_stays_and_what_has_landed_is_taken_back(tmp_path):
    made = landing._Landing(root=tmp_path)
    for file in (NEW, File(path="later.yaml", text="x")):
        made.stage(file)
    (tmp_path / "later.yaml").write_text("somebody's\n")
    with pytest.raises(FileExistsError):
        made.commit()
    made.undo()
    assert [path.name for path in tmp_path.rglob("*")] == ["later.yaml"]
    assert (tmp_path / "later.yaml").read_text() == "somebody's\n"


def test_an_edit_that_has_landed_is_taken_back(tmp_path):
    (tmp_path / "OWNERS").write_text("old\n")
    made = landing._Landing(root=tmp_path)
    for file in (EDIT, NEW):
        made.stage(file)
    (tmp_path / NEW.path).write_text("somebody's\n")
    with pytest.raises(FileExistsError):
        made.commit()
    made.undo()
    assert (tmp_path / "OWNERS").read_text() == "old\n"


def test_a_folder_that_cannot_be_written_in_stops_all(tmp_path):
    if os.geteuid() == 0:
        (tmp_path / "a").symlink_to("/proc")  # where root cannot make a file either
        message = "is a symbolic link"
    else:
        (tmp_path / "a").mkdir(mode=0o500)
        message = "cannot be written"
    lands_nothing(tmp_path, [File(path="first.yaml", text="x"), NEW], message)
