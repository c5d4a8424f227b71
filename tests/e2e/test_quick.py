"""What a pull request costs that changes nothing for a model: on 10,000 files, under a second, and nobody is asked."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import project

WATCHED = """
import json, os, resource, sys
asked = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        asked.append(event)
sys.addaudithook(watch)
from llmgate import cli
try:
    cli.main(["gate", "--base", "main", "--head", "pr-7", "--json", sys.argv[1]])
except SystemExit as end:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    heavy = sorted(name for name in ("scipy", "numpy", "httpx", "aiohttp", "github") if name in sys.modules)
    told = {"code": end.code, "seconds": spent.ru_utime + spent.ru_stime, "asked": asked, "heavy": heavy}
    print(json.dumps(told), file=sys.stderr)
"""


@pytest.mark.trust("too-much")
def test_a_change_that_no_model_sees_takes_under_a_second_on_ten_thousand_files(tmp_path):
    modules = {f"src/package{number % 100}/module{number}.py": f"x = {number}\n" for number in range(10_000)}
    shop = project.Project.create(tmp_path / "repository", project.files("http://127.0.0.1:9", fixtures=50) | modules)
    shop.pull({"README.md": "A better shop.\n", "src/package0/module0.py": "x = 1\n"})
    path = tmp_path / "report.json"
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, path],
        cwd=shop.origin.path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stderr)
    report = json.loads(path.read_text())
    assert (report["verdict"], told["code"]) == ("not_applicable", 0)
    assert report["looked"]["changed_files"] == 2
    assert told["asked"] == []
    assert told["heavy"] == []
    assert told["seconds"] < 1.0


TIMED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
spent = resource.getrusage(resource.RUSAGE_CHILDREN)
print(spent.ru_utime + spent.ru_stime)
"""


def test_the_version_is_told_in_under_150_milliseconds_of_process_time(tmp_path):
    program = Path(sys.executable).with_name("llmgate")
    done = subprocess.run(
        [sys.executable, "-c", TIMED, program, "--version"], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 0.15
