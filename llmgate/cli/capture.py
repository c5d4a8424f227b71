"""`llmgate capture`: draft fixtures from what a team has already; no calls."""

from __future__ import annotations

import json
from pathlib import Path

import click

from llmgate import config, git, patterns, plan, sides, suite
from llmgate.capture import prompt as source
from llmgate.cli import outside
from llmgate.errors import UsageError
from llmgate.prompts import templates
from llmgate.renderers import inert


@click.command("capture")
@click.argument("form", metavar="FORMAT", type=click.Choice(["prompt"]))
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder for the drafts."
)
@outside.repository_option
def command(*, form: str, names: tuple[str, ...], out: Path, repository: Path) -> int:  # noqa: ARG001 - one format so far
    """Write a draft fixture for each NAME.

    FORMAT `prompt`: NAME is a prompt as llmgate.yaml and `llmgate changes` write it, `path` or `path#name`.
    """
    with outside.repository(repository) as history:
        commit = history.snapshot()
        side = sides.of(history, commit, outside.configuration(history, commit), templates.fill)
        taken = set(_fixtures(history, commit, side))
    outside.folder(out)
    for name in names:
        target = _target(name, side)
        sent = side.surface.prompt(side.config.targets[target].prompt)
        made, text = source.draft(target, sent, taken=taken)
        taken.add(made)
        path = out / f"{made}.yaml"
        if path.exists():
            raise UsageError(f"{path} exists already", remedy="move it, or name another folder")
        path.write_text(text, encoding="utf-8")
        click.echo(inert.log(f"{path}: a draft for target {target}"))
    return 0


def _target(name: str, side: plan.Side) -> str:
    """Return the first target that sends the prompt, by itself or as a part of its own."""
    unit = f"prompt:{name}"
    for target in sorted(side.surface.targets):
        if unit in side.surface.depends(target):
            return target
    if unit not in side.surface.units:
        raise UsageError(f"there is no prompt {name!r} in the worktree", remedy="`llmgate check --surface` lists them")
    entry = f"  NAME: {{kind: prompt, prompt: {json.dumps(name)}, model: MODEL}}"
    raise UsageError(
        f"no target of {config.PATH} sends {name!r}, so no fixture can", remedy=f"add one under `targets`:\n{entry}"
    )


def _fixtures(history: git.Repository, commit: str, side: plan.Side) -> list[str]:
    matches = patterns.matcher(side.config.suite.fixtures)
    paths = [path for path in history.tree(commit) if matches(path)]
    return list(suite.load(paths, lambda path: history.read(commit, path)).fixtures)
