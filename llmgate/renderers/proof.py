"""What proving a fixture brought → the sentences that the terminal shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llmgate.proving import FAILING, PASSING, Drawn, Result, Revision
from llmgate.renderers import figures, inert
from llmgate.run import Spent
from llmgate.stats import wilson
from llmgate.trial import Arm

MAX_NAME_CHARS, MAX_REASON_CHARS = 80, 300
_ROLES = {FAILING: "should fail at", PASSING: "should pass at"}


def lines(result: Result, revisions: Mapping[Arm, Revision], spent: Spent) -> Iterator[str]:
    """Say both counts with their intervals, the outcome with its p-value, why, and what it took."""
    for arm in (FAILING, PASSING):
        yield f"  {_ROLES[arm]} {named(revisions[arm])}: {_counted(result.drawn[arm])}"
        if reason := result.drawn[arm].failing:
            yield f"    a trial that failed: {inert.line(reason, MAX_REASON_CHARS)}"
    compared = f"Fisher's exact test, one-sided: {_p(result)}, alpha {result.rules.alpha:g}"
    if result.separates:
        yield f"It separates the two revisions. {compared}."
    else:
        yield f"It does not separate the two revisions. {compared}."
        yield from (f"  {why}" for why in _why(result, revisions))
    yield _took(result, spent)


def identical(revisions: Mapping[Arm, Revision]) -> str:
    first, second = (named(revisions[arm]) for arm in (FAILING, PASSING))
    return (
        f"It cannot separate the two revisions: {first} and {second} send the model the same bytes for it.\n"
        "  Nothing was asked and nothing recorded. Name the revision before the fix and the one with it; a fix of code"
        " that llmgate does not run is not seen."
    )


def named(revision: Revision) -> str:
    short = revision.commit[:12]
    name = inert.line(revision.name, MAX_NAME_CHARS)
    return short if revision.commit.startswith(name) else f"{name} ({short})"


def _counted(drawn: Drawn) -> str:
    count = drawn.count
    interval = wilson.interval(count.passed, count.trials)
    lost = f", {drawn.lost} without an answer" if drawn.lost else ""
    chance = f"its pass rate lies between {_percent(interval.low)} and {_percent(interval.high)} (95 %, Wilson)"
    return f"{count.passed} of {figures.count(count.trials, 'trial')} passed{lost}; {chance}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _p(result: Result) -> str:
    """Write an upper bound where trials are open."""
    complete = all(one.count.trials == result.rules.repeats for one in result.drawn.values())
    return f"p {'=' if complete else '≤'} {result.p_value:.2g}"


def _why(result: Result, revisions: Mapping[Arm, Revision]) -> Iterator[str]:
    fails, passes = (result.drawn[arm].count for arm in (FAILING, PASSING))
    misses, unfixed = 2 * fails.passed >= fails.trials, 2 * passes.passed <= passes.trials
    if misses and unfixed and 2 * fails.passed > fails.trials and 2 * passes.passed < passes.trials:
        yield "It passes where it should fail and fails where it should pass: are the revisions swapped?"
        return
    if misses:
        yield f"It does not fail in most trials at {named(revisions[FAILING])}, so it misses its failure: {_TIGHTEN}."
    if unfixed:
        yield f"It does not pass in most trials at {named(revisions[PASSING])}: {_LOOSEN}."
    if result.enough is not None:
        more = f"about {result.enough} repeats on each would tell rates like these apart four times out of five"
        yield f"The counts lean the right way, but chance could have made them: {more} (--repeats)."


_TIGHTEN = "tighten its assertions, complete its input, or name a revision with the failure"
_LOOSEN = "the fix does not hold, or its assertions ask for more than the fix gives"


def _took(result: Result, spent: Spent) -> str:
    spared = f"; {figures.count(result.spared, 'trial')} of {2 * result.rules.repeats} spared" if result.spared else ""
    early = ", as nothing they could show would have changed the outcome" if result.spared else ""
    errors = f", {figures.count(spent.errors, 'call error')}" if spent.errors else ""
    usd = f", {figures.money(spent.usd)}" if spent.usd else ""
    return f"{figures.count(spent.calls, 'call')} made, {spent.reused} from the journal{errors}{usd}{spared}{early}."
