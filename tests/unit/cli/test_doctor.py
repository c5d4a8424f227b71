"""`llmgate doctor` tells what is wrong with the gate of a repository, and ends by it."""

import json
from itertools import count

import pytest

from llmgate.errors import UsageError
from tests import fakehub, gitserver
from tests.doctored import FILE, files, require
from tests.fakehub import Account
from tests.unit.cli import program

TYPES = "    types: [opened, synchronize, reopened, edited]\n"


@pytest.fixture
def asked(tmp_path):
    number = count()

    def ask(content, *arguments, environment=None):
        repository = gitserver.init(tmp_path / f"repository-{next(number)}")
        repository.commit(content, "all")
        plain = {"GITHUB_TOKEN": "", "GITHUB_API_URL": ""}
        words = ["--repository", repository.path, *arguments]
        return program.run("doctor", *words, environment=plain | (environment or {}))

    return ask


@pytest.fixture
def hub():
    with fakehub.serve() as served:
        served.accounts["admin"] = Account(may_administer=True)
        yield served


def online(hub, token="admin"):
    return {"GITHUB_TOKEN": token, "GITHUB_API_URL": hub.url}


def test_files_alone_say_that_github_was_not_asked(asked):
    done = asked(files())
    assert done.output.splitlines() == [
        "not asked: the settings on GitHub; --github OWNER/NAME looks at them, with GITHUB_TOKEN",
        "1 job with the gate: nothing wrong",
    ]
    assert done.exit_code == 0


def test_a_finding_says_what_where_why_and_what_to_do(asked):
    done = asked(files((TYPES, "")))
    first, why, remedy, *_, last = done.output.splitlines()
    assert first == (f"error: {FILE}:3: `pull_request` without `types` leaves out `edited` [trigger-types]")
    assert why.startswith("  A pull request that becomes another one")
    assert remedy == "  → write `types: [opened, synchronize, reopened, edited]`"
    assert (last, done.exit_code) == ("1 job with the gate: 1 error", 1)


def test_the_worktree_is_what_is_looked_at(tmp_path):
    repository = gitserver.init(tmp_path / "repository")
    repository.commit(files((TYPES, "")), "all")
    repository.write({FILE: files()[FILE]})
    assert program.run("doctor", "--repository", repository.path).exit_code == 0


def test_with_github_all_is_well(asked, hub):
    require(hub)
    done = asked(files(), "--github", "acme/shop", environment=online(hub))
    assert (done.output, done.exit_code) == ("1 job with the gate: nothing wrong\n", 0)


def test_what_was_not_seen_is_no_success(asked, hub):
    require(hub)
    done = asked(files(), "--github", "acme/shop", environment=online(hub, "job-token"))
    assert "not seen: whether GitHub Actions is switched on: GitHub shows it to others" in done.output
    assert done.output.endswith("1 job with the gate: 3 not seen\n")
    assert done.exit_code == 3


def test_the_branch_that_is_named_is_looked_at(asked, hub):
    require(hub)
    done = asked(files(), "--github", "acme/shop", "--branch", "next", environment=online(hub))
    assert "'next' does not require 'llmgate'; it requires: none [check-not-required]" in done.output


def test_a_filter_of_branches_is_held_against_the_branch(asked):
    edit = (TYPES, f"{TYPES}    branches: [main]\n")
    assert asked(files(edit)).exit_code == 0
    assert "[trigger-branches]" in asked(files(edit), "--branch", "next").output


def test_json_has_all_of_it(asked, hub, tmp_path):
    require(hub)
    path = tmp_path / "deep" / "doctor.json"
    environment = online(hub, "job-token")
    asked(files((TYPES, "")), "--github", "acme/shop", "--json", path, environment=environment)
    found = json.loads(path.read_text())
    assert (found["schema"], found["repository"], found["branch"]) == ("llmgate.doctor/1", "acme/shop", "main")
    assert (found["exit_code"], found["checks"], len(found["unseen"])) == (1, ["llmgate"], 3)
    (finding,) = found["findings"]
    assert (finding["id"], finding["where"], finding["line"]) == ("trigger-types", FILE, 3)
    assert set(finding) == {"id", "severity", "what", "where", "line", "why", "remedy"}


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["--github", "acme/shop"], {}, "GITHUB_TOKEN is not set"),
        (["--github", "https://github.com/acme/shop"], {"GITHUB_TOKEN": "t"}, "is no repository"),
        (["--github", "acme/../shop"], {"GITHUB_TOKEN": "t"}, "is no repository"),
        (["--branch", "a b"], {}, "is no branch"),
    ],
)
def test_wrong_usage_is_told(asked, arguments, environment, words):
    done = asked(files(), *arguments, environment=environment)
    assert isinstance(done.exception, UsageError)
    assert words in str(done.exception)


def test_hostile_names_do_nothing_in_a_log(asked, hub):
    hub.settings.require(
        "required_status_checks",
        {
            "required_status_checks": [{"context": "\n::error::x\x1b[2J##[add-mask]y"}],
            "strict_required_status_checks_policy": True,
        },
    )
    content = files(("    name: llmgate\n", '    name: "\\n::set-output name=a::b\\e[2J ${{ x }}"\n'))
    done = asked(content, "--github", "acme/shop", environment=online(hub))
    assert "[job-name-varies]" in done.output
    assert "\x1b" not in done.output
    assert "##[" not in done.output
    assert not [line for line in done.output.splitlines() if line.lstrip().startswith("::")]


def test_the_token_is_never_shown(asked, hub, tmp_path):
    token = "ghp_canary0123456789canary0123456789"
    hub.accounts[token] = Account(may_administer=True)
    hub.settings.require(
        "required_status_checks",
        {
            "required_status_checks": [{"context": token}],
            "strict_required_status_checks_policy": True,
        },
    )
    path = tmp_path / "doctor.json"
    done = asked(files(), "--github", "acme/shop", "--json", path, environment=online(hub, token))
    assert "check-not-required" in done.output
    assert token not in done.output + path.read_text()
