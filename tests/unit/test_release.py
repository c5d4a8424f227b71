"""What a release needs holds before there is one."""

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import llmgate
from scripts.release import agreement, changelog, pin

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
IMAGE = f"ghcr.io/llmgate/llmgate@sha256:{'0123456789abcdef' * 4}"
CODE = '__version__ = "1.2.3"\n'
RELEASED = """\
# Changelog

## [Unreleased]

## [1.2.3] - 2026-12-01

### Added

- A.

## [1.2.2] - 2026-11-01

- B.
"""


def told(code=CODE, log=RELEASED, tag="build/v1.2.3"):
    return list(agreement.faults(code, log, tag))


def test_the_version_and_the_changelog_agree():
    assert told((ROOT / "llmgate/__init__.py").read_text(), (ROOT / "CHANGELOG.md").read_text(), "") == []
    assert agreement.version((ROOT / "llmgate/__init__.py").read_text()) == llmgate.__version__


def test_a_commit_that_is_ready_is_released():
    assert told() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tag": "build/v1.2.4"}, "build/v1.2.3"),
        ({"tag": "v1.2.3"}, "build/v1.2.3"),
        ({"code": '__version__ = "1.2.4"\n'}, "its newest release is 1.2.3"),
        ({"code": ""}, "no version"),
        ({"code": '__version__ = "1.2"\n'}, "no version such as 1.2.3"),
        ({"log": RELEASED.replace("[Unreleased]\n", "[Unreleased]\n\n- C.\n")}, "still has changes"),
        ({"log": RELEASED.replace("### Added\n\n- A.\n", "")}, "no section [1.2.3] with changes"),
        ({"log": "# Changelog\n\n## [Unreleased]\n"}, "it tells of no change"),
    ],
)
def test_a_commit_that_is_not_ready_is_told_why(change, words):
    assert any(words in fault for fault in told(**change))


def test_changes_may_wait_for_the_next_release():
    assert told(log=RELEASED.replace("[Unreleased]\n", "[Unreleased]\n\n- C.\n"), tag="") == []


def test_the_notes_of_a_release_are_its_section():
    assert changelog.sections(RELEASED) == {"Unreleased": "", "1.2.3": "### Added\n\n- A.", "1.2.2": "- B."}


def test_the_action_runs_the_image_by_its_digest_and_nothing_else_changes(tmp_path):
    before = (ROOT / "action.yml").read_text()
    after = pin.pinned(before, IMAGE)
    assert YAML(typ="safe").load(after)["runs"] == {"using": "docker", "image": f"docker://{IMAGE}"}
    assert after.replace(f"docker://{IMAGE}", "Dockerfile") == before
    path = tmp_path / "action.yml"
    path.write_text(after)
    schema = [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-actions", path]
    assert subprocess.run(schema, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    "image",
    [
        "",
        "ghcr.io/llmgate/llmgate:1.2.3",
        IMAGE[:-1],
        f"{IMAGE}\n",
        f"{IMAGE}\n  args: [x]",
        "llmgate@sha256:" + "0" * 64,
    ],
)
def test_an_image_that_is_not_named_by_its_digest_is_refused(image):
    with pytest.raises(pin.NotPinned, match="by its digest"):
        pin.pinned((ROOT / "action.yml").read_text(), image)


def test_an_action_that_is_pinned_is_not_pinned_again():
    with pytest.raises(pin.NotPinned, match="is not there once"):
        pin.pinned(pin.pinned((ROOT / "action.yml").read_text(), IMAGE), IMAGE)


@pytest.mark.trust("supply-chain")
@pytest.mark.parametrize("path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.name)
def test_a_workflow_of_ours_may_do_little_and_takes_actions_by_their_commit(path):
    text = path.read_text()
    workflow = YAML(typ="safe").load(text)
    assert workflow["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in workflow["jobs"].values())
    used = re.findall(r"uses: (.+)", text)
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each) for each in used)
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


@pytest.mark.trust("supply-chain")
def test_an_action_is_taken_at_one_commit_everywhere():
    used = {
        each
        for path in (ROOT / ".github/workflows").glob("*.yml")
        for each in re.findall(r"uses: (.+)", path.read_text())
    }
    assert len(used) == len({each.partition("@")[0] for each in used})


@pytest.mark.trust("supply-chain")
def test_the_base_of_the_image_is_an_argument_that_a_release_gives_by_digest():
    text = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["${BASE}", "${BASE}"]
    (base,) = re.findall(r"^ARG BASE=(\S+)$", text, re.MULTILINE)
    assert re.fullmatch(r"docker\.io/library/python:3\.\d+-slim-\w+", base)
    jobs = YAML(typ="safe").load((ROOT / ".github/workflows/release.yml").read_text())["jobs"]
    (given,) = [step["with"]["build-args"] for step in jobs["image"]["steps"] if step.get("id") == "build"]
    assert given == "BASE=${{ needs.check.outputs.base }}"
    assert jobs["check"]["outputs"]["base"] == "${{ steps.base.outputs.base }}"


@pytest.mark.trust("supply-chain")
def test_a_release_is_made_with_locked_packages():
    text = (ROOT / ".github/requirements/release.txt").read_text()
    names = re.findall(r"^([a-z0-9._-]+)==\S+ \\$", text, re.MULTILINE)
    wanted = (ROOT / ".github/requirements/release.in").read_text().split("\n")[1:]
    assert {name for name in wanted if name} <= {*names}
    assert len(re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE)) == len(names)
    assert "://" not in text


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, capture_output=True, check=True
    )
    return folder


def test_the_wheel_has_the_package_with_its_data_and_no_tests(made):
    (wheel,) = made.glob(f"llmgate-{llmgate.__version__}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    kept = {path.relative_to(ROOT).as_posix() for path in (ROOT / "llmgate").rglob("*") if path.is_file()}
    assert {name for name in kept if "__pycache__" not in name} == {
        name for name in names if name.startswith("llmgate/")
    }
    assert all(name.startswith(("llmgate/", "llmgate-")) for name in names)


def test_the_source_distribution_has_what_the_tests_read(made):
    (source,) = made.glob("*.tar.gz")
    prefix = f"llmgate-{llmgate.__version__}/"
    with tarfile.open(source) as archive:
        names = {name.removeprefix(prefix) for name in archive.getnames()}
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    passed_over = {".gitignore", ".dockerignore"}
    assert {name for name in tracked.split("\0") if name} - names - passed_over == set()
