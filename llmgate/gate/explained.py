"""What broke → why, within the budget that the policy has for it. The verdict is made before, and without it."""

from __future__ import annotations

from collections.abc import Mapping

from llmgate import plan, run, sides
from llmgate.config import Budget
from llmgate.diagnose.explained import Explained
from llmgate.errors import LlmgateError
from llmgate.gate.outside import Outside
from llmgate.gate.sampled import graders, grading
from llmgate.report.material import Material
from llmgate.store import experiment
from llmgate.trial import Arm


def explain(
    history: sides.History,
    arms: Mapping[Arm, plan.Side],
    outside: Outside,
    material: Material,
    *,
    thorough: bool = False,
) -> None:
    """Explain the fixtures that are confirmed to have got worse. What keeps it from that is noted, and ends nothing."""
    limits = material.policy.diagnose.budget
    if material.sampled is None or material.sampled.comparison is None or not limits.calls:
        return
    from llmgate import diagnosing  # noqa: PLC0415 - scipy is imported when something broke
    from llmgate.diagnose.bench import Bench  # noqa: PLC0415 - as above

    if not (broken := diagnosing.broken(material)):
        return
    question, policy, planned = material.question, material.policy, material.plan
    ground = diagnosing.Ground(history=history, question=question, sides=arms)
    try:
        with (
            outside.store() as store,
            run.Engine(
                client=outside.client(policy, planned.providers | grading(planned, policy)),
                store=store,
                experiment=f"{experiment(question.base, question.head_sha)} diagnosis",
                budget=Budget(calls=limits.calls, usd=limits.usd, minutes=limits.minutes),
                concurrency=policy.concurrency,
                clock=outside.clock,
                graders=graders(outside, material),
            ) as engine,
        ):
            material.diagnosing = engine.spent
            material.explained = diagnosing.explain(broken, ground, material, Bench(engine), thorough=thorough)
    except LlmgateError as error:
        material.explained = Explained(exhausted=error.message)
