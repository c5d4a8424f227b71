"""CODEOWNERS gets the lines that it lacks, and a guess of whose they are."""

import pytest

from llmgate.doctor import ownership
from llmgate.init import owners

PLACE = ".github/CODEOWNERS"
PATHS = ("llmgate.yaml", "llmgate.lock", "fixtures/a/b.yaml", ".github/workflows/llmgate.yml", PLACE)


@pytest.mark.parametrize("text", ["", "docs/ @ada\n", "docs/ @ada", "* @ada\n/fixtures/\n"])
def test_with_the_added_lines_every_file_of_the_gate_has_an_owner(text):
    added = owners.added(text, "@acme/ml", place=PLACE, fixtures="fixtures")
    assert added.startswith(text)
    assert ownership.covers(added, PATHS)


def test_a_folder_with_a_space_has_an_owner_too():
    added = owners.added("", "@ada", place=PLACE, fixtures="my cases")
    assert ownership.covers(added, ("my cases/a.yaml",))


def test_what_has_an_owner_keeps_it():
    assert owners.added("* @ada\n", "@acme/ml", place=PLACE, fixtures="fixtures") == "* @ada\n"


@pytest.mark.parametrize(
    ("text", "remote", "owner"),
    [
        ("docs/ @eve\n* @ada @bob\n", "git@github.com:acme/shop.git", "@ada"),
        ("docs/ @eve\n", "git@github.com:acme/shop.git", "@acme"),
        ("", "https://github.com/acme/shop", "@acme"),
        ("", "https://x-access-token:secret@github.com/acme/shop.git", "@acme"),
        ("", "ssh://git@github.example.com/acme/shop.git", "@acme"),
        ("", "/srv/git/shop.git", ""),
        ("", "", ""),
    ],
)
def test_the_likely_owner_is_that_of_everything_or_of_the_repository(text, remote, owner):
    assert owners.likely(text, remote) == owner


@pytest.mark.parametrize("owner", ["@acme", "@acme/ml-team", "ada@example.com"])
def test_a_login_a_team_and_an_address_are_owners(owner):
    assert owners.is_one(owner)


@pytest.mark.parametrize("owner", ["acme", "@", "@a b", "@a\n* @eve", "@acme/ml #"])
def test_anything_else_is_no_owner(owner):
    assert not owners.is_one(owner)
