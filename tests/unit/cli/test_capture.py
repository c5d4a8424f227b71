"""`llmgate capture prompt` drafts what the coverage finding asks for."""

import pytest

from tests import project
from tests.unit.cli import program


@pytest.fixture
def shop(tmp_path):
    return project.Project.create(tmp_path / "repository", project.files("http://127.0.0.1:9", fixtures=1))


def captured(shop, tmp_path, *names):
    place = ("--repository", shop.origin.path, "--out", tmp_path / "drafts")
    return program.run("capture", "prompt", *names, *place)


def test_a_prompt_of_a_target_is_drafted_and_checked_without_a_fault(shop, tmp_path):
    done = captured(shop, tmp_path, "prompts/support.jinja")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "drafts" / "support-jinja.yaml").read_text(encoding="utf-8")
    assert "draft: true" in text
    assert '"question": ""' in text


def test_a_draft_is_never_written_over(shop, tmp_path):
    captured(shop, tmp_path, "prompts/support.jinja")
    done = captured(shop, tmp_path, "prompts/support.jinja")
    assert "exists already" in str(done.exception)


def test_no_draft_is_written_through_a_link(shop, tmp_path):
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "support-jinja.yaml").symlink_to(tmp_path / "elsewhere")

    done = captured(shop, tmp_path, "prompts/support.jinja")

    assert "exists already" in str(done.exception)
    assert not (tmp_path / "elsewhere").exists()


def test_an_unknown_prompt_is_an_error_with_a_remedy(shop, tmp_path):
    done = captured(shop, tmp_path, "prompts/none.jinja")
    assert "there is no prompt 'prompts/none.jinja'" in str(done.exception)


def test_options_that_choose_among_traces_are_refused(shop, tmp_path):
    done = captured(shop, tmp_path, "prompts/support.jinja", "--where", "feedback=negative")
    assert "leave out --trace, --span, --where and --limit" in str(done.exception)
