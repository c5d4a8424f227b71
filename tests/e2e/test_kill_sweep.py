"""SIGKILL at every journal record of a run: continued, it comes to the same verdict and pays for no finished call."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import modelserver, project

ROOT = Path(__file__).parents[2]
POINTS_AT_LEAST = 200
LATENCY_S = 0.001


def case(number):
    return f"""id: case-{number}
target: support
title: Case {number}
category: grounding
input: {{variables: {{question: "May I return order {number}?"}}}}
assert: [{{type: contains, value: "14 days"}}]
"""


def files(origin, *, fixtures, concurrency, screen):
    policy = f"  concurrency: {concurrency}\n  screen: {screen}\n"
    config = project.config(origin, policy=policy).replace("support.jinja", "support.md")
    cases = {f"fixtures/case-{number}.yaml": case(number) for number in range(fixtures)}
    return {"llmgate.yaml": config, "prompts/support.md": prompt(project.GOOD_RULE), **cases}


def prompt(rule):
    return f"You are the support bot of a shop.\n{rule}\n\nQuestion: {{{{ question }}}}\n"


def answered(asked):
    """A model that follows the rule; where it is told to be brief, it fails on half of what it is asked."""
    text = asked.prompt + asked.system
    if project.GOOD_RULE in text:
        return "Within 14 days."
    return "Within 14 days." if "brief" in text and asked.seed % 2 else "Within 30 days, I believe."


@dataclass(frozen=True, kw_only=True)
class Story:
    """A change, the suite it meets, and what a run that nobody kills comes to."""

    rule: str
    verdict: str
    fixtures: int = 3
    concurrency: int = 1
    screen: int = 4


STORIES = {
    "a_change_that_breaks_all": Story(rule="Be kind.", verdict="regressed"),
    "a_change_that_breaks_half": Story(rule="Be brief.", verdict="regressed", concurrency=8),
    "a_change_that_breaks_nothing": Story(
        rule=f"{project.GOOD_RULE} Be kind.", verdict="inconclusive", fixtures=7, screen=5
    ),
}


@pytest.fixture
def folder():
    """A folder in memory, where hundreds of stores are written as fast as it goes; else an ordinary one."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    made = Path(tempfile.mkdtemp(prefix="llmgate-kill-", dir=place))
    yield made
    shutil.rmtree(made)


def swept(shop, folder, moments):
    """Kill a run at each of the moments, each in a store of its own, and run it again; two of them at a time."""
    variables = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "OPENBLAS_NUM_THREADS": "1"}
    program = [sys.executable, Path(__file__).with_name("killing.py"), shop.origin.path, folder]
    runs = [
        subprocess.Popen([*program, json.dumps(part)], cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True)
        for part in (moments[::2], moments[1::2])
    ]
    told = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    return [json.loads(line) for lines in told for line in lines.splitlines()]


@pytest.mark.slow
@pytest.mark.trust("signal")
def test_a_run_that_is_killed_at_any_record_comes_to_the_same_verdict_and_pays_nothing_twice(folder):
    points = duplicates = 0
    for name, story in STORIES.items():
        with modelserver.serve_in_process("tests.e2e.test_kill_sweep:answered", latency_s=LATENCY_S) as server:
            content = files(server.url, fixtures=story.fixtures, concurrency=story.concurrency, screen=story.screen)
            shop = project.Project.create(folder / name / "repository", content)
            shop.pull({"prompts/support.md": prompt(story.rule)})
            (folder / name / "runs").mkdir()
            (whole,) = swept(shop, folder / name / "runs", [0])
            assert (whole["report"]["verdict"], whole["report"]["calls"]["reused"]) == (story.verdict, 0)
            for run in swept(shop, folder / name / "runs", list(range(1, whole["rows"]))):
                assert (run["code"], run["report"]["verdict"]) == (whole["code"], story.verdict)
                assert run["report"]["fixtures"] == whole["report"]["fixtures"]
                assert run["rows"] == whole["rows"]
                duplicates += run["report"]["calls"]["made"] - (whole["rows"] - run["kept"])
                points += run["killed"]
    print(f"\n{points} kill points, {duplicates} calls of the journal paid for twice")  # noqa: T201 - the measure
    assert points >= POINTS_AT_LEAST
    assert duplicates == 0
