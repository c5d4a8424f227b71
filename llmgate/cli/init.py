"""`llmgate init`: a repository without a gate → one with it: configuration, first fixtures, lock, workflow, owners."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from llmgate import config, git, init, redaction
from llmgate.cli import asking, check, initial, landing, outside
from llmgate.doctor import revision
from llmgate.errors import UsageError
from llmgate.init import Choices, Drawn, Found, workflow
from llmgate.renderers import figures, inert

WIDTH = 500
MOST_LISTED = 30


@click.command("init")
@click.option("--yes", is_flag=True, help="Ask nothing and take the defaults: for where there is no terminal.")
@click.option("--dry-run", is_flag=True, help="Print what would be written, as a diff, and write nothing.")
@click.option("--model", metavar="PROVIDER/MODEL", help="The model of prompts that have none of their own.")
@click.option("--host", metavar="HOST", help="Where that model's provider answers, if it is none that llmgate knows.")
@click.option("--key", metavar="NAME", help="The environment variable with the provider's key.")
@click.option("--owner", metavar="OWNER", help="Whom CODEOWNERS names: @login or @organisation/team.")
@click.option("--corpus", multiple=True, metavar="PATTERN", help="Files that are searched, for llmgate.lock.")
@click.option("--action", metavar="SHA", help="The commit of the action that the workflow uses.")
@outside.repository_option
def command(*, yes: bool, dry_run: bool, repository: Path, **typed: Any) -> int:
    """Set a repository up: find its prompts and models, ask, write llmgate.yaml and what goes with it, and check it.

    No file is written over; CODEOWNERS gets the lines that it lacks. Either all files are written or none.

    Exit codes: those of `llmgate check` on what was written: 0 no faults, 1 something is to be done before the gate can
    judge, 2 faults or wrong usage.
    """
    options = initial.options(**typed)
    if not yes and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "this is no terminal, so nothing can be asked", id="wrong-option", remedy="--yes takes the defaults"
        )
    redact = redaction.of(os.environ)
    with outside.repository(repository) as history:
        commit = history.snapshot()
        found = init.look(history, commit)
        choices = _choices(history, commit, found, options, yes=yes)
        drawn = init.drawn(history, commit, found, choices, redact=redact.value)
        root = history.root
    _told(found, drawn, choices)
    if options.model and initial.entry(options.model) not in drawn.config.models.values():
        _say("note: --model is not used, as each prompt has a model of its own")
    if not drawn.files:
        _say("all of it is there already: nothing to write")
    if dry_run:
        for file in drawn.files:
            _say(redact.text(file.diff))
        return 0
    if drawn.files and not yes and not _agreed(drawn):
        _say("nothing was written")
        return 0
    landing.land(root, drawn.files)
    _say(f"\nWritten. `llmgate check` on {'them' if len(drawn.files) > 1 else 'it'}:" if drawn.files else "")
    code: int = click.get_current_context().invoke(check.command, repository=root)
    for line in _next(found, drawn, choices) if drawn.files else ():
        _say(line)
    return code


def _say(text: str) -> None:
    """Print lines; names and texts of the repository do nothing to the terminal."""
    for line in text.split("\n"):
        click.echo(inert.log(inert.block(line, WIDTH)))


def _choices(history: git.Repository, commit: str, found: Found, options: initial.Options, *, yes: bool) -> Choices:
    text = revision.read(history, commit).owners
    choices = initial.defaults(found, options, owners_text=text, remote=history.origin())
    if not yes:
        try:
            choices = asking.asked(found, choices, options)
        except click.Abort:
            _say("\nnothing was written")
            raise
    return initial.provided(found, choices, options)


def _told(found: Found, drawn: Drawn, choices: Choices) -> None:
    click.echo("")
    for fault in found.faults[:MOST_LISTED]:
        _say(f"not read: {fault}")
    for path in drawn.kept[:MOST_LISTED]:
        _say(f"kept  {path}")
    for file in drawn.files[:MOST_LISTED]:
        _say(file.summary)
    if (more := len(drawn.files) - MOST_LISTED) > 0:
        _say(f"and {more:,} more, of {len(drawn.files):,}")
    for line in _notes(found, drawn, choices):
        _say(f"note: {line}")


def _notes(found: Found, drawn: Drawn, choices: Choices) -> Iterator[str]:
    made = drawn.cases
    if made.imported:
        yield f"{figures.count(made.imported, 'case')} imported from suites"
    lost = sorted(made.lost, key=lambda each: (each.file, each.line, each.what))
    yield from (str(each.fault()) for each in lost[:MOST_LISTED])
    if (more := len(lost) - MOST_LISTED) > 0:
        yield f"and {more:,} more that are not imported"
    if made.drafts:
        yield f"{figures.count(made.drafts, 'fixture')} to be ended by hand: a draft does not run"
    if (more := len(found.prompts) - initial.MAX_PROMPTS) > 0 and found.written is None:
        yield f"{more:,} more prompts are found and not set up; a change of one is told as not covered, and blocks"
    if found.retrieval and not drawn.config.retrieval:
        yield "retrieval settings are compared; to lock the index, name its files with --corpus or under `retrieval`"
    if not choices.owner:
        yield "nobody is named who answers for the gate's files, so CODEOWNERS stays as it is; --owner names somebody"


def _agreed(drawn: Drawn) -> bool:
    while True:
        answer: str = click.prompt("\nWrite them?", default="yes", type=click.Choice(["yes", "no", "diff"]))
        if answer != "diff":
            return answer == "yes"
        for file in drawn.files:
            _say(file.diff)


def _next(found: Found, drawn: Drawn, choices: Choices) -> Iterator[str]:
    """Say what is to be done, in its order."""
    paths = {file.path for file in drawn.files}
    keys = sorted({name for entry in drawn.config.policy.providers.values() for name in entry.variables})
    yield "\nNext:"
    if drawn.cases.drafts:
        yield "  - end the drafts: fill in what goes in and what must hold of the answer, and remove `draft: true`"
    if workflow.PATH in paths and choices.action == init.COMMIT:
        yield f"  - put the commit of llmgate/llmgate that you use in the place of {init.COMMIT} in {workflow.PATH}"
    yield f"  - commit this to the default branch first: the gate reads {config.PATH} from the base of a change"
    yield f"    git add {_shortly(paths, found.folder)} && git commit -m 'Gate prompts with llmgate'"
    given = f" with {', '.join(keys)} set" if keys else ""
    yield f"  - then edit a prompt, and judge the edit{given}: llmgate gate"
    yield from _few(found, drawn)
    if workflow.PATH in paths:
        secrets = f" with the secrets {', '.join([*keys, outside.STORE_KEY])}" if keys else ""
        yield f"  - on GitHub{secrets}, require the check `llmgate`"
        yield "    llmgate doctor --github OWNER/NAME"


def _few(found: Found, drawn: Drawn) -> Iterator[str]:
    """Say what so few fixtures cannot show, so that the first verdict without a clear answer is no surprise."""
    if found.written is not None:
        return
    from llmgate import compare  # noqa: PLC0415 - scipy is imported when something is computed
    from llmgate.sampling import screening  # noqa: PLC0415 - as above

    policy, count = drawn.config.policy, len(drawn.cases.texts)
    needed = compare.fewest_to_pass(
        policy.margin, lambda fixtures: screening.samples(policy.screen, fixtures, critical=False)
    )
    if needed is not None and count < needed:
        few = "one fixture" if count == 1 else f"{count} fixtures"
        yield f"  - add fixtures: {few} can block an edit, but hardly ever show that nothing got worse. The verdict is"
        yield f"    then `no clear answer`. It takes about {needed} that send the edited prompt; see `llmgate power`"


def _shortly(paths: Iterable[str], fixtures: str) -> str:
    """Name files for a shell, those of the fixtures by their folder."""
    named = {fixtures if path.startswith(f"{fixtures}/") else path for path in paths}
    return " ".join(map(shlex.quote, sorted(named)))
