"""A fixture's file is found, and written again with its proof only where nothing else can be hit."""

import dataclasses
import datetime as dt
import stat

import pytest

from llmgate import documents, fixture, git
from llmgate.cli import recording
from llmgate.errors import ConfigurationError, UsageError
from llmgate.fixture import Proof
from tests import gitserver, project

ORIGIN = "http://127.0.0.1:9"
FILE = "fixtures/case-000.yaml"
SEVERAL = "fixtures/all.yaml"


@pytest.fixture
def repository(tmp_path):
    made = gitserver.init(tmp_path / "repository")
    both = "".join("- " + project.case(number).replace("\n", "\n  ").rstrip(" ") for number in (1, 2))
    made.commit({**project.files(ORIGIN, fixtures=1), SEVERAL: both}, "base")
    return made


@pytest.fixture
def find(repository, tmp_path, monkeypatch):
    monkeypatch.chdir(repository.path)
    history = git.Repository.open(repository.path, scratch=tmp_path / "scratch")
    return lambda named: recording.find(history, history.snapshot(), named)


def proof(source, **changes):
    count = {"revision": "a" * 40, "passed": 0, "trials": 8}
    content = {"separates": True, "p_value": 0.01, "repeats": 10, "fails_at": count, "passes_at": count}
    return Proof(**{**content, "date": dt.date(2026, 11, 26), "fixture": source.stored.fixture.digest, **changes})


def proven(path, place=0):
    found, faults = fixture.parse(documents.read("f.yaml", path.read_bytes()))
    assert faults == ()
    return found[place].proven


@pytest.mark.parametrize(
    ("named", "file", "name", "line"),
    [
        (FILE, FILE, "case-000", 1),
        (f"{FILE}#case-000", FILE, "case-000", 1),
        ("case-000", FILE, "case-000", 1),
        ("case-002", SEVERAL, "case-002", 10),
        (f"{SEVERAL}#case-002", SEVERAL, "case-002", 10),
    ],
)
def test_a_fixture_is_named_by_its_file_or_by_its_id(find, named, file, name, line):
    stored = find(named).stored
    assert (stored.file, stored.fixture.id, stored.line) == (file, name, line)


def test_a_file_that_the_suite_does_not_list_can_be_named(find, repository):
    repository.write({"drafts/a.yaml": project.case(7, extra="draft: true\n")})
    assert find("drafts/a.yaml").stored.fixture.id == "case-007"


def test_a_file_is_found_from_a_folder_of_the_repository_too(find, repository, monkeypatch):
    monkeypatch.chdir(repository.path / "fixtures")
    assert find("case-000.yaml").stored.file == find(FILE).stored.file == FILE


def test_a_file_with_a_hash_in_its_name_is_a_file(find, repository):
    repository.write({"fixtures/a#b.yaml": project.case(7)})
    assert find("fixtures/a#b.yaml").stored.file == "fixtures/a#b.yaml"
    assert find("fixtures/a#b.yaml#case-007").stored.file == "fixtures/a#b.yaml"


@pytest.mark.parametrize(
    ("named", "message", "remedy"),
    [
        (SEVERAL, "has 2 fixtures: case-001, case-002", f"name one: {SEVERAL}#case-001"),
        (f"{SEVERAL}#nobody", "has no fixture 'nobody'", "it has: case-001, case-002"),
        ("nobody", "there is no file and no fixture 'nobody'", "such as case-000, case-001, case-002"),
        ("none.yaml#a", "there is no file 'none.yaml'", "name a file of the worktree"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(find, named, message, remedy):
    with pytest.raises(UsageError) as refused:
        find(named)
    assert message in refused.value.message
    assert remedy in refused.value.remedy


def test_the_faults_of_a_file_are_told_with_their_lines(find, repository):
    repository.write({FILE: "id: a\ntarget: support\nasert: []\n"})
    with pytest.raises(ConfigurationError, match=f"{FILE}:3"):
        find(FILE)


def test_a_fixture_that_cannot_be_read_is_pointed_at(find, repository):
    repository.write({FILE: "id: case-000\n"})
    with pytest.raises(UsageError) as refused:
        find("case-000")
    assert "some cannot be read: `llmgate check` says why" in refused.value.remedy


def test_a_link_is_refused(find, repository):
    (repository.path / "fixtures" / "link.yaml").symlink_to("case-000.yaml")
    with pytest.raises(UsageError, match=r"fixtures/link.yaml is a link"):
        find("fixtures/link.yaml")


@pytest.mark.parametrize("through", ["", "folder/"])
def test_a_file_outside_the_repository_is_refused(find, repository, tmp_path, through):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.yaml").write_text(project.case(1))
    (repository.path / "folder").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is outside the repository"):
        find(f"{through}a.yaml" if through else "../elsewhere/a.yaml")


def test_a_proof_is_written_into_its_fixture(find, repository):
    source = find("case-002")
    recording.record(source, proof(source))
    assert proven(repository.path / SEVERAL, 1) == proof(source)
    assert proven(repository.path / SEVERAL, 0) is None


def test_the_file_keeps_its_mode_and_nothing_is_left_beside_it(find, repository):
    path = repository.path / FILE
    path.chmod(0o640)
    before = sorted(path.parent.iterdir())
    source = find(FILE)
    recording.record(source, proof(source))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(path.parent.iterdir()) == before


def test_a_new_proof_takes_the_place_of_the_old_one(find, repository):
    for separates in (False, True):
        source = find(FILE)
        recording.record(source, proof(source, separates=separates))
    text = (repository.path / FILE).read_text()
    assert (text.count("proven:"), proven(repository.path / FILE).separates) == (1, True)


def test_a_file_that_was_edited_meanwhile_is_left(find, repository):
    source = find(FILE)
    path = repository.path / FILE
    edited = path.read_text() + "# a thought\n"
    path.write_text(edited)
    with pytest.raises(UsageError, match="it was edited during the run"):
        recording.record(source, proof(source))
    assert path.read_text() == edited


def test_a_file_that_became_a_link_meanwhile_is_left(find, repository, tmp_path):
    source = find(FILE)
    path = repository.path / FILE
    path.rename(tmp_path / "moved.yaml")
    path.symlink_to(tmp_path / "moved.yaml")
    with pytest.raises(UsageError, match="was left as it is"):
        recording.record(source, proof(source))
    assert (tmp_path / "moved.yaml").read_bytes() == source.data


def test_a_file_that_is_gone_meanwhile_is_told_with_what_to_add(find, repository):
    source = find(FILE)
    (repository.path / FILE).unlink()
    with pytest.raises(UsageError, match="cannot be written: No such file") as refused:
        recording.record(source, proof(source))
    assert "proven:\n  separates: true" in refused.value.remedy


def test_what_cannot_be_put_in_is_shown_for_the_hand(find, repository):
    source = find(FILE)
    odd = dataclasses.replace(source, data=b"title: |\n  said")
    with pytest.raises(UsageError, match="cannot be put in without changing more") as refused:
        recording.record(odd, proof(source))
    assert "proven:\n  separates: true" in refused.value.remedy
    assert (repository.path / FILE).read_bytes() == source.data
