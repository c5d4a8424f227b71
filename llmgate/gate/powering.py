"""A revision, or a change, and the store → what its gate could see. No model is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from llmgate import compare, plan, sampling, sides
from llmgate.errors import NotEvaluated
from llmgate.gate import whole
from llmgate.gate.inspecting import inspect
from llmgate.gate.known import known
from llmgate.gate.outside import Outside
from llmgate.power import answer, seeing
from llmgate.power.answer import Power
from llmgate.power.simulating import Procedure
from llmgate.question import Question
from llmgate.report.material import Material


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How many gates of each kind are simulated at most, and for how long."""

    repeats: int = seeing.MOST_REPEATS
    seconds: float = 10.0


def power(history: sides.History, base: str | None, head: str, outside: Outside, wish: Wish) -> Power:
    """Say what gates of a revision's whole suite see; with a base, of the fixtures that this change replays.

    Raises:
        ConfigurationError: where a revision has faults.
        NotEvaluated: where nothing would be compared.
    """
    material = _read(history, base, head, outside)
    items = whole.both(material) if base is None else material.plan.compared
    if not items:
        raise NotEvaluated(
            "no fixture would be compared, so nothing could be seen",
            id="nothing-to-run",
            remedy="add fixtures, or leave --base out to look at the whole suite",
        )
    policy = material.policy
    with outside.store() as store:
        origins = {name: policy.origin(name) for name in policy.providers}
        suite = tuple(known(items, store, origins, outside.clock.now()))
        usd = store.costs.mean()
    rules = compare.Rules(alpha=policy.alpha, margin=policy.margin, fixture_margin=policy.fixture_margin)
    procedure = Procedure(suite=suite, rules=rules, screen=policy.screen)
    end = outside.clock.monotonic() + wish.seconds
    found = seeing.seen(
        procedure, seeing.cells(policy.screen), repeats=wish.repeats, over=lambda: outside.clock.monotonic() >= end
    )
    calls = {item.id: sampling.fewest_calls(item) for item in items}
    told = answer.answer(procedure, found, calls=calls, usd=usd)
    return told.model_copy(update={"unfit": tuple(str(fault) for fault in material.plan.unfit)})


def _read(history: sides.History, base: str | None, head: str, outside: Outside) -> Material:
    if base is None:
        return whole.read(history, head, outside)[0]
    material = Material(question=Question(base=base, head=head, head_sha=head), plan=plan.Plan())
    today = dt.datetime.fromtimestamp(outside.clock.now(), tz=dt.UTC).date()
    inspect(history, material, render=outside.render, today=today, engine=outside.engine)
    return material
