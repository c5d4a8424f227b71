"""The pipeline: two revisions → a Report. The calls below in order, nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from llmgate import plan, report, sides
from llmgate.errors import ConfigurationError, NotEvaluated
from llmgate.gate import explained, sampled, unjudged
from llmgate.gate.explained import CONFIRMED, Wish
from llmgate.gate.inspecting import inspect
from llmgate.gate.outside import Ground, MakeEngine, Outside, Recorder, Recorders, Scene, no_engine
from llmgate.question import Question
from llmgate.report import build
from llmgate.report.material import Material
from llmgate.trial import Arm

__all__ = ["Ground", "MakeEngine", "Outside", "Recorder", "Recorders", "Scene", "Wish", "inspect", "judge", "no_engine"]


def judge(history: sides.History, question: Question, outside: Outside, wish: Wish = CONFIRMED) -> report.Report:
    """Judge a change. What keeps it from being judged becomes a report that is never green.

    `wish` says how much of what broke is explained; it has no part in the verdict.

    Raises:
        UsageError: where the fault is the caller's: a store that cannot be used, a fixture that is not there.
    """
    started = outside.clock.monotonic()
    material = Material(question=question, simulated=outside.simulated)
    try:
        arms = inspect(history, material, render=outside.render, today=_today(outside), engine=outside.engine)
        if outside.recorder:
            allowed = arms[Arm.BASE].config.telemetry.content
            outside.recorder.begin(Scene(question=question, sides=arms, content=allowed))
        if material.plan.runs:
            ground = _ground(history, arms, material)
            sampled.sample(ground, outside, material)
            explained.explain(history, arms, outside, material, wish)
    except ConfigurationError as error:
        material.faults = error.faults
    except NotEvaluated as error:
        material.unjudged.append(unjudged.reason(error, question))
    built = build.report(material, seconds=outside.clock.monotonic() - started, redact=outside.redact)
    if outside.recorder:
        outside.recorder.end(built)
    return built


def _ground(history: sides.History, arms: Mapping[Arm, plan.Side], material: Material) -> Ground:
    used = frozenset(item.case.fixture.target for item in material.plan.runs)
    return Ground(history=history, question=material.question, sides=arms, policy=material.policy, targets=used)


def _today(outside: Outside) -> dt.date:
    return dt.datetime.fromtimestamp(outside.clock.now(), tz=dt.UTC).date()
