"""`llmgate baseline` with batches is killed, as a job that runs out of time is, and goes on without paying again."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import batchserver, project

APIS = ("openai-chat", "anthropic-messages")
FIXTURES, SAMPLES = 4, 5


class Shop:
    def __init__(self, folder, server, api):
        policy = f"  baseline: {{run: batch, samples: {SAMPLES}, wait_minutes: 0.4}}\n"
        files = project.files(server.url, fixtures=FIXTURES, key="BATCH_KEY", policy=policy)
        files["llmgate.yaml"] = files["llmgate.yaml"].replace("key: BATCH_KEY", f"key: BATCH_KEY, api: {api}")
        self.path = project.Project.create(folder / "repository", files).origin.path
        self.store = folder / "store.sqlite"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "BATCH_KEY": project.KEY}

    def start(self):
        words = [Path(sys.executable).with_name("llmgate"), "baseline", "--store", self.store]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(words, cwd=self.path, env=self.environment, **pipes)

    def finish(self):
        running = self.start()
        told, _ = running.communicate(timeout=60)
        return running.returncode, told

    def count(self, table):
        with contextlib.closing(sqlite3.connect(self.store)) as connection:
            return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def killed(shop, moment):
    running = shop.start()
    deadline = time.monotonic() + 30
    while not moment():
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    running.kill()
    running.communicate()


def reads(server):
    return sum(path.endswith(("/content", "/results")) for _, path, _ in server.calls)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("moment", ["waiting", "creating", "reading"])
def test_a_killed_run_is_continued_and_no_request_is_in_two_batches(tmp_path, api, moment):
    told = {
        "waiting": {"polls": 3},
        "creating": {"on_create": [batchserver.HANG]},
        "reading": {"on_results": [batchserver.STALL]},
    }
    with batchserver.serve(answer=project.obedient, **told[moment]) as server:
        shop = Shop(tmp_path, server, api)
        reached = {
            "waiting": lambda: any(batch.looks for batch in server.batches.values()),
            "creating": lambda: server.batches,
            "reading": lambda: reads(server) and shop.count("call") > 3,
        }
        killed(shop, reached[moment])
        code, said = shop.finish()
        assert (code, len(server.batches)) == (0, 1), said
        assert server.live == []
    assert shop.count("call") == shop.count("sample") == FIXTURES * SAMPLES == sum(server.bill.values())


def test_a_run_that_was_killed_before_it_sent_anything_sends_it_once(tmp_path):
    with batchserver.serve(answer=project.obedient, on_create=[batchserver.DROP_BEFORE]) as server:
        shop = Shop(tmp_path, server, "openai-chat")
        killed(shop, lambda: ("POST", "/v1/batches", project.KEY) in server.calls)
        with contextlib.closing(sqlite3.connect(shop.store)) as connection:
            connection.execute("UPDATE batch SET sent_at = sent_at - 200")  # the list is complete after two minutes
            connection.commit()
        code, said = shop.finish()
    assert (code, len(server.batches)) == (0, 1), said
    assert shop.count("sample") == FIXTURES * SAMPLES
