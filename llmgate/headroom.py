"""What both arms showed → the fixtures that never pass: nothing can be seen to break in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from llmgate.changes import Change
from llmgate.config import Policy
from llmgate.findings import COVERAGE, severity_of
from llmgate.plan import Plan
from llmgate.trial import Graded
from llmgate.verdict import Finding, Severity

RULE = "headroom"
MIN_TRIALS = 2
MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Passes of one fixture on both arms, trials of its base (a stored baseline's among them), and one that failed."""

    passed: int
    trials: int
    failing: Graded | None = None

    @property
    def guards_nothing(self) -> bool:
        return self.passed == 0 and self.trials >= MIN_TRIALS


def findings(seen: Mapping[str, Seen], changes: Iterable[Change], plan: Plan, policy: Policy) -> Iterator[Finding]:
    """Tell which fixtures guard nothing, and which changes only such ones exercise: these nobody has tried."""
    idle = {name: each for name, each in seen.items() if each.guards_nothing}
    if not idle:
        return
    yield _told(idle, plan)
    if (severity := severity_of(policy.coverage)) is None:
        return
    for change, exercising in zip(changes, plan.exercised, strict=True):
        compared = [name for name in exercising if name in seen]
        if compared and all(name in idle for name in compared) and not set(exercising) - set(compared):
            yield Finding(
                rule=COVERAGE,
                severity=severity,
                message=f"{change.unit} is exercised only by fixtures that never pass: {_listed(compared)}",
                remedy="mend these fixtures, or add one that passes",
                file=change.path,
                line=change.line,
            )


def _told(idle: Mapping[str, Seen], plan: Plan) -> Finding:
    names = sorted(idle)
    first = idle[names[0]]
    why = f"; the first: {first.failing.reason}" if first.failing and first.failing.reason else ""
    where = next(planned.case for planned in plan.compared if planned.id == names[0])
    alone = len(names) == 1
    count = "1 fixture never passes" if alone else f"{len(names)} fixtures never pass"
    return Finding(
        rule=RULE,
        severity=Severity.WARN,
        message=f"{count}, so that nothing can be seen to break there: {_listed(names)}{why}",
        remedy=f"mend what {'it expects, or take it' if alone else 'they expect, or take them'} out of the suite",
        file=where.file,
        line=where.line,
    )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(map(repr, names[:MOST_NAMED])) + more
