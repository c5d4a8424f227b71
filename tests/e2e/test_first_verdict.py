"""From `pip install` to the first verdict, at a terminal: a sample repository, five commands, less than 3 minutes."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pexpect
import pytest
from ruamel.yaml import YAML

from tests import gitserver, modelserver

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "data" / "sample"
PROMPT = "$ "
MOST_COMMANDS, MOST_SECONDS = 5, 180
RULE = "Returns are free within 14 days"
PATIENCE_S = 60
INTERRUPTED = 130


def answered(asked: modelserver.Asked) -> str:
    """A model that knows what the prompt tells it."""
    if "subject line" in asked.prompt:
        return "Your parcel is on its way"
    return "Yes, within 14 days." if RULE in asked.prompt else "I am not sure."


@dataclass(kw_only=True)
class Terminal:
    """A shell at a terminal, what its screen has shown, and the commands that were typed."""

    shell: pexpect.spawn
    screen: io.StringIO = field(default_factory=io.StringIO)
    commands: list[str] = field(default_factory=list)

    def run(self, command: str, *dialogue: tuple[str, str]) -> str:
        """Type a command, answer each question, and return what was shown until the shell is ready again."""
        begun = self.screen.tell()
        self.commands.append(command)
        self.shell.sendline(command)
        for question, answer in dialogue:
            self.shell.expect_exact(question)
            self.shell.sendline(answer)
        self.shell.expect_exact(f"\n{PROMPT}")
        return shown(self.screen.getvalue()[begun:].removesuffix(PROMPT))

    def code(self) -> int:
        """Ask the shell how the last command ended; that is none of the commands that are counted."""
        self.shell.sendline("echo code=$?")
        self.shell.expect(r"code=(\d+)\r")
        code = int(self.shell.match[1])
        self.shell.expect_exact(PROMPT)
        return code


def shown(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r\n", "\n").replace("\r", "")


def environment(folder: Path) -> Path:
    """Make an environment in which all but llmgate is installed already, without a network."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    known = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "known.pth").write_text("".join(f"{path}\n" for path in known))
    (folder / "bin" / "pip").write_text(f'#!/bin/sh\nexec {folder}/bin/python -m pip "$@"\n')
    (folder / "bin" / "pip").chmod(0o755)
    return folder / "bin"


def opened(folder: Path, programs: Path) -> Terminal:
    variables = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder), "TERM": "dumb", "PS1": PROMPT}
    variables |= {"XDG_CACHE_HOME": str(folder / "cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    variables |= {
        f"GIT_{who}_{what}": "ada@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    shell = pexpect.spawn(
        "/bin/bash",
        ["--norc", "--noediting"],
        cwd=folder / "shop",
        env=variables,
        encoding="utf-8",
        timeout=PATIENCE_S,
        dimensions=(50, 120),
    )
    terminal = Terminal(shell=shell)
    shell.logfile_read = terminal.screen
    shell.expect_exact(PROMPT)
    return terminal


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def sample(folder: Path) -> gitserver.Checkout:
    shop = gitserver.init(folder / "shop")
    shutil.copytree(SAMPLE, shop.path, dirs_exist_ok=True)
    shop.commit(message="A shop")
    shop("remote", "add", "origin", "https://github.com/acme/shop.git")
    return shop


DIALOGUE = (
    ("Which of them are gated?", ""),
    ("Model of prompts/subject.jinja", ""),
    ("Model of prompts/support.jinja", ""),
    ("  text:", "Your parcel left our warehouse today."),
    ("  the answer must contain:", "parcel"),
    ("  question:", "May I return order 7?"),
    ("  the answer must contain:", "14 days"),
    ("  host", "{host}"),
    ("  variable with its key", ""),
    ("Dollars that one run may spend at most", "1"),
    ("Write a workflow for GitHub Actions?", ""),
    ("  commit of llmgate/llmgate", ""),
    ("Owner of the gate's files", "@acme/support"),
    ("Write them?", ""),
)


@pytest.fixture(scope="module")
def first(tmp_path_factory, wheel):
    """The whole way, once: the repository, the terminal, what each command showed, and how long all took."""
    folder = tmp_path_factory.mktemp("first")
    shop = sample(folder)
    terminal = opened(folder, environment(folder / "venv"))  # first, as a process with threads had better not fork
    with modelserver.serve(answered) as server:
        begun = time.monotonic()
        told = [terminal.run(f"pip install --quiet --no-deps --no-index --ignore-installed {wheel}")]
        told += [terminal.run("llmgate init", *((asked, said.format(host=server.url)) for asked, said in DIALOGUE))]
        codes = [terminal.code()]
        (adding,) = re.findall(r"^ +(git add .+) && ", told[1], re.MULTILINE)
        told += [terminal.run(adding), terminal.run('git commit --quiet -m "Gate prompts with llmgate"')]
        support = shop.path / "prompts" / "support.jinja"
        support.write_text(support.read_text().replace(RULE, "Be friendly"))
        told += [terminal.run("OPENAI_API_KEY=sk-test-0123456789abcdef llmgate gate")]
        codes += [terminal.code()]
        seconds = time.monotonic() - begun
        terminal.shell.close()
    return shop, terminal, told, codes, seconds, server


def test_the_first_verdict_takes_five_commands_and_less_than_three_minutes(first):
    _, terminal, told, codes, seconds, _ = first
    assert len(terminal.commands) <= MOST_COMMANDS
    assert seconds < MOST_SECONDS
    assert codes == [0, 1], "\n".join(told)
    assert "1 fixture broke, merge blocked" in told[-1]


def test_the_dialogue_is_the_one_of_the_documentation(first):
    _, _, told, *_ = first
    page = (ROOT / "docs" / "init.md").read_text()
    (session,) = re.findall(r"^```console\n\$ (llmgate init\n.*?)^```", page, re.MULTILINE | re.DOTALL)
    recorded = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8080", told[1]).rstrip()
    assert [line.rstrip() for line in recorded.splitlines()] == session.splitlines()


def test_the_edit_that_broke_the_answer_is_named(first):
    _, _, told, _, _, _ = first
    assert "prompts/support.jinja" in told[-1]
    assert "support" in told[-1]


def test_what_is_written_is_what_was_answered(first):
    shop, *_, server = first
    written = YAML(typ="safe").load((shop.path / "llmgate.yaml").read_text())
    assert written["policy"]["budget"]["usd"] == 1.0
    assert written["policy"]["providers"] == {"openai": {"host": server.url, "key": "OPENAI_API_KEY"}}
    assert written["surface"] == {"models": ["config/models.yaml"]}
    assert set(written["targets"]) == {"subject", "support"}
    assert "@acme/support" in (shop.path / ".github" / "CODEOWNERS").read_text()


def test_who_stops_in_the_middle_has_nothing_written(tmp_path):
    shop = sample(tmp_path)
    terminal = opened(tmp_path, Path(sys.executable).parent)
    terminal.shell.sendline("llmgate init")
    terminal.shell.expect_exact("Which of them are gated?")
    terminal.shell.sendintr()
    terminal.shell.expect_exact("nothing was written")
    assert terminal.code() == INTERRUPTED
    assert shop("status", "--short") == ""


def test_who_has_seen_the_diff_may_still_decline(tmp_path):
    shop = sample(tmp_path)
    terminal = opened(tmp_path, Path(sys.executable).parent)
    *answers, _ = DIALOGUE
    answers = [(asked, said.format(host="llm.example.com")) for asked, said in answers]
    told = terminal.run("llmgate init", *answers, ("Write them?", "diff"), ("Write them?", "no"))
    assert "+    openai: {host: llm.example.com, key: OPENAI_API_KEY}" in told
    assert "nothing was written" in told
    assert (terminal.code(), shop("status", "--short")) == (0, "")


def test_only_the_key_of_the_environment_was_sent(first):
    *_, server = first
    assert {asked.key for asked in server.seen} == {"sk-test-0123456789abcdef"}
