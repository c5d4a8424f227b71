"""The commands of `llmgate.cli` → `docs/commands.md` and `docs/exit-codes.md`, which so cannot depart from the code.

python -m scripts.command_reference            # writes the pages
python -m scripts.command_reference --check    # exit code 1 where a page is not what the code says
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from llmgate import cli
from llmgate.verdict import INTERRUPTED_EXIT, USAGE_EXIT, Verdict, exit_code
from scripts import pages

DOCS = Path(__file__).parents[1] / "docs"
COMMANDS, EXIT_CODES = DOCS / "commands.md", DOCS / "exit-codes.md"
_HEAD = """\
# Commands

Made from the code by `python -m scripts.command_reference`. `llmgate COMMAND --help` prints the same.
[Exit codes](exit-codes.md) has what commands end with.

"""
_CODES = """\
# Exit codes

Made from the code by `python -m scripts.command_reference`. A step that ends with anything but 0 fails its job, and so
the check that a rule requires. There is no `neutral` and no `skipped`, as both satisfy a required check.

## Of the gate

| verdict | exit | when |
|---|---|---|
"""
_WHEN = {
    Verdict.NOT_EVALUATED: "nothing can be said: no key, no fixture ran, too many errors of the provider, "
    "the budget was used up, an error of llmgate",
    Verdict.REGRESSED: "the evidence that something is worse reached `1/alpha`: [how it decides](decision.md)",
    Verdict.REJECTED: "a rule of the policy is broken: [findings](findings.md)",
    Verdict.INCONCLUSIVE: "neither: the run could not have seen a drop of the margin, or a suspect is left open",
    Verdict.IMPROVED: "the head is better, and nothing is worse by more than the margin",
    Verdict.PASSED: "nothing is worse by more than the margin",
    Verdict.NOT_APPLICABLE: "nothing that a model is sent has changed",
}
_OTHERS = """
## Of each command

An error that llmgate did not foresee is 3 everywhere, never 0. Commands that are not listed end with 0, or with 2 for
wrong usage or configuration.

| command | exit |
|---|---|
"""
_EXITS = re.compile(r"Exit codes: (.+?)(?:\n\n|$)", re.DOTALL)


def commands() -> str:
    """Write a section for each command: what it does, its arguments and its options."""
    return _HEAD + "\n".join(line for path, each in _every() for line in _section(path, each))


def exit_codes() -> str:
    """Write the gate's table of verdicts, then what the commands say of their own codes."""
    rows = [f"| `{each.value}` | {_code(each)} | {_WHEN[each]} |" for each in Verdict]
    rows += [f"| none: wrong usage or configuration | {USAGE_EXIT} | every fault is told with its file and line |"]
    rows += [f"| none: interrupted | {INTERRUPTED_EXIT} | finished calls are kept; the next run goes on from there |"]
    told = ((path, _EXITS.search(_help(each))) for path, each in _every())
    others = [f"| `{path}` | {found[1].rstrip('.')} |".replace("\n", " ") for path, found in told if found]
    return "\n".join([_CODES + "\n".join(rows), _OTHERS + "\n".join(others), ""])


def _code(verdict: Verdict) -> str:
    warn, block = (exit_code(verdict, on_inconclusive=way) for way in ("warn", "block"))
    return str(warn) if warn == block else f"{warn}, or {block} with `on_inconclusive: block`"


def _every() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(cli.command, info_name="llmgate")
    for name in cli.command.list_commands(context):
        if (each := cli.command.get_command(context, name)) is not None:
            yield f"llmgate {name}", each
            inner = each.commands if isinstance(each, click.Group) else {}
            yield from ((f"llmgate {name} {below}", inner[below]) for below in sorted(inner))


def _section(path: str, each: click.Command) -> Iterator[str]:
    context = click.Context(each)
    arguments = [param.make_metavar(context) for param in each.params if isinstance(param, click.Argument)]
    options = [param for param in each.params if isinstance(param, click.Option)]
    yield f"## {path}\n"
    if arguments:
        yield f"`{' '.join([path, *arguments])}`\n"
    yield _help(each) + "\n"
    if each.epilog:
        yield f"```text\n{_plain(each.epilog)}\n```\n"
    if options:
        yield "| option | | default |"
        yield "|---|---|---|"
        yield from (_row(option, context) for option in options)
        yield ""


def _row(option: click.Option, context: click.Context) -> str:
    extra = option.get_help_extra(context)
    default = "required" if "required" in extra else f"`{extra['default']}`" if "default" in extra else ""
    return f"| {_written(option, context)} | {option.help} | {default} |"


def _written(option: click.Option, context: click.Context) -> str:
    """Write the names of an option and what it takes; the words of a choice one by one, as `|` ends a cell."""
    names = [*option.opts, *option.secondary_opts]
    if isinstance(option.type, click.Choice):
        return f"`{names[0]}` " + ", ".join(f"`{word}`" for word in option.type.choices)
    taken = "" if option.is_flag or option.count else f" {option.make_metavar(context)}"
    return ", ".join(f"`{name}{taken}`" for name in names)


def _plain(text: str) -> str:
    """Take out what tells click not to wrap a paragraph."""
    return inspect.cleandoc(text.replace("\b\n", "")).strip()


def _help(each: click.Command) -> str:
    return _plain(each.help or "")


def main() -> int:
    """Write both pages, or compare them."""
    return max(pages.main(COMMANDS, commands), pages.main(EXIT_CODES, exit_codes))


if __name__ == "__main__":
    sys.exit(main())
