"""A run that is stopped pays for nothing twice: what was answered is in the journal."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import modelserver, project


@pytest.fixture(scope="module")
def slow():
    with modelserver.serve(project.obedient, latency_s=0.05) as server:
        yield server


def started(shop, folder):
    program = Path(sys.executable).with_name("llmgate")
    words = [program, "gate", "--base", "main", "--head", "pr-7", "--store", str(folder / "store.sqlite")]
    plain = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.Popen(words, cwd=shop.origin.path, env=plain, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for(server, calls):
    deadline = time.monotonic() + 30
    while len(server.seen) < calls:
        assert time.monotonic() < deadline, "the run asks nobody"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory, slow):
    """The report of the same change where nothing stops it, and the calls that it takes."""
    folder = tmp_path_factory.mktemp("uninterrupted")
    shop = project.Project.create(folder / "twin", project.files(slow.url))
    shop.pull({"prompts/support.jinja": project.prompt("Be brief.")})
    before = len(slow.seen)
    ended = project.gate(shop, folder)
    return ended.report, len(slow.seen) - before


@pytest.mark.trust("signal")
@pytest.mark.parametrize("after", [1, 40, 150, 260])
def test_a_killed_run_is_continued_without_paying_for_a_finished_call_again(tmp_path, slow, uninterrupted, after):
    whole, calls = uninterrupted
    shop = project.Project.create(tmp_path / "repository", project.files(slow.url))
    shop.pull({"prompts/support.jinja": project.prompt("Be brief.")})
    before = len(slow.seen)
    run = started(shop, tmp_path)
    wait_for(slow, before + after)
    run.kill()
    run.communicate()
    ended = project.gate(shop, tmp_path)
    lost = 16  # in flight when the process died: as many as run at once, and no more
    assert ended.report["verdict"] == whole["verdict"] == "regressed"
    assert calls <= len(slow.seen) - before <= calls + lost
    assert ended.report["calls"]["reused"] >= after - lost
    assert ended.report["fixtures"] == whole["fixtures"]


@pytest.mark.trust("signal")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_with_130_in_under_7_seconds(tmp_path, slow, sent):
    shop = project.Project.create(tmp_path / "repository", project.files(slow.url))
    shop.pull({"prompts/support.jinja": project.prompt("Be brief.")})
    before = len(slow.seen)
    run = started(shop, tmp_path)
    wait_for(slow, before + 20)
    start = time.monotonic()
    run.send_signal(sent)
    _, told = run.communicate(timeout=20)
    assert run.returncode == 130
    assert time.monotonic() - start < 7
    assert b"interrupted" in told
