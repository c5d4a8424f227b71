"""The keys that providers need and the commit of the action → the workflow file that runs the gate."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

from llmgate.init.choices import COMMIT

PATH = ".github/workflows/llmgate.yml"
TEMPLATE = "workflow.yml"

_KEY = "OPENAI_API_KEY"
"""The template's own key; its line is written for each key."""


def text(keys: Iterable[str], action: str = COMMIT) -> str:
    """Write the workflow of the README for these keys, which are names of variables and of secrets."""
    template = resources.files(__package__).joinpath(TEMPLATE).read_text(encoding="utf-8")
    lines = template.replace(COMMIT, action).splitlines(keepends=True)
    given = sorted(set(keys))
    return "".join(
        "".join(line.replace(_KEY, key) for key in given) if line.lstrip().startswith(f"{_KEY}:") else line
        for line in lines
    )
