"""A repository with these files → what `init` finds in it and draws for it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from llmgate import init
from llmgate.cli import initial, outside
from llmgate.cli.initial import Options
from tests import gitserver

MODEL = "answerer: {provider: openai, model: gpt-5.4-mini-2026-03-17, params: {temperature: 0.3}}\n"
SUPPORT = "You are the support bot of a shop.\n\nQuestion: {{ question }}\n"
SHOP = {"prompts/support.jinja": SUPPORT, "config/models.yaml": MODEL}
SUITES = Path(__file__).parents[2] / "data" / "suites"


def suite(name: str) -> dict[str, str]:
    folder = SUITES / name
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was found, chosen and drawn."""

    found: init.Found
    choices: init.Choices
    drawn: init.Drawn

    @property
    def texts(self) -> dict[str, str]:
        return {file.path: file.text for file in self.drawn.files}

    @property
    def config(self):
        return YAML(typ="safe").load(self.texts["llmgate.yaml"])

    @property
    def fixtures(self):
        return {path: YAML(typ="safe").load(text) for path, text in self.texts.items() if path.startswith("fixtures/")}


@contextmanager
def looked(folder: Path, files: dict[str, str | bytes]):
    repository = gitserver.init(folder / "repository")
    repository.commit(files, "all")
    with outside.repository(repository.path) as history:
        commit = history.snapshot()
        yield history, commit, init.look(history, commit)


def made(folder: Path, files: dict[str, str | bytes], *, owners: str = "", remote: str = "", **typed) -> Made:
    """Take the defaults, as --yes does."""
    options = Options(**typed)
    with looked(folder, files) as (history, commit, found):
        choices = initial.defaults(found, options, owners_text=owners, remote=remote)
        choices = initial.provided(found, choices, options)
        return Made(
            found=found, choices=choices, drawn=init.drawn(history, commit, found, choices, redact=lambda each: each)
        )
