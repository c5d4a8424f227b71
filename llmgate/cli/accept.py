"""`llmgate accept`: what fixtures answer to the head's requests is meant so, until a day; no model is asked."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import ExitStack
from pathlib import Path

import click

from llmgate import gate, git
from llmgate.cli import excepting, outside
from llmgate.cli.engines import Engines
from llmgate.cli.gate import asked
from llmgate.documents import spelling
from llmgate.errors import UsageError
from llmgate.exceptions.entry import Accepted
from llmgate.question import Question
from llmgate.report.material import Material
from llmgate.targets.rendering import Renderer
from llmgate.trial import Arm


@click.command("accept")
@click.argument("fixtures", nargs=-1, required=True, metavar="FIXTURE…")
@excepting.reason_option
@excepting.expires_option
@click.option("--by", metavar="WHO", help="Who accepts it (default: git's user.email).")
@outside.base_option
@outside.head_option
@outside.repository_option
def command(
    *,
    fixtures: tuple[str, ...],
    reason: str,
    expires: dt.datetime,
    by: str | None,
    base: str | None,
    head: str | None,
    repository: Path,
) -> int:
    """Write into llmgate.exceptions.yaml that what each FIXTURE now answers is meant so.

    It holds for the very request that the head sends for the fixture, until the day is over. With any other request
    the fixture counts again. It counts once the base has it. No model is asked.
    """
    day = expires.date()
    excepting.refuse_day(day)
    with outside.repository(repository) as history:
        material = _inspected(history, asked(history, base=base, head=head))
        who = by or excepting.someone(history, os.environ)
        requests = {name: _request(name, material) for name in fixtures}
        with excepting.typed():
            accepted = [
                Accepted(fixture=name, reason=reason, by=who, expires=day, request=request)
                for name, request in requests.items()
            ]
        excepting.put(history.root, accepted)
    excepting.say_next((each.fixture for each in accepted), f"accepted by {who}", day, material.policy)
    return 0


def _inspected(history: git.Repository, question: Question) -> Material:
    material = Material(question=question)
    with Renderer() as on_base, Renderer() as on_head, ExitStack() as stack:
        renders = {Arm.BASE: on_base.render, Arm.HEAD: on_head.render}
        engine = Engines(stack, os.environ)
        gate.inspect(history, material, render=renders, today=excepting.today(), engine=engine)
    return material


def _request(name: str, material: Material) -> str:
    """Find what the head sends for a fixture.

    Raises:
        UsageError: where nothing of the fixture is held against the base, so that there is nothing to accept.
    """
    plan = material.plan
    for planned in (*plan.compared, *plan.excepted):
        if planned.id == name:
            return planned.head.digest
    shown, known = name[:200], {case.fixture.id for case in material.suite.cases}
    if name in plan.identical or (not material.changes and (name in known or not known)):
        raise UsageError(
            f"base and head send the same for the fixture {shown!r}",
            id="cannot-except",
            remedy="there is nothing to accept",
        )
    if any(planned.id == name for planned in plan.new):
        raise UsageError(
            f"the fixture {shown!r} has nothing on the base to be held against",
            id="cannot-except",
            remedy="there is nothing to accept",
        )
    if name in known:
        raise UsageError(
            f"the fixture {shown!r} does not run",
            id="cannot-except",
            remedy="`llmgate changes` says what changed and what does not fit",
        )
    raise UsageError(
        f"there is no active fixture {shown!r}",
        id="no-such-fixture",
        remedy=spelling.fixture(name, known),
    )
