import datetime as dt
import subprocess

import pytest

from llmgate.errors import UsageError
from llmgate.git import authoring
from llmgate.git.authoring import Author, Commit

AUTHOR = Author(name="Ada", email="ada@example.org")
DATE = dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
COMMITS = (
    Commit(branch="main", message="Start\n", files={"a.txt": b"one\n", "folder/b.txt": b"two\r\n"}),
    Commit(branch="topic", message="Edit\n", files={"a.txt": b"three\n"}, parent="main", removed=["folder/b.txt"]),
)


def git(directory, *arguments):
    done = subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def create(directory, commits=COMMITS, **more):
    return authoring.create(directory, commits, **{"author": AUTHOR, "date": DATE, **more})


def test_the_same_commits_have_the_same_ids(tmp_path):
    assert create(tmp_path / "one") == create(tmp_path / "two")


def test_another_date_gives_other_ids(tmp_path):
    assert create(tmp_path / "one") != create(tmp_path / "two", date=DATE + dt.timedelta(seconds=1))


def test_git_reads_what_was_written(tmp_path):
    tips = create(tmp_path)
    assert git(tmp_path, "fsck", "--strict") == ""
    assert git(tmp_path, "rev-parse", "main", "topic").split() == [tips["main"], tips["topic"]]
    assert git(tmp_path, "rev-parse", "topic^") == tips["main"]
    assert (
        git(tmp_path, "log", "-1", "--format=%an <%ae> %aI %s")
        == "Ada <ada@example.org> 2026-03-10T09:30:00+02:00 Edit"
    )
    assert git(tmp_path, "diff", "--name-status", "main", "topic").split() == ["M", "a.txt", "D", "folder/b.txt"]


def test_the_last_branch_is_checked_out_clean(tmp_path):
    create(tmp_path)
    assert git(tmp_path, "status", "--porcelain", "--branch") == "## topic"
    assert (tmp_path / "a.txt").read_bytes() == b"three\n"
    assert not (tmp_path / "folder").exists()


def test_the_bytes_on_disk_are_those_that_were_given(tmp_path):
    create(tmp_path, COMMITS[:1])
    assert (tmp_path / "folder" / "b.txt").read_bytes() == b"two\r\n"


def test_a_branch_grows_from_its_own_tip(tmp_path):
    more = Commit(branch="main", message="More\n", files={"c.txt": b"c"})
    create(tmp_path, (COMMITS[0], more))
    assert git(tmp_path, "log", "--format=%s", "main").split() == ["More", "Start"]
    assert git(tmp_path, "ls-files").split() == ["a.txt", "c.txt", "folder/b.txt"]


def test_a_user_can_go_on_working_with_git(tmp_path):
    create(tmp_path)
    (tmp_path / "a.txt").write_text("mine\n")
    git(tmp_path, "-c", "user.name=U", "-c", "user.email=u@example.org", "commit", "--all", "--message", "Mine")
    git(tmp_path, "switch", "main")
    assert (tmp_path / "a.txt").read_text() == "one\n"


@pytest.mark.parametrize("content", ["file", "folder"])
def test_nothing_is_overwritten(tmp_path, content):
    place = tmp_path / "place"
    if content == "file":
        place.write_text("mine")
    else:
        place.mkdir()
        (place / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not an empty folder"):
        create(place)


def test_a_date_needs_a_time_zone(tmp_path):
    with pytest.raises(ValueError, match="time zone"):
        create(tmp_path, date=dt.datetime(2026, 3, 10))  # noqa: DTZ001 - the point of the test
