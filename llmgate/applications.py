"""The applications of a change, held against the base's policy → whether they run, and what is told of how they ran."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llmgate import config
from llmgate.config import Policy, Rule
from llmgate.errors import NotEvaluated
from llmgate.findings import PINS, severity_of
from llmgate.plan import Plan
from llmgate.privileged import ELSEWHERE
from llmgate.question import Question
from llmgate.trial import Arm
from llmgate.verdict import Finding, Severity

RULE = "applications"


def admit(plan: Plan, question: Question, policy: Policy) -> None:
    """Refuse to run the applications of strangers where the base does not allow it, and any where the secrets are.

    Raises:
        NotEvaluated: where they would run.
    """
    names = sorted({item.case.fixture.target for item in plan.runs if item.head.application})
    if names and question.privileged:
        raise NotEvaluated(
            f"the target {names[0]!r} would run the change's code where the secrets are",
            id="code-not-run",
            remedy=f"have a maintainer who has read it {ELSEWHERE}; on this event only prompts are judged",
        )
    if names and question.stranger and policy.applications.forks == "refuse":
        raise NotEvaluated(
            f"the pull request comes from a fork, and the target {names[0]!r} would run its code",
            id="code-not-run",
            remedy="have a maintainer run it from a branch of this repository or in the merge queue;"
            " `policy.applications.forks: run` on the base lets code from forks run contained",
        )


def lacking(found: tuple[str, ...]) -> Iterator[Finding]:
    """Tell what this platform cannot keep an application from."""
    if found:
        yield Finding(
            rule=RULE,
            severity=Severity.WARN,
            message=f"applications ran with less than full containment: {'; '.join(found)}",
            remedy="run the gate as the container action, where applications have user ids of their own",
        )


def refused(by_arm: Mapping[Arm, Mapping[str, str]], policy: Policy) -> Iterator[Finding]:
    """Tell which calls applications tried that they may not make: those of the head block, as a floating pin does."""
    for arm in Arm:
        severity = severity_of(policy.pins) if arm is Arm.HEAD else severity_of(Rule.WARN)
        for message, fixture in sorted(by_arm.get(arm, {}).items()):
            if severity is not None:
                yield Finding(
                    rule=PINS,
                    severity=severity,
                    message=f"on the {arm}, {message} (fixture {fixture!r})",
                    remedy=f"name the model under `models` in {config.PATH} and in the target's `models`",
                )
