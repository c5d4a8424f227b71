"""A fixture and two revisions → whether it fails on the one and passes on the other: real repeats, an exact test.

Trials are drawn in rounds, each as long as the outcome cannot be certain before its end; none is drawn once it is
certain. A later run of the same fixture and revisions finds its calls in the journal, and so draws the same rounds.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping

from llmgate import grade, plan, run
from llmgate.errors import ConfigurationError, Fault, RenderError, UsageError
from llmgate.fixture import Fixture, Proof
from llmgate.fixture.provenance import Count
from llmgate.plan import Planned
from llmgate.preparing import Prepared, prepare
from llmgate.proving import refusals
from llmgate.proving.refusals import check, refuse_too_few
from llmgate.proving.state import FAILING, PASSING, Drawn, Result, Revision, Rules
from llmgate.sampling import drawing
from llmgate.stats import separation
from llmgate.suite import Case, Stored
from llmgate.trial import Arm, Graded, Trace

__all__ = [
    "FAILING",
    "PASSING",
    "Drawn",
    "Result",
    "Revision",
    "Rules",
    "check",
    "experiment",
    "is_identical",
    "planned",
    "proof",
    "prove",
    "refuse_too_few",
]


def planned(stored: Stored, sides: Mapping[Arm, plan.Side], revisions: Mapping[Arm, Revision]) -> Planned:
    """Make the requests of both revisions.

    Raises:
        UsageError: where the fixture does not fit one of them.
        ConfigurationError: where one of them has faults.
    """
    made = {arm: _prepared(stored.fixture, sides[arm], revisions[arm]) for arm in Arm}
    case = Case(fixture=stored.fixture, form=Arm.HEAD, new=False, file=stored.file, line=stored.line)
    return Planned(case=case, base=made[Arm.BASE], head=made[Arm.HEAD])


def _prepared(fixture: Fixture, side: plan.Side, revision: Revision) -> Prepared:
    try:
        return prepare(fixture, side)
    except RenderError as error:
        raise UsageError(
            f"fixture {fixture.id!r} does not fit {revision.name} ({revision.commit[:12]}): {error.message}",
            id="fixture-unfit",
            remedy=error.remedy or "give the fixture what that prompt needs, or name another revision",
        ) from error
    except ConfigurationError as error:
        raise ConfigurationError([_at(fault, revision) for fault in error.faults]) from error


def _at(fault: Fault, revision: Revision) -> Fault:
    file = f"{fault.file} ({revision.name})"
    return Fault(file=file, line=fault.line, message=fault.message, id=fault.id, remedy=fault.remedy)


def is_identical(item: Planned) -> bool:
    """Tell whether both revisions send the same bytes, so that nothing can tell them apart."""
    return item.on(FAILING).digest == item.on(PASSING).digest


def experiment(fixture: Fixture, revisions: Mapping[Arm, Revision]) -> str:
    """Name the trials of a proof: another fixture, or an edited one, is another experiment."""
    return f"prove:{revisions[FAILING].commit}..{revisions[PASSING].commit}/{fixture.digest}"


def prove(item: Planned, rules: Rules, engine: run.Engine, progress: Callable[[Graded], None]) -> Result:
    """Draw trials of both revisions until the outcome is certain.

    Raises:
        NotEvaluated: where too many are lost, the budget is used up, or the outcome hangs on those that are lost.
    """
    drawn = {arm: Drawn() for arm in Arm}
    taken = 0

    def collect(trace: Trace) -> None:
        graded = grade.grade(trace, item.case.fixture)
        drawn[trace.trial.arm].add(graded)
        progress(graded)

    while (outcome := _settled(drawn, rules)) is None:
        if taken == rules.repeats:
            raise refusals.undecided(drawn)
        more = _round(drawn, rules, rules.repeats - taken)
        work = (drawing.work(item, arm, index) for index in range(taken, taken + more) for arm in Arm)
        engine.run(run.interleaved(work), collect, stop=lambda: _is_lost(drawn, rules))
        taken += more
        if _is_lost(drawn, rules):
            raise refusals.too_many_lost(drawn, rules)
        if engine.exhausted:
            raise refusals.too_dear(engine.exhausted)
    p_value = separation.bound(drawn[FAILING].count, drawn[PASSING].count, rules.repeats)
    return Result(separates=outcome, p_value=p_value, rules=rules, drawn=drawn)


def _settled(drawn: Mapping[Arm, Drawn], rules: Rules) -> bool | None:
    return separation.settled(drawn[FAILING].count, drawn[PASSING].count, rules.repeats, rules.alpha)


def _round(drawn: Mapping[Arm, Drawn], rules: Rules, left: int) -> int:
    fails, passes = drawn[FAILING].count, drawn[PASSING].count
    return separation.fewest(fails, passes, rules.repeats, rules.alpha, left=left)


def _is_lost(drawn: Mapping[Arm, Drawn], rules: Rules) -> bool:
    return any(one.lost > rules.most_lost for one in drawn.values())


def proof(result: Result, fixture: Fixture, revisions: Mapping[Arm, Revision], day: dt.date) -> Proof:
    """Write down what was found, for the fixture's file."""
    counts = {
        arm: Count(revision=revisions[arm].commit, passed=one.count.passed, trials=one.count.trials)
        for arm, one in result.drawn.items()
    }
    return Proof(
        separates=result.separates,
        p_value=_rounded_up(result.p_value),
        repeats=result.rules.repeats,
        fails_at=counts[FAILING],
        passes_at=counts[PASSING],
        date=day,
        fixture=fixture.digest,
    )


def _rounded_up(p_value: float) -> float:
    """Round to six decimals, to the side of caution; 1/20 stays 0.05, though floating point puts it just above."""
    return min(1.0, max(math.ceil(p_value * 1e6 - 1e-6), 1) / 1e6)
