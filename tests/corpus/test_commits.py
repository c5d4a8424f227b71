"""The corpus as commits of a real repository, judged by the gate's own reading of both revisions."""

import datetime as dt
import subprocess

import pytest

from llmgate import gate, git
from llmgate.config import Config
from llmgate.prompts import templates
from llmgate.question import Question
from llmgate.report.material import Material
from llmgate.trial import Arm
from tests import gitserver
from tests.corpus import commits

CASES = commits.cases()


def stream():
    """Write every case as two commits, for `git fast-import`."""
    for place, case in enumerate(CASES):
        for side in ("base", "head"):
            ref = f"refs/heads/case-{place}-{side}".encode()
            yield b"commit " + ref + b"\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\n"
            for path, data in commits.files(case, side).items():
                yield f'M 100644 inline "{path}"\ndata {len(data)}\n'.encode() + data + b"\n"
            yield b"\n"


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    repository = gitserver.init(folder / "repository")
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repository.path, input=b"".join(stream()), check=True)
    return git.Repository.open(repository.path, scratch=folder / "scratch")


def inspected(history, place):
    base, head = (history.resolve(f"refs/heads/case-{place}-{side}") for side in ("base", "head"))
    material = Material(question=Question(base=base, head=head, head_sha=head, base_ref="base", head_ref="head"))
    renders = dict.fromkeys(Arm, templates.fill)
    gate.inspect(history, material, render=renders, today=dt.date(2026, 11, 26), without=Config(version=1))
    return material


def test_there_are_more_than_150_commits_over_all_formats():
    assert len(CASES) >= 150


def test_every_commit_changes_what_its_files_do(history):
    apart = {
        case.id: found
        for place, case in enumerate(CASES)
        if (found := commits.told(inspected(history, place).changes)) != commits.observed(case)
    }
    assert apart == {}
