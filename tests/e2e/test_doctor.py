"""The installed `llmgate doctor` on a repository made by the README, before and after somebody opens a door."""

import json
import re
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import doctored, fakehub, project
from tests.fakehub import Account

DOCS = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text()
TYPES = "    types: [opened, synchronize, reopened, edited]\n"


@pytest.fixture
def shop(tmp_path):
    content = project.files("http://127.0.0.1:9", fixtures=3)
    owned = {name: text for name, text in doctored.files().items() if name.startswith(".github/")}
    return project.Project.create(tmp_path / "repository", {**content, **owned})


@contextmanager
def protected():
    """Require the gate as the README's last step does, with the owners' review beside it."""
    with fakehub.serve() as hub:
        hub.accounts["admin"] = Account(may_administer=True)
        doctored.require(hub)
        yield hub


def doctor(shop, hub, *arguments, token="admin"):
    environment = {"GITHUB_TOKEN": token, "GITHUB_API_URL": hub.url}
    return project.command("doctor", "--github", "acme/shop", *arguments, cwd=shop.origin.path, environment=environment)


def test_the_readmes_repository_is_well_as_an_administrator_sees_it(shop):
    with protected() as hub:
        ended = doctor(shop, hub)
        assert (ended.code, ended.stdout, ended.stderr) == (0, "1 job with the gate: nothing wrong\n", "")
        assert hub.writes == []
        assert len(hub.requests) <= 12


def test_the_readmes_repository_is_well_apart_from_what_a_job_may_not_see(shop):
    with protected() as hub:
        ended = doctor(shop, hub, token="job-token")
    assert ended.code == 3
    assert [line.split(": ")[:2] for line in ended.stdout.splitlines()[::2]] == [
        ["not seen", "the default rights of a workflow's token"],
        ["not seen", "whether GitHub Actions is switched on"],
        ["not seen", "who may go past the ruleset 'ruleset 1' of acme/shop"],
        ["1 job with the gate", "3 not seen"],
    ]


@pytest.mark.trust("settings")
def test_every_door_that_is_opened_is_told(shop, tmp_path):
    path = tmp_path / "doctor.json"
    with protected() as hub:
        workflow = doctored.workflow(
            (TYPES, f"{TYPES}    paths: ['prompts/**']\n"), ("contents: read", "contents: write")
        )
        shop.origin.write({doctored.FILE: workflow, doctored.OWNERS: "/.github/ @acme/gate\n"})
        hub.settings.rulesets[1]["bypass_actors"] = [{"actor_id": 1, "actor_type": "OrganizationAdmin"}]
        hub.settings.token = {"default_workflow_permissions": "write"}
        ended = doctor(shop, hub, "--json", path)
    found = json.loads(path.read_text())
    assert (ended.code, found["exit_code"]) == (1, 1)
    assert [finding["id"] for finding in found["findings"]] == [
        "codeowners-uncovered",
        "codeowners-uncovered",
        "trigger-filter",
        "permissions-excess",
        "bypass",
        "token-default-write",
    ]
    assert ended.stdout.count("\n  → ") == 6


def test_the_same_repository_gives_the_same_bytes(shop):
    with protected() as hub:
        hub.settings.rules.reverse()
        assert doctor(shop, hub, token="job-token").stdout == doctor(shop, hub, token="job-token").stdout


def test_the_example_in_the_documentation_is_what_is_printed(shop):
    shop.origin.write({doctored.FILE: doctored.workflow((TYPES, ""))})
    ended = project.command("doctor", cwd=shop.origin.path)
    (example,) = re.findall(r"```text\n(.*?)```", DOCS, re.DOTALL)
    assert (ended.code, ended.stdout) == (1, example)


def test_a_folder_without_git_is_wrong_usage(tmp_path):
    (tmp_path / "empty").mkdir()
    ended = project.command("doctor", cwd=tmp_path / "empty")
    assert (ended.code, ended.stdout) == (2, "")


def test_without_an_answer_nothing_is_called_well(shop):
    environment = {"GITHUB_TOKEN": "t", "GITHUB_API_URL": "http://127.0.0.1:9"}
    ended = project.command("doctor", "--github", "acme/shop", cwd=shop.origin.path, environment=environment)
    assert ended.code == 3
    assert ended.stdout.startswith("not seen: everything else on GitHub: GitHub could not be reached\n")
