"""The pipelines of docs/ci: valid by their services' schemas, and run line by line in clones as the services make."""

import functools
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
from lxml import etree
from ruamel.yaml import YAML

from tests import gitserver, modelserver, project

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}
SCHEMAS = {
    "gitlab": "gitlab-ci",
    "circleci": "circle-ci",
    "buildkite": "buildkite",
    "azure": "azure-pipelines",
}
INSTALLS = re.compile(r"pip install|/activate|-m venv")


def blocks(name, language):
    text = (ROOT / "docs" / "ci" / f"{name}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def read(name):
    (block,) = blocks(name, "yaml")
    return YAML(typ="safe").load(block)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_pipeline_is_valid_by_the_schema_of_its_service(tmp_path, name):
    (block,) = blocks(name, "yaml")
    (tmp_path / "pipeline.yml").write_text(block, encoding="utf-8")
    checker = [BIN / "check-jsonschema", "--builtin-schema", f"vendor.{SCHEMAS[name]}"]
    checker += ["--regex-variant", "nonunicode", tmp_path / "pipeline.yml"]  # Azure's has patterns of older engines
    done = subprocess.run(checker, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_jenkinsfile_is_balanced_and_publishes_whatever_the_stage_ended_with():
    (block,) = blocks("jenkins", "groovy")
    outside = re.sub(r"'''.*?'''|'[^']*'", "", block, flags=re.DOTALL)
    for opening, closing in ("{}", "()", "[]"):
        assert outside.count(opening) == outside.count(closing)
    assert re.search(r"post \{\s*always \{\s*junit testResults: 'junit.xml', allowEmptyResults: true", block)
    assert "changeRequest()" in block


# Each service's own lines


def gitlab(_variables):
    return "\n".join(read("gitlab")["llmgate"]["script"])


def jenkins(_variables):
    (block,) = blocks("jenkins", "groovy")
    return "\n".join(
        single or several for single, several in re.findall(r"sh (?:'([^'\n]+)'|'''(.*?)''')", block, re.DOTALL)
    )


def circleci(variables):
    (job,) = read("circleci")["jobs"].values()
    assert job["environment"] == {"TARGET": "<< pipeline.event.github.pull_request.base.ref >>"}
    variables["TARGET"] = "main"
    commands = [step["run"] for step in job["steps"] if "run" in step]
    return "\n".join(command if isinstance(command, str) else command["command"] for command in commands)


def buildkite(_variables):
    (script,) = blocks("buildkite", "bash")
    return script


def azure(variables):
    gate, verdict = read("azure")["jobs"]
    (step,) = [step for step in gate["steps"] if step.get("name") == "llmgate"]
    variables["CODE"] = "$code"
    return step["bash"] + 'CODE="$code"\n' + verdict["steps"][-1]["bash"]


@dataclass(frozen=True, kw_only=True)
class Service:
    """How a service checks out: the reference, whether it is the merge, and its variables by the two commits."""

    lines: object
    fetched: str
    variables: dict[str, str]
    merge: bool = False
    shell: str = "sh -e"
    results: str = "."


SERVICES = {
    "gitlab": Service(
        lines=gitlab,
        fetched="refs/merge-requests/7/head",
        variables={"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "{fork}"},
    ),
    "gitlab-merged-results": Service(
        lines=gitlab,
        fetched="refs/merge-requests/7/merge",
        variables={"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "{main}", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "{fork}"},
        merge=True,
    ),
    "jenkins": Service(
        lines=jenkins,
        fetched="refs/pull/7/merge",
        variables={"CHANGE_TARGET": "main", "CHANGE_ID": "7", "JOB_NAME": "acme/shop/PR-7"},
        merge=True,
    ),
    "circleci": Service(
        lines=circleci,
        fetched="refs/heads/pr-7",
        variables={"CIRCLE_BRANCH": "pr-7"},
        shell="bash -eo pipefail",
        results="results",
    ),
    "buildkite": Service(
        lines=buildkite,
        shell="bash",
        fetched="refs/pull/7/head",
        variables={
            "BUILDKITE_PULL_REQUEST": "7",
            "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
            "BUILDKITE_PIPELINE_SLUG": "shop",
        },
    ),
    "azure": Service(
        lines=azure,
        fetched="refs/pull/7/merge",
        variables={"SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main", "PIPELINE_WORKSPACE": "{folder}"},
        merge=True,
        shell="bash --noprofile --norc",
        results="results",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A repository whose main branch went on after the pull request left it, at `fork`."""

    origin: gitserver.Checkout
    fork: str
    main: str
    head: str
    merge: str


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("other-ci")
    with modelserver.serve(project.obedient) as model:
        built = project.Project.create(folder / "origin", project.files(model.url, fixtures=4))
        git = built.origin
        pull = built.pull(WORSE)
        main = git.commit({"prompts/other.jinja": "Another prompt.\n"}, "main goes on")
        git("checkout", "-q", "--detach", "main")
        git("merge", "-q", "--no-ff", "-m", "merge", pull.head)
        merge = git("rev-parse", "HEAD")
        git("checkout", "-q", "main")
        for reference in ("refs/pull/7/merge", "refs/merge-requests/7/merge"):
            git("update-ref", reference, merge)
        for reference in ("refs/pull/7/head", "refs/merge-requests/7/head"):
            git("update-ref", reference, pull.head)
        yield Shop(origin=git, fork=pull.base, main=main, head=pull.head, merge=merge)


def check_out(shop, service, folder):
    """Make the clone: the agents of all these services fetch into an empty repository and detach the commit."""
    clone = gitserver.init(folder)
    clone("remote", "add", "origin", str(shop.origin.path))
    wanted = [f"+{service.fetched}:{service.fetched.replace('refs/heads/', 'refs/remotes/origin/')}"]
    if service.lines is azure:  # with fetchDepth: 0 it fetches all branches
        wanted.append("+refs/heads/*:refs/remotes/origin/*")
    clone("fetch", "-q", "--no-tags", "origin", *wanted)
    clone("checkout", "-q", "--force", "--detach", shop.merge if service.merge else shop.head)
    return clone


def run(shop, service, tmp_path):
    """Run the service's lines but for those that install."""
    clone = check_out(shop, service, tmp_path / "clone")
    told = {"fork": shop.fork, "main": shop.main, "folder": str(tmp_path)}
    variables = {name: value.format(**told) for name, value in service.variables.items()}
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "buildkite-agent").write_text(f'#!/bin/sh\n{{ echo "$@"; cat; }} >"{tmp_path}/annotation"\n')
    (programs / "buildkite-agent").chmod(0o755)
    lines = service.lines(variables).splitlines()
    script = "\n".join(line for line in lines if not INSTALLS.search(line))
    environment = {"PATH": f"{programs}:{BIN}:{os.environ['PATH']}", "HOME": str(tmp_path), "CI": "true", **variables}
    shell = [*service.shell.split(), "-c", script]
    return subprocess.run(shell, cwd=clone.path, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def ran(shop, tmp_path_factory):
    """How a service's lines ended, and the folder that they ran in: each service once."""

    @functools.cache
    def once(name):
        folder = tmp_path_factory.mktemp(name)
        return run(shop, SERVICES[name], folder), folder

    return once


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_blocks_the_regression_and_compares_exactly_what_the_pull_request_changes(shop, ran, name):
    service = SERVICES[name]
    done, folder = ran(name)
    assert done.returncode == 1, done.stderr
    results = folder / "clone" / service.results
    report = json.loads((results / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"] == "regressed"
    assert report["base"]["sha"] == (shop.main if service.merge else shop.fork)
    assert [change["path"] for change in report["changes"]] == ["prompts/support.jinja"]
    (junit,) = results.rglob("junit.xml")
    failed = etree.parse(junit).xpath("//testcase[failure]/@name")
    assert set(failed) >= {"verdict", "case-000"}
    assert "\x1b" not in done.stdout + done.stderr


def test_gitlab_gets_the_broken_prompt_as_code_quality(ran):
    _, folder = ran("gitlab")
    issues = json.loads((folder / "clone" / "gl-code-quality-report.json").read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "tests" / "data" / "codequality.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(issues)
    assert {(issue["location"]["path"], issue["severity"]) for issue in issues} == {
        ("prompts/support.jinja", "blocker")
    }


def test_buildkite_gets_the_summary_as_an_annotation(ran):
    _, folder = ran("buildkite")
    first, heading = (folder / "annotation").read_text(encoding="utf-8").splitlines()[:2]
    assert first == "annotate --context llmgate --style error"
    assert heading.startswith("## ✗ llmgate: ")


def test_a_clone_without_the_base_is_never_green(shop, tmp_path):
    service = SERVICES["gitlab"]
    clone = gitserver.init(tmp_path / "clone")
    clone("remote", "add", "origin", f"file://{shop.origin.path}")
    clone("fetch", "-q", "--depth=1", "origin", service.fetched)
    clone("checkout", "-q", "--detach", shop.head)
    ended = project.command("gate", "--base", shop.fork, "--head", "HEAD", cwd=clone.path)
    assert ended.code in (2, 3)
    assert "shallow" in ended.stderr


def test_the_command_that_the_image_has_is_the_program(tmp_path):
    (made,) = re.findall(r"^RUN (printf .*?) \\$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    local = made.replace("/opt/llmgate/bin/python", sys.executable).replace("/usr/local/bin/llmgate", "./llmgate")
    subprocess.run(["sh", "-c", local], cwd=tmp_path, check=True)
    (tmp_path / "llmgate").chmod(0o755)
    help_of_gate = subprocess.check_output([tmp_path / "llmgate", "gate", "--help"], cwd=tmp_path, text=True)
    assert "--junit" in help_of_gate
    assert "--entrypoint llmgate" in (ROOT / "docs" / "ci" / "README.md").read_text(encoding="utf-8")
