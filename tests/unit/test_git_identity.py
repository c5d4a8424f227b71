"""Who commits and whose repository it is stand in git's settings, and are read as text."""

import pytest

from llmgate.git import identity


@pytest.fixture
def settings(tmp_path):
    def write(text):
        (tmp_path / "config").write_text(text)
        return tmp_path / "config"

    return write


def test_the_address_of_origin_is_what_somebody_wrote(settings):
    other = '[remote "fork"]\n\turl = https://example.com/eve/shop\n'
    rule = '[url "https://evil.example/"]\n\tinsteadOf = git@github.com:\n'
    own = '[remote "origin"]\n\tfetch = x\n\turl = git@github.com:acme/shop.git\n'
    assert identity.origin(settings(other + rule + own)) == "git@github.com:acme/shop.git"


@pytest.mark.parametrize("text", ["", "[core]\n\tbare = false\n", "[remote\n"])
def test_settings_without_an_origin_or_with_faults_have_none(settings, text):
    assert identity.origin(settings(text)) == ""


def test_no_settings_have_no_origin(tmp_path):
    assert identity.origin(tmp_path / "config") == ""


def test_the_address_of_who_commits_is_that_of_the_first_file_with_one(settings, tmp_path):
    assert identity.email([tmp_path / "none", settings("[user]\n\temail = ada@example.com\n")]) == "ada@example.com"
