"""The `llmgate` command: one file per command, loaded when it is asked for, and errors → exit codes in one place."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any

import click

from llmgate import __version__
from llmgate.errors import LlmgateError, UsageError, unforeseen
from llmgate.renderers import inert

COMMANDS = {
    "accept": "let a fixture not count for what it now answers, until a day; no calls",
    "baseline": "draw the samples of the default branch that later screens are held against",
    "calibrate": "gates of this suite against itself: how often they block, what flakes, what to do",
    "calibrate-judge": "how well the judge of model-graded assertions agrees with people's labels",
    "capture": "draft fixtures from production traces, or for prompts; no calls",
    "changes": "what changed between two revisions, and what covers it; no calls",
    "check": "configuration, fixtures and pins; no calls",
    "diagnose": "why fixtures fail: which change did it, where, and what cures them; budgeted",
    "demo": "the whole gate on an embedded repository and a simulated model; no key, no network",
    "doctor": "what lets a change merge past the gate: workflow, owners, settings on GitHub; reads only",
    "gate": "replay the fixtures on base and head, and decide",
    "index": "the fingerprints of retrieval indexes, and llmgate.lock",
    "init": "set a repository up: configuration, first fixtures, lock, workflow and owners; no calls",
    "power": "what this suite can see, and at which cost; no calls",
    "quarantine": "let a fixture not count, whatever is sent for it, until a day; no calls",
    "prove": "whether a fixture fails on the failure and passes on the fix, with repeats",
    "taxonomy": "the kinds of failure, and how well the classifier agrees with labels of people",
    "report": "the report of a run that is over, as a page or in other forms; no calls",
    "schema": "JSON Schemas of llmgate.yaml, exceptions, fixtures and reports, for editors",
}

NOT_EVALUATED_EXIT, USAGE_EXIT, INTERRUPTED_EXIT = 3, 2, 130


class LazyGroup(click.Group):
    """Imports a command's module only when that command runs: `--version` and `--help` stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"llmgate.cli.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib  # noqa: PLC0415 - for a mistyped command alone

            close = difflib.get_close_matches(args[0][:50], COMMANDS, n=1)
            told = f" Did you mean {close[0]}?" if close else ""
            ctx.fail(f"No such command {args[0][:50]!r}.{told}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="llmgate")
def command() -> None:
    """Gate changes to prompts, model pins and retrieval settings.

    Begin with `llmgate demo`, which needs nothing, or with `llmgate init` in a repository of your own.

    Exit codes: 0 passed or not applicable, 1 blocked, 2 wrong usage or configuration, 3 not evaluated, 130 interrupted.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit. Every error ends here."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        result: Any = command.main(arguments, prog_name="llmgate", standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 - the one place where errors become exit codes
        sys.exit(exit_code(error))
    sys.exit(result if isinstance(result, int) else 0)


def exit_code(error: BaseException) -> int:
    """Say on standard error what happened, and choose the exit code. What is unforeseen was not evaluated."""
    match error:
        case SystemExit(code=int(code)) | click.exceptions.Exit(exit_code=code):
            return code
        case KeyboardInterrupt() | click.Abort():
            _say("interrupted; finished calls are kept, and the next run goes on from there")
            return INTERRUPTED_EXIT
        case click.ClickException():
            _say(str(_misused(error)))
            return USAGE_EXIT
        case UsageError():
            _say(str(error))
            return USAGE_EXIT
        case LlmgateError():
            _say(f"not evaluated: {error}")
        case _:
            _say(f"not evaluated: {unforeseen(error)}")
    return NOT_EVALUATED_EXIT


def _misused(error: click.ClickException) -> UsageError:
    """Say what click says, with the next action."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    remedy = f"`{context.command_path if context else 'llmgate'} --help` says what it takes"
    return UsageError(error.format_message().rstrip("."), id="wrong-option", remedy=remedy)


def _say(text: str) -> None:
    from llmgate import redaction  # noqa: PLC0415 - it takes time to load, and most runs have no error to tell

    click.echo(inert.log(redaction.of(os.environ).text(f"llmgate: {text}")), err=True)
