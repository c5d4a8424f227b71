"""`llmgate gate --watch`: on each save of the worktree, what the affected fixtures answer; until it is interrupted."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click

from llmgate import git, redaction
from llmgate.cli import outside, screens
from llmgate.cli.gate import asked
from llmgate.cli.progress import progressing
from llmgate.errors import NotEvaluated, UsageError
from llmgate.gate import watching
from llmgate.gate.watching import Look, Session
from llmgate.question import Question
from llmgate.renderers import inert, watched

POLL_S = 0.3
SETTLED_S = 0.2
"""Editors write a file in several steps, and some save several files: what is still changing is waited for."""


def refuse(**given: object) -> None:
    """Refuse the options of a gate that a watch has no use for.

    Raises:
        UsageError: where one is given.
    """
    if used := sorted(name.removesuffix("_path").replace("_", "-") for name, value in given.items() if value):
        raise UsageError(
            f"--watch does not go with --{' and --'.join(used)}: it looks at the worktree, and has no report",
            id="wrong-option",
            remedy="leave it out, or run `llmgate gate` without --watch",
        )


def watch(repository: Path, *, base: str | None, only: tuple[str, ...], store: Path | None, quiet: bool) -> int:
    """Watch until it is interrupted; that is how a watch ends, so the exit code is 0 then."""
    ended = "the watch ended"
    try:
        with outside.repository(repository) as history:
            question = asked(history, base=base, head=None, only=only)
            kept = store or outside.default_store(history.root, os.environ)
            _note(f"watching {history.root}, base {question.base[:12]}; Ctrl-C ends it")
            watched_by = _Watch(repository=repository, question=question, store=kept, quiet=quiet)
            ended = watched_by.go(Saves(history))
    except (KeyboardInterrupt, click.Abort):
        click.echo(err=True)
    _note(f"{ended}; nothing that it showed is a verdict")
    return 0


class Saves:
    """The states of a worktree, one after the other, each once nothing of it changes any more."""

    def __init__(self, history: git.Repository, sleep: Callable[[float], None] = time.sleep) -> None:
        self.paths: tuple[str, ...] = ()
        self._history = history
        self._sleep = sleep
        self._last = ""
        self._told = ""

    def wait(self) -> None:
        """Wait for the next state; at first, take the one that is there. `paths` are those that were saved."""
        if not self._last:
            self._last = self._history.snapshot()
            return
        while (now := self._changed()) == self._last:
            pass
        self.paths = tuple(change.path for change in self._history.changed(self._last, now))
        self._last = now

    def _changed(self) -> str:
        """Look again, and where something was saved, until two looks see the same."""
        self._sleep(POLL_S)
        now = self._look()
        while now != self._last:
            self._sleep(SETTLED_S)
            if (again := self._look()) == now:
                break
            now = again
        return now

    def _look(self) -> str:
        """Take a snapshot. What cannot be read, as while git resolves a conflict, is told once and looked at again."""
        try:
            return self._history.snapshot()
        except NotEvaluated as error:
            if self._told != error.message:
                self._told = error.message
                _note(str(error))
            return self._last


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watch:
    repository: Path
    question: Question
    store: Path
    quiet: bool

    def go(self, saves: Saves) -> str:
        """Show what each save does; return why there was an end."""
        session = Session(name=f"watch:{secrets.token_hex(16)}")
        while True:
            saves.wait()
            if saves.paths:
                _print(f"{time.strftime('%H:%M:%S')} saved {watched.names(saves.paths)}\n")
            while (found := self._look(session)) is not None and found.exhausted:
                if not _is_granted():
                    return found.exhausted
                session.grant()
            if not saves.paths:
                _note("waiting for a save")

    def _look(self, session: Session) -> Look | None:
        """Ask what is affected and show it. Faults of files that are being written are shown, and end nothing."""
        width, colour = screens.width(), screens.colours(sys.stdout, os.environ)
        try:
            with outside.repository(self.repository) as history, progressing(sys.stderr, quiet=self.quiet) as tell:
                head = history.snapshot()
                question = replace(self.question, head=head, head_sha=head)
                with outside.outside(store=self.store, environment=os.environ, tell=tell) as things:
                    found = watching.look(history, question, things, session)
        except UsageError as error:
            _print(watched.faults(error, width=width, colour=colour))
            return None
        _print(watched.look(found, session.spent, width=width, colour=colour))
        return found


def _is_granted() -> bool:
    """Ask whether as much again may be spent; where nobody can answer, it may not."""
    return sys.stdin.isatty() and click.confirm("The budget of this session is used up. Allow as much again?", err=True)


def _print(text: str) -> None:
    click.echo(inert.log(redaction.of(os.environ).text(text)), nl=False, color=True)


def _note(text: str) -> None:
    click.echo(inert.log(redaction.of(os.environ).text(f"llmgate: {text}")), err=True)
