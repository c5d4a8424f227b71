"""A provider is killed in the middle of a run and comes back 30 seconds later: the run waits and goes on by itself.

The server is a process of its own. It counts the answers that it has written, by what tells trials apart, into a file
that outlives it: that is the bill.
"""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests import project

pytestmark = pytest.mark.slow

DOWN_S = 30.0
FIXTURES, SCREEN, CONCURRENCY = 25, 10, 16
TRIALS = 2 * FIXTURES * SCREEN

SERVER = """
import asyncio, json, sys
from aiohttp import web
from tests import modelserver, project

port, bill = int(sys.argv[1]), open(sys.argv[2], "a", buffering=1)

async def answer(request):
    asked = modelserver.Asked(path=request.path, headers={}, body=await request.json())
    await asyncio.sleep(0.05)
    written = modelserver.written(asked, modelserver.Said(text="Within 14 days [returns.md#1]."))
    response = web.json_response(written)
    await response.prepare(request)
    await response.write_eof()
    bill.write(json.dumps([asked.prompt, asked.seed]) + "\\n")
    return response

app = web.Application()
app.router.add_post("/v1/chat/completions", answer)
web.run_app(app, host="127.0.0.1", port=port, print=lambda *_: None)
"""


class Provider:
    """A model server that can be killed and started again at the same port."""

    def __init__(self, folder, port):
        self.bill, self.port, self.folder = folder / "bill.jsonl", port, folder
        (folder / "server.py").write_text(SERVER)
        self.process = None

    def start(self):
        words = [sys.executable, self.folder / "server.py", str(self.port), self.bill]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        self.process = subprocess.Popen(words, env=environment)
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(0.05)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def answered(self):
        """Answers by trial: in one arm, what tells trials apart is the question and the seed."""
        lines = self.bill.read_text().splitlines() if self.bill.exists() else []
        return Counter(tuple(json.loads(line)) for line in lines)


@pytest.fixture
def provider(tmp_path, unused_tcp_port):
    found = Provider(tmp_path, unused_tcp_port)
    found.start()
    yield found
    found.kill()


def started(shop, folder):
    program = Path(sys.executable).with_name("llmgate")
    files = ["--json", folder / "report.json", "--store", folder / "store.sqlite"]
    words = [program, "gate", "--base", "main", "--head", "pr-7", *files]
    plain = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.Popen(words, cwd=shop.origin.path, env=plain, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def journaled(folder):
    with contextlib.closing(sqlite3.connect(folder / "store.sqlite")) as connection:
        return connection.execute("SELECT count(*) FROM call").fetchone()[0]


@pytest.mark.trust("provider-recovers")
def test_a_run_of_500_trials_survives_30_seconds_without_its_provider_and_pays_nothing_twice(tmp_path, provider):
    settings = f"  screen: {SCREEN}\n  concurrency: {CONCURRENCY}\n"
    files = project.files(f"http://127.0.0.1:{provider.port}", fixtures=FIXTURES, policy=settings)
    shop = project.Project.create(tmp_path / "repository", files)
    shop.pull({"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be brief.")})
    run = started(shop, tmp_path)
    while sum(provider.answered().values()) < TRIALS // 2:
        assert run.poll() is None, run.communicate()
        time.sleep(0.01)
    provider.kill()
    answered = sum(provider.answered().values())
    assert answered < TRIALS
    time.sleep(DOWN_S)
    assert run.poll() is None, run.communicate()
    provider.start()
    _, told = run.communicate(timeout=25)
    report = json.loads((tmp_path / "report.json").read_text())
    assert run.returncode == 0, told
    assert report["verdict"] == "passed"
    assert report["calls"]["errors"] == 0
    bill = provider.answered()
    assert len(bill) == journaled(tmp_path) == report["calls"]["made"] >= TRIALS
    assert set(bill.values()) == {1}
