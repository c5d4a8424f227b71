"""`llmgate changes` on 10,000 files with 500 prompt units: quick, small, and only what differs is read."""

import json
import os
import subprocess
import sys

import pytest

from tests import project

WATCHED = """
import json, sys
from llmgate import cli, git
seen = set()
read = git.Repository.read
def counted(self, commit, path, **settings):
    seen.add(path)
    return read(self, commit, path, **settings)
git.Repository.read = counted
try:
    cli.main(["changes", "--base", "main", "--head", "pr-7", "--json", sys.argv[1]])
except SystemExit as end:
    print(json.dumps({"code": end.code, "read": sorted(seen)}), file=sys.stderr)
"""

TIMED = """
import json, resource, subprocess, sys, time
started = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"seconds": time.monotonic() - started, "megabytes": peak / 1024}))
"""

DECLARED = 'version: 1\nsurface: {prompts: ["prompts/**", "src/**/agent*.py"]}\n'
FOUND = "version: 1\n"

PROMPT = (
    "You are assistant number {number}.\nAnswer the question of the customer in a friendly way.\n{{{{ question }}}}\n"
)
AGENT = '''"""Agent {number}."""

SYSTEM_PROMPT = """You are agent number {number}. Plan the work of the day and answer with a list of steps."""


def ask(client, question):
    messages = [{{"role": "system", "content": SYSTEM_PROMPT}}, {{"role": "user", "content": question}}]
    return client.chat.completions.create(model="gpt-4o-2024-08-06", messages=messages)
'''


def files():
    prompts = {f"prompts/p{number}.jinja": PROMPT.format(number=number) for number in range(200)}
    texts = {f"prompts/t{number}.md": PROMPT.format(number=number) for number in range(150)}
    agents = {f"src/agents/agent{number}.py": AGENT.format(number=number) for number in range(150)}
    modules = {f"src/package{number % 100}/module{number}.py": f"x = {number}\n" for number in range(9_500)}
    return prompts | texts | agents | modules


EDITS = {
    "prompts/p7.jinja": PROMPT.format(number="seven"),
    "prompts/t9.md": PROMPT.format(number="nine"),
    "src/agents/agent3.py": AGENT.format(number="three"),
    **{f"src/package{number}/module{number}.py": f"y = {number}\n" for number in range(50)},
}
EXPECTED = {"prompt:prompts/p7.jinja", "prompt:prompts/t9.md"}


@pytest.fixture(params=[DECLARED, FOUND], ids=["declared", "found"])
def shop(request, tmp_path):
    made = project.Project.create(tmp_path / "repository", files() | {"llmgate.yaml": request.param})
    made.pull(EDITS)
    return made


def ran(tmp_path, shop, *command):
    return subprocess.run(
        [sys.executable, *command],
        cwd=shop.origin.path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )


def test_only_what_differs_is_read_and_every_change_is_found(tmp_path, shop):
    path = tmp_path / "changes.json"
    told = json.loads(ran(tmp_path, shop, "-c", WATCHED, path).stderr.splitlines()[-1])
    found = {change["unit"] for change in json.loads(path.read_text())["changes"]}
    assert told["code"] == 0
    assert found >= EXPECTED
    assert any(unit.startswith("prompt:src/agents/agent3.py") for unit in found)
    assert len(found) == 3
    assert set(told["read"]) <= EDITS.keys() | {"llmgate.yaml"}


def test_it_takes_under_two_seconds_and_200_megabytes(tmp_path, shop):
    command = [sys.executable, "-m", "llmgate.cli", "changes", "--base", "main", "--head", "pr-7"]
    spent = json.loads(ran(tmp_path, shop, "-c", TIMED, *command).stdout)
    sys.stdout.write(f"\n{spent['seconds']:.2f} s wall, {spent['megabytes']:.0f} MB\n")
    assert spent["seconds"] < 2.0
    assert spent["megabytes"] < 200
