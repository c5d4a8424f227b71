"""A revision → all of its fixtures, planned as a gate plans those of its base, whatever changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from llmgate import config, plan, sides
from llmgate.config import HttpEntry
from llmgate.errors import NotEvaluated
from llmgate.gate.inspecting import inspect
from llmgate.gate.outside import Ground, Outside
from llmgate.plan import Planned
from llmgate.question import Question
from llmgate.report.material import Material
from llmgate.trial import Arm


def read(history: sides.History, commit: str, outside: Outside) -> tuple[Material, Mapping[Arm, plan.Side]]:
    """Read the fixtures as a gate reads those of its base, so that their baselines have the same names.

    Raises:
        ConfigurationError: where the revision has faults.
        NotEvaluated: where it has no configuration.
    """
    if config.PATH not in history.tree(commit):
        remedy = "`llmgate init` writes one; commit it, or name another revision"
        raise NotEvaluated(f"there is no {config.PATH} at {commit[:12]}", id="no-policy", remedy=remedy)
    material = Material(question=Question(base=commit, head=commit, head_sha=commit, every=True))
    today = dt.datetime.fromtimestamp(outside.clock.now(), tz=dt.UTC).date()
    arms = inspect(history, material, render=outside.render, today=today, engine=outside.engine)
    return material, arms


def ground(history: sides.History, material: Material, arms: Mapping[Arm, plan.Side]) -> Ground:
    """Say where the applications of these arms come from."""
    used = frozenset(item.case.fixture.target for item in material.plan.runs if not _is_served(item))
    return Ground(history=history, question=material.question, sides=arms, policy=material.policy, targets=used)


def planned(material: Material) -> tuple[dict[str, Planned], tuple[str, ...]]:
    """Find what can be drawn, and name what only a service could answer that somebody has started.

    Raises:
        NotEvaluated: where nothing can.
    """
    served = tuple(item.id for item in material.plan.runs if _is_served(item))
    found = {item.id: item for item in both(material) if not _is_served(item)}
    if not found:
        raise NotEvaluated(
            f"no fixture can be run at {material.question.base[:12]}",
            id="nothing-to-run",
            remedy="see `llmgate check` and docs/fixtures.md; for targets of kind `http` see docs/baselines.md",
        )
    return found, served


def both(material: Material) -> tuple[Planned, ...]:
    """Plan every fixture that runs for both arms, which are the same revision."""
    return tuple(replace(item, base=item.head) for item in material.plan.runs)


def _is_served(item: Planned) -> bool:
    return item.head.application is not None and isinstance(item.head.application.entry, HttpEntry)
