"""The keys that providers need and the commit of the action → the workflow file that runs the gate."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

from llmgate.init.choices import COMMIT

PATH = ".github/workflows/llmgate.yml"
TEMPLATE = "workflow.yml"

_KEY = "            OPENAI_API_KEY: ${{ secrets.OPENAI_API_KEY }}\n"


def text(keys: Iterable[str], action: str = COMMIT) -> str:
    """Write the workflow of the README for these keys, which are names of variables and of secrets."""
    template = resources.files(__package__).joinpath(TEMPLATE).read_text(encoding="utf-8")
    given = "".join(_KEY.replace("OPENAI_API_KEY", key) for key in sorted(set(keys)))
    return template.replace(_KEY, given).replace(COMMIT, action)
