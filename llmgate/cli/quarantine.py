"""`llmgate quarantine`: fixtures that say nothing for now do not count, until a day; no model is asked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from llmgate import sides
from llmgate.cli import excepting, outside
from llmgate.documents import spelling
from llmgate.errors import UsageError
from llmgate.exceptions.entry import Quarantined
from llmgate.suite import Loaded


@click.command("quarantine")
@click.argument("fixtures", nargs=-1, required=True, metavar="FIXTURE…")
@click.option("--owner", required=True, metavar="WHO", help="Who mends it.")
@excepting.reason_option
@excepting.expires_option
@outside.repository_option
def command(*, fixtures: tuple[str, ...], owner: str, reason: str, expires: dt.datetime, repository: Path) -> int:
    """Write into llmgate.exceptions.yaml that each FIXTURE does not count, until the day is over.

    It still runs, once on each revision, and is shown. A critical fixture cannot be quarantined. It counts for nothing
    once the base has the entry. No model is asked.
    """
    day = expires.date()
    excepting.refuse_day(day)
    with outside.repository(repository) as history:
        worktree = history.snapshot()
        settings = outside.configuration(history, worktree)
        loaded = sides.fixtures(history, worktree, settings)
        for name in fixtures:
            _refuse(name, loaded)
        with excepting.typed():
            made = [
                Quarantined(fixture=name, reason=reason, owner=owner, expires=day) for name in dict.fromkeys(fixtures)
            ]
        excepting.put(history.root, made)
    excepting.say_next((each.fixture for each in made), f"quarantined (owner {owner})", day, settings.policy)
    return 0


def _refuse(name: str, loaded: Loaded) -> None:
    if (stored := loaded.fixtures.get(name)) is None:
        remedy = spelling.fixture(name, loaded.fixtures)
        raise UsageError(f"there is no fixture {name[:200]!r} in the worktree", id="no-such-fixture", remedy=remedy)
    if stored.fixture.critical:
        raise UsageError(
            f"the fixture {name!r} is critical, and a critical one cannot be quarantined",
            id="cannot-except",
            remedy="mend it, accept what it answers now (`llmgate accept`), or make it uncritical first",
        )
