"""The address of `origin` is read as text, and nothing of the configuration is obeyed."""

import pytest

from llmgate.cli import outside
from tests import gitserver


@pytest.fixture
def origin(tmp_path):
    def read(*sections):
        clone = gitserver.init(tmp_path / "shop")
        with (clone.path / ".git" / "config").open("a") as file:
            file.writelines(sections)
        with outside.repository(clone.path) as history:
            return history.origin()

    return read


def test_the_address_of_origin_is_what_somebody_wrote(origin):
    other = '[remote "fork"]\n\turl = https://example.com/eve/shop\n'
    assert origin(other, '[remote "origin"]\n\tfetch = x\n\turl = git@github.com:acme/shop.git\n', other) == (
        "git@github.com:acme/shop.git"
    )


def test_a_clone_without_an_origin_has_none(origin):
    assert origin() is None


def test_no_rule_rewrites_it_and_no_file_is_included(origin, tmp_path):
    (tmp_path / "more").write_text('[remote "origin"]\n\turl = https://example.com/eve/shop\n')
    assert (
        origin(f'[include]\n\tpath = {tmp_path}/more\n[url "https://evil.example/"]\n\tinsteadOf = https://\n') is None
    )
