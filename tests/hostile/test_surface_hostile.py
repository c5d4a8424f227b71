"""Files that nobody can understand count as changed, are named, and never end the program."""

import json
import time

import pytest

from llmgate import changes, surface
from llmgate.config import Config
from llmgate.trial import Arm
from tests import project
from tests.unit.cli import program

MAX_SECONDS = 3.0
LONG = b"You are a bot. " * 70_000

CASES = {
    "a template that includes itself": ("prompts/a.jinja", b"Hi", b"{% include 'a.jinja' %}"),
    "templates that include one another": ("prompts/a.jinja", b"Hi", b"{% include 'b.jinja' %}"),
    "a prompt of one line of 1 MB": ("prompts/long.txt", b"Hi", LONG),
    "a prompt of more than git is asked for": ("prompts/long.txt", b"Hi", LONG + LONG),
    "a binary file that is called a prompt": ("app/answer.prompt", b"You are a bot.", bytes(range(256)) * 40),
    "an unclosed front matter": ("app/answer.prompt", b"---\nmodel: openai/gpt-4o\n---\nHi", b"---\nmodel: [\nHi"),
    "a front matter that is no mapping": (
        "app/a.prompty",
        b"---\nname: a\n---\nsystem:\nHi",
        b"---\n- 1\n---\nsystem:\nHi",
    ),
    "YAML that does not parse": ("a.prompt.yml", b"messages:\n- role: user\n  content: Hi\n", b"messages: [\n"),
    "YAML that nests without end": ("a.prompt.yml", b"messages:\n- role: user\n  content: Hi\n", b"[" * 100_000),
    "Python that does not parse": (
        "src/agent.py",
        b'SYSTEM_PROMPT = "You are a helpful agent. Answer the question of the customer."\n',
        b'SYSTEM_PROMPT = "You are a helpful agent. Answer the question of the customer.\ndef (\n',
    ),
    "Python that nests without end": (
        "src/agent.py",
        b'SYSTEM_PROMPT = "You are a helpful agent. Answer the question of the customer."\n',
        b"SYSTEM_PROMPT = " + b"(" * 50_000 + b'"You are a helpful agent. Answer."' + b")" * 50_000 + b"\n",
    ),
    "a lone surrogate in JSON": (
        "chat.prompt.yml",
        b"messages:\n- role: user\n  content: Hi\n",
        b'messages:\n- role: user\n  content: "\\ud800"\n',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_file_that_cannot_be_understood_is_named_as_changed(name, tmp_path):
    path, before, after = CASES[name]
    others = {"prompts/b.jinja": b"{% include 'a.jinja' %}", "llmgate.yaml": b"version: 1\n"}
    shop = project.Project.create(tmp_path / "repository", {**others, path: before})
    shop.pull({path: after})
    told = tmp_path / "changes.json"
    place = ("--repository", shop.origin.path, "--base", "main", "--head", "pr-7")
    done = program.run("changes", *place, "--json", told)
    assert (done.exception, done.exit_code) == (None, 0)
    found = {change["path"]: change for change in json.loads(told.read_text())["changes"]}
    assert path in found
    assert found[path]["kind"] != "comment-only"


def test_thousands_of_prompts_that_all_change_are_compared_in_time():
    arms = [
        {
            f"src/agent{number}.py": "import openai\n"
            + "".join(
                f'PROMPT_{n} = "You are the helpful bot {number} {arm}. Answer politely."\n' for n in range(1_000)
            )
            for number in range(6)
        }
        for arm in Arm
    ]
    read = [surface.of(Config(version=1), arm, lambda path, arm=arm: arm[path].encode()) for arm in arms]
    began = time.process_time()
    found = changes.between(*read)
    assert time.process_time() - began < MAX_SECONDS
    assert len(found) == 6_000
