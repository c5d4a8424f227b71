"""Accepted and quarantined fixtures, with the installed program, a real repository and a loopback model server."""

import datetime as dt

import pytest

from llmgate import config
from tests import modelserver, project

FIXTURES = 12
TODAY = dt.datetime.now(dt.UTC).date()
SOON = str(TODAY + dt.timedelta(days=30))
OTHER = project.prompt(project.GOOD_RULE + " Be kind.")
KINDER = project.prompt(project.GOOD_RULE + " Be very kind.")
WHY = "the 30 day rule is new, says @ana"


def answering(asked):
    """A model that has another answer to the first question where it is told to be kind."""
    kind = "kind" in asked.prompt and "order 0?" in asked.prompt
    return "Within 30 days, I believe." if kind else "Within 14 days [returns.md#1]."


@pytest.fixture(scope="module")
def served():
    with modelserver.serve(answering) as server:
        yield server


@pytest.fixture
def shop(tmp_path, served):
    """A pull request that breaks one fixture; its branch is checked out."""
    made = project.Project.create(tmp_path / "repository", project.files(served.url, fixtures=FIXTURES))
    made.origin("config", "user.email", "ana@example.com")
    made.pull({"prompts/support.jinja": OTHER})
    made.origin("checkout", "-q", f"pr-{project.NUMBER}")
    return made


def accept(shop):
    return project.command("accept", "case-000", "--reason", WHY, "--expires", SOON, cwd=shop.origin.path)


def written(shop):
    return (shop.origin.path / config.EXCEPTIONS).read_text()


def merged(shop, text):
    """Put the exceptions on the base alone, and the branch of the pull request on top of it."""
    shop.origin("checkout", "-q", "-f", "main")
    shop.origin.commit({config.EXCEPTIONS: text}, "except")
    shop.origin("checkout", "-q", f"pr-{project.NUMBER}")
    shop.origin("merge", "-q", "-m", "main", "main")
    shop.origin("checkout", "-q", "main")


def accepted_and_merged(shop):
    assert accept(shop).code == 0
    text = written(shop)
    (shop.origin.path / config.EXCEPTIONS).unlink()
    merged(shop, text)


def test_what_is_accepted_passes_once_the_base_has_it_and_is_shown(shop, tmp_path):
    assert project.gate(shop, tmp_path).report["verdict"] == "regressed"
    accepted_and_merged(shop)
    ended = project.gate(shop, tmp_path)
    assert (ended.code, ended.report["verdict"]) == (0, "passed"), ended.stdout
    assert "✓ llmgate: no regression, 1 fixture not counted" in ended.stdout
    words = " ".join(ended.stdout.split())
    assert f"case-000 1/1 → 0/1, not counted: accepted by ana@example.com until {SOON}: {WHY}" in words


def test_an_accepted_fixture_that_breaks_in_another_way_blocks_again(shop, tmp_path):
    accepted_and_merged(shop)
    shop.pull({"prompts/support.jinja": KINDER})
    ended = project.gate(shop, tmp_path)
    assert (ended.code, ended.report["verdict"]) == (1, "regressed")
    assert "case-000 counts again" in ended.stdout


def test_an_expired_exception_blocks_and_is_told_with_its_owner(shop, tmp_path):
    accept(shop)
    text = written(shop).replace(SOON, str(TODAY - dt.timedelta(days=1)))
    (shop.origin.path / config.EXCEPTIONS).unlink()
    merged(shop, text)
    ended = project.gate(shop, tmp_path)
    assert (ended.code, ended.report["verdict"]) == (1, "regressed")
    assert "exceptions have expired" in ended.stdout
    assert "ana@example.com" in ended.stdout
