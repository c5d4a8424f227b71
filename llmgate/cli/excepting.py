"""Exceptions → llmgate.exceptions.yaml of the worktree, in which every other line stays as it was."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from llmgate import config, documents, git, redaction
from llmgate.cli import recording
from llmgate.config import Policy
from llmgate.documents import listing
from llmgate.errors import ConfigurationError, UsageError
from llmgate.exceptions import reading
from llmgate.exceptions.entry import MOST_DAYS, Accepted, Kind, Quarantined
from llmgate.renderers import inert

reason_option = click.option("--reason", required=True, metavar="WORDS", help="Why, for those who read the report.")
expires_option = click.option(
    "--expires",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help=f"The last day on which it holds, as in 2026-12-31; at most {MOST_DAYS} days ahead.",
)


def today() -> dt.date:
    return dt.datetime.fromtimestamp(time.time(), tz=dt.UTC).date()


def refuse_day(expires: dt.date) -> None:
    """Refuse a day on which no exception can end.

    Raises:
        UsageError: where it is past, or too far ahead.
    """
    now = today()
    last = now + dt.timedelta(days=MOST_DAYS)
    if not now <= expires <= last:
        raise UsageError(
            f"--expires {expires} {'is past' if expires < now else f'is more than {MOST_DAYS} days ahead'}",
            id="wrong-option",
            remedy=f"choose a day from {now} to {last}",
        )


@contextmanager
def typed() -> Iterator[None]:
    """Make an exception of what was typed.

    Raises:
        UsageError: where a text is empty, too long, or of several lines.
    """
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        option = f"--{first['loc'][0]}"
        raise UsageError(
            f"{option}: {first['msg'].removeprefix('Value error, ')}", id="wrong-option", remedy="write it anew"
        ) from error


def put(root: Path, exceptions: Iterable[Accepted | Quarantined]) -> None:
    """Write them into the file, each in place of an older one of the same kind.

    Raises:
        UsageError: where the file cannot be written, or a fixture has an exception of the other kind.
        ConfigurationError: where the file has faults.
    """
    path = root / config.EXCEPTIONS
    before = _content(path)
    data = before or b"version: 1\n"
    for exception in exceptions:
        data = _with(exception, data)
    try:
        if before is None:
            path.write_bytes(data)
        else:
            recording.put(path, data)
    except OSError as error:
        raise UsageError(
            f"{config.EXCEPTIONS} cannot be written: {error.strerror}", id="not-writable", remedy="make it writable"
        ) from error


def _content(path: Path) -> bytes | None:
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UsageError(
            f"{config.EXCEPTIONS} is no regular file", id="not-writable", remedy="put a regular file in its place"
        )
    try:
        return path.read_bytes() if path.exists() else None
    except OSError as error:
        raise UsageError(
            f"{config.EXCEPTIONS} cannot be read: {error.strerror}", id="no-such-file", remedy="make it readable"
        ) from error


def _with(exception: Accepted | Quarantined, data: bytes) -> bytes:
    listed = reading.of(lambda _: data)
    if listed.faults:
        raise ConfigurationError(listed.faults)
    kind = Kind.ACCEPTED if isinstance(exception, Accepted) else Kind.QUARANTINED
    old = listed.entries.get(exception.fixture)
    if old and old.kind is not kind:
        raise UsageError(
            f"the fixture {exception.fixture!r} is {old.kind} already, in {config.EXCEPTIONS}:{old.line}",
            id="cannot-except",
            remedy="take that entry out first: a fixture has one exception",
        )
    value: Mapping[str, Any] = exception.model_dump(mode="json")
    item = listing.Item(path=config.EXCEPTIONS, key=kind, naming="fixture", value=value)
    if (made := listing.applied(item, data)) is None:
        raise UsageError(
            f"{config.EXCEPTIONS} was left as it is: the entry cannot be put in without changing more",
            id="not-writable",
            remedy=f"add it yourself:\n{listing.entry(item)}",
        )
    return made


def say_next(names: Iterable[str], what: str, expires: dt.date, policy: Policy) -> None:
    """Say what was done, and when it counts."""
    listed = ", ".join(names)
    say(f"{config.EXCEPTIONS}: {listed} {what} until {expires}.")
    say(
        "Commit it. It counts once it is on the base, or in a pull request on which an approver sets the label "
        f"{documents.quoted(policy.approval_label)}."
    )


def say(text: str) -> None:
    click.echo(inert.log(redaction.of(os.environ).text(text)))


def someone(history: git.Repository, environment: Mapping[str, str]) -> str:
    """Find who commits here.

    Raises:
        UsageError: where git does not know.
    """
    home = Path(environment.get("HOME") or Path.home())
    beside = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    known = environment.get("GIT_AUTHOR_EMAIL") or history.email((home / ".gitconfig", beside / "git" / "config"))
    if not known:
        raise UsageError(
            "git knows no user.email, so nobody would be named",
            id="wrong-option",
            remedy="say who accepts it with --by",
        )
    return known
