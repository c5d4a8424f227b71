"""A history with files laid over it reads as the one beneath in everything else."""

import pytest

from llmgate import git, sides
from tests import gitserver
from tests.unit.sampling.fakes import FakeHistory


@pytest.fixture
def beneath():
    return FakeHistory({"head": {"a.md": "old", "b.md": "kept"}})


def over(history, **files):
    return sides.Overlay(history=history, files={name.replace("_", "."): text.encode() for name, text in files.items()})


def test_a_file_that_is_laid_over_reads_as_it_was_laid_and_the_others_as_committed(beneath):
    found = over(beneath, a_md="new")
    assert (found.read("head", "a.md"), found.read("head", "b.md")) == (b"new", b"kept")


def test_an_identity_changes_with_what_is_laid_over_and_only_then(beneath):
    before = {path: file.oid for path, file in beneath.tree("head").items()}
    new, other = ({p: f.oid for p, f in over(beneath, a_md=text).tree("head").items()} for text in ("new", "other"))
    assert new["b.md"] == before["b.md"]
    assert len({before["a.md"], new["a.md"], other["a.md"]}) == 3


def test_a_file_that_stands_in_no_commit_is_there(beneath):
    found = over(beneath, c_md="added")
    assert (sorted(found.tree("head")), found.read("head", "c.md")) == (["a.md", "b.md", "c.md"], b"added")


def test_nothing_of_what_lies_beneath_is_written_to(beneath):
    over(beneath, a_md="new").tree("head")
    assert beneath.read("head", "a.md") == b"old"


@pytest.mark.parametrize("most", [None, 10])
def test_the_bound_on_what_is_read_is_the_callers_or_that_of_the_history(most):
    asked = []

    class Counting(FakeHistory):
        def read(self, commit, path, **bounds):
            asked.append(bounds)
            return super().read(commit, path, **bounds)

    found = over(Counting({"head": {"b.md": "kept"}}), a_md="new")
    found.read("head", "b.md", **({} if most is None else {"max_bytes": most}))
    assert asked == [{} if most is None else {"max_bytes": most}]


def test_it_lies_over_a_real_repository(tmp_path):
    checkout = gitserver.init(tmp_path / "shop")
    commit = checkout.commit({"a.md": "old", "b.md": "kept"}, "base")
    history = git.Repository.open(checkout.path, scratch=tmp_path / "side")
    found = over(history, a_md="new")
    for reading in (found.read, found.stored):
        assert [reading(commit, path) for path in sorted(found.tree(commit))] == [b"new", b"kept"]
