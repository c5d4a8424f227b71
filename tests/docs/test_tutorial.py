"""The tutorial from its first command to its last, at a terminal, with the output that the page shows."""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pexpect
import pytest

from llmgate.demo import SEED, bot
from tests import modelserver
from tests.docs import blocks

PAGE = "docs/tutorial.md"
PATIENCE_S = 120
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
KEY = "sk-canary-0123456789abcdefghij"
NAMES_THE_MODEL = "git commit"
"""What is in the block before which the host of the provider is put into the policy: the model is on loopback."""


def shop(asked):
    """The simulated model of the demo, under whatever name it is asked."""
    reply = bot.reply({**asked.body, "model": "sim-support-2026-01-15"}, seed=SEED)
    called = reply.call and ((reply.call.name, dict(reply.call.arguments)),)
    return modelserver.Said(text=reply.text, calls=called or ())


@dataclass(kw_only=True)
class Shell:
    """Runs a block after another at a terminal, each where the one before ended."""

    folder: Path
    environment: dict[str, str]
    told: str = ""

    def run(self, block):
        place = self.folder.parent / "place"
        script = block.text.replace("sk-…", KEY)
        file = self.folder.parent / "block.sh"
        file.write_text(f'trap "pwd > {place}" EXIT\nset -e\n{script}')
        told, code = pexpect.run(
            f"bash {file}",
            cwd=str(self.folder),
            env=self.environment,
            dimensions=(40, 100),
            encoding="utf-8",
            timeout=PATIENCE_S,
            withexitstatus=True,
        )
        self.folder = Path(place.read_text().strip())
        self.told = ESCAPE.sub("", told)
        assert code == max(command.ends_with for command in blocks.commands(block)), f"{block}\n{self.told}"


@pytest.fixture
def shell(tmp_path):
    (tmp_path / "clone").mkdir()
    kept = {name: os.environ[name] for name in ("LANG", "TZ") if name in os.environ}
    who = {f"GIT_{role}_{what}": "ada@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    own = {"PATH": path, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "OPENAI_API_KEY": KEY}
    terminal = {"TERM": "xterm-256color", "GIT_PAGER": "cat"}
    return Shell(folder=tmp_path / "clone", environment={**kept, **who, **own, **terminal})


def plain(text):
    return " ".join(text.split())


@pytest.mark.slow
def test_the_tutorial_does_what_it_says(shell):
    page = (blocks.ROOT / PAGE).read_text()
    _install, *rest = [block for block in blocks.of(PAGE, page) if block.language in ("sh", "text")]
    with modelserver.serve(answer=shop) as server:
        for block in rest:
            if block.language == "text":
                lines = (line for line in block.text.splitlines() if line != "…")
                missing = [line for line in lines if plain(line) not in plain(shell.told)]
                assert missing == [], f"{block}\n{shell.told}"
                continue
            if NAMES_THE_MODEL in block.text:
                with (shell.folder / "llmgate.yaml").open("a") as file:
                    file.write(f'  providers: {{openai: {{host: "{server.url}"}}}}\n')
            shell.run(block)
    assert server.seen
