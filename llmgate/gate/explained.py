"""What broke → why, within the budget that the policy has for it. The verdict is made before, and without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from llmgate import plan, progress, run, sides
from llmgate.config import Budget, DiagnosisBudget
from llmgate.diagnose.explained import Explained
from llmgate.errors import LlmgateError, unforeseen
from llmgate.gate.outside import Outside
from llmgate.gate.sampled import engine_of
from llmgate.report.material import Material
from llmgate.store import Store, experiment
from llmgate.trial import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How much is to be explained. By default: what is confirmed to have got worse, until something cures it.

    `every`: whatever failed on the head. `thorough`: every treatment, also when one has cured it already. `budget` is
    taken in the place of the policy's.
    """

    every: bool = False
    thorough: bool = False
    budget: DiagnosisBudget | None = None


CONFIRMED = Wish()


def explain(
    history: sides.History, arms: Mapping[Arm, plan.Side], outside: Outside, material: Material, wish: Wish
) -> None:
    """Explain what broke. What keeps it from that is noted, and ends nothing: what is known by then stays."""
    try:
        _explain(history, arms, outside, material, wish)
    except LlmgateError as error:
        material.explained = replace(material.explained, exhausted=error.message)
    except Exception as error:  # noqa: BLE001 - whatever breaks in explaining, the verdict stands
        said = unforeseen(error).told
        material.explained = replace(material.explained, exhausted=said)


def _explain(
    history: sides.History,
    arms: Mapping[Arm, plan.Side],
    outside: Outside,
    material: Material,
    wish: Wish,
) -> None:
    limits = wish.budget or material.policy.diagnose.budget
    if material.sampled is None or not limits.calls:
        return
    from llmgate import diagnosing  # noqa: PLC0415 - scipy is imported when something broke

    broken = diagnosing.failing(material) if wish.every else diagnosing.confirmed(material)
    wanted = tuple(each for each in broken if each.head.application is None)  # whose parts nobody can swap
    if not wanted:
        return

    def keep(found: Explained) -> None:
        material.explained = found

    def watch(tried: run.Tried) -> None:
        outside.tell(tried.graded)
        outside.watch(tried)

    ground = diagnosing.Ground(history=history, question=material.question, sides=arms)
    with outside.store() as store, _engine(store, limits, outside, material) as engine:
        material.diagnosing = engine.spent
        outside.tell(progress.Opened(budget=_budget(limits), spent=engine.spent))
        outside.tell(progress.Begun(stage=progress.Stage.DIAGNOSIS, fixtures=len(wanted)))
        diagnosing.explain(wanted, ground, material, engine, thorough=wish.thorough, keep=keep, watch=watch)


def _engine(store: Store, limits: DiagnosisBudget, outside: Outside, material: Material) -> run.Engine:
    question = material.question
    identity = f"{experiment(question.base, question.head_sha)} diagnosis"
    return engine_of(store, identity, _budget(limits), outside, material)


def _budget(limits: DiagnosisBudget) -> Budget:
    return Budget(calls=limits.calls, usd=limits.usd, minutes=limits.minutes)
