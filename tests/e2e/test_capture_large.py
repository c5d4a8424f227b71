"""Capture at the size of production: 10,000 spans are quick and small, and a file may be larger than memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import project, spans

MEASURED = """
import json, resource, subprocess, sys, time
started = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
measured = {"seconds": time.monotonic() - started, "megabytes": peak / 1024, "code": done.returncode}
print(json.dumps({**measured, "lines": done.stdout.splitlines()[-3:]}))
"""


@pytest.fixture
def shop(tmp_path):
    files = {**project.files("http://127.0.0.1:9", fixtures=1), "prompts/support.jinja": spans.PROMPT}
    return project.Project.create(tmp_path / "repository", files)


def measured(shop, path, *options) -> dict:
    program = Path(sys.executable).with_name("llmgate")
    command = [program, "capture", "otlp", path, "--out", shop.origin.path / "fixtures" / "captured", *options]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, command)],
        cwd=shop.origin.path,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.slow
def test_ten_thousand_spans_are_captured_in_20_seconds_and_300_megabytes(shop, tmp_path):
    path = tmp_path / "traces.jsonl"
    path.write_text("".join(spans.lines(2_000)))

    found = measured(shop, path)

    assert found["lines"] == [found["lines"][0], "2,000 drafts", "redacted: 2000 email"], found
    assert found["seconds"] < 20, found
    assert found["megabytes"] < 300, found


@pytest.mark.slow
def test_a_file_of_a_gigabyte_streams(shop, tmp_path):
    path = tmp_path / "traces.jsonl"
    block = "".join(spans.lines(2_000))
    with path.open("w") as file:
        for number in range(84):  # other traces each time: their ids begin with the number of the block
            file.write(block.replace('"traceId": "00', f'"traceId": "{number + 16:02x}'))
    assert path.stat().st_size > 10**9

    found = measured(shop, path, "--limit", "5")
    path.unlink()

    assert found["lines"][-2] == "5 drafts", found
    assert found["megabytes"] < 300, found
