"""`llmgate capture prompt`: a draft fixture for each prompt that is named."""

from __future__ import annotations

import json
from pathlib import Path

import click

from llmgate import config, plan, sides
from llmgate.capture import prompt as source
from llmgate.cli import outside
from llmgate.errors import UsageError
from llmgate.prompts import templates
from llmgate.renderers import inert


def run(names: tuple[str, ...], *, out: Path, target: str | None, repository: Path) -> int:
    """Write a draft for each prompt, as llmgate.yaml and `llmgate changes` write it: `path` or `path#name`."""
    with outside.repository(repository) as history:
        commit = history.snapshot()
        side = sides.of(history, commit, outside.configuration(history, commit), templates.fill)
        taken = set(sides.fixtures(history, commit, side.config).fixtures)
    outside.folder(out)
    for name in names:
        chosen = _target(name, side, target)
        sent = side.surface.prompt(side.config.prompted[chosen].prompt)
        is_asked = side.config.prompted[chosen].role == "system" or not source.asks(sent)
        made, text = source.draft(chosen, sent, taken=taken, is_asked=is_asked)
        taken.add(made)
        path = out / f"{made}.yaml"
        try:
            with path.open("x", encoding="utf-8") as file:  # and not through a link
                file.write(text)
        except FileExistsError as error:
            raise UsageError(
                f"{path} exists already", id="not-writable", remedy="move it, or name another folder"
            ) from error
        click.echo(inert.log(f"{path}: a draft for target {chosen}"))
    return 0


def _target(name: str, side: plan.Side, wanted: str | None) -> str:
    """Return the first target that sends the prompt, by itself or as a part of its own."""
    unit = f"prompt:{name}"
    for target in [wanted] if wanted else sorted(side.config.prompted):
        if target in side.config.prompted and unit in side.surface.depends(target):
            return target
    if unit not in side.surface.units:
        raise UsageError(
            f"there is no prompt {name!r} in the worktree",
            id="no-such-prompt",
            remedy="`llmgate check --surface` lists them",
        )
    entry = f"  NAME: {{kind: prompt, prompt: {json.dumps(name)}, model: MODEL}}"
    raise UsageError(
        f"no target of {config.PATH} sends {name!r}, so no fixture can",
        id="no-such-target",
        remedy=f"add one under `targets`:\n{entry}",
    )
