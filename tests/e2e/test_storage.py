"""Runs whose store has no room, cannot be written, is damaged, or is used by two at once."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import modelserver, project

LIMITED = """
import os, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
os.execv(sys.argv[2], sys.argv[2:])
"""


@pytest.fixture
def server():
    with modelserver.serve(project.obedient, latency_s=0.01) as server:
        yield server


@pytest.fixture
def shop(tmp_path, server):
    shop = project.Project.create(tmp_path / "repository", project.files(server.url))
    shop.pull({"prompts/support.jinja": project.prompt("Be brief.")})
    return shop


def command(folder, name="report.json"):
    program = Path(sys.executable).with_name("llmgate")
    words = ["gate", "--base", "main", "--head", "pr-7", "--no-publish"]
    return [program, *words, "--store", folder / "store.sqlite", "--json", folder / name]


def test_a_disk_that_is_full_is_not_evaluated_and_what_was_paid_for_is_kept(tmp_path, shop, server):
    limited = [sys.executable, "-c", LIMITED, str(250_000), *command(tmp_path)]
    done = subprocess.run(limited, cwd=shop.origin.path, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    told = " ".join(done.stdout.split())
    assert "The store failed: " in told
    assert "Make room on its disk and run it again" in told
    paid = len(server.seen)
    ended = project.gate(shop, tmp_path)
    assert ended.report["verdict"] == "regressed"
    lost = 16  # in flight when the disk was full
    assert ended.report["calls"]["reused"] >= paid - lost > 0
    assert not [found for found in ended.report["findings"] if found["rule"] == "store"]


def test_a_damaged_store_is_told_set_aside_and_paid_for_again(tmp_path, shop, server):
    first = project.gate(shop, tmp_path)
    path = tmp_path / "store.sqlite"
    path.write_bytes(path.read_bytes()[:9000])
    again = project.gate(shop, tmp_path)
    (told,) = [found for found in again.report["findings"] if found["rule"] == "store"]
    assert told["severity"] == "warn"
    assert "set aside as store.sqlite.damaged-1" in told["message"]
    assert (again.report["verdict"], again.report["calls"]["reused"]) == (first.report["verdict"], 0)
    assert again.report["fixtures"] == first.report["fixtures"]
    assert (tmp_path / "store.sqlite.damaged-1").stat().st_size == 9000


def test_answers_whose_bits_flipped_are_asked_for_again_and_the_verdict_stays(tmp_path, shop):
    first = project.gate(shop, tmp_path)
    with sqlite3.connect(tmp_path / "store.sqlite") as store:
        changed = store.execute(
            "UPDATE call SET completion = replace(completion, '30 days', '14 days') WHERE trial = 1 AND arm = 'head'"
        ).rowcount
    store.close()
    again = project.gate(shop, tmp_path)
    assert again.report["calls"]["made"] == changed > 0
    assert again.report["verdict"] == first.report["verdict"] == "regressed"
    assert again.report["fixtures"] == first.report["fixtures"]
    (told,) = [found for found in again.report["findings"] if found["rule"] == "store"]
    assert told["message"] == "calls were damaged: they are made anew"


def test_two_runs_on_one_store_at_once_come_to_one_verdict_and_pay_once(tmp_path, shop, server):
    runs = [
        subprocess.Popen(command(tmp_path, name), cwd=shop.origin.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for name in ("first.json", "second.json")
    ]
    for run in runs:
        run.communicate(timeout=120)
    assert [run.returncode for run in runs] == [1, 1]
    reports = [json.loads((tmp_path / name).read_text()) for name in ("first.json", "second.json")]
    paid = {report["calls"]["made"] for report in reports}
    assert paid == {0, len(server.seen)}
    assert max(Counter(repr(each.body) for each in server.seen).values()) == 1
    assert reports[0]["fixtures"] == reports[1]["fixtures"]
    assert list(tmp_path.glob("*.run-*")) == []
