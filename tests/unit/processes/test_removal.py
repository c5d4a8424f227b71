import os

from llmgate.processes import removal


def test_a_folder_goes_with_all_that_is_in_it(tmp_path):
    (tmp_path / "top/a/b").mkdir(parents=True)
    (tmp_path / "top/a/b/file").write_text("x")
    (tmp_path / "top/a").chmod(0)
    removal.remove(tmp_path / "top")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_deeper_than_any_path_goes(tmp_path):
    top = tmp_path / "top"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(1_100):
        os.mkdir("d" * 10, dir_fd=here)
        inner = os.open("d" * 10, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    removal.remove(top)
    assert not top.exists()


def test_no_link_is_followed(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/file").write_text("x")
    (tmp_path / "top").mkdir()
    (tmp_path / "top/link").symlink_to(tmp_path / "kept")
    removal.remove(tmp_path / "top")
    assert (tmp_path / "kept/file").read_text() == "x"


def test_where_there_is_no_folder_nothing_is_done(tmp_path):
    removal.remove(tmp_path / "gone")
    assert list(tmp_path.iterdir()) == []
