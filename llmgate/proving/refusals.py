"""What keeps a fixture from being proven → errors that say what to do."""

from __future__ import annotations

from collections.abc import Mapping

from llmgate.errors import NotEvaluated, UsageError
from llmgate.fixture import Fixture
from llmgate.proving.state import Drawn, Rules
from llmgate.stats import separation
from llmgate.trial import Arm


def check(fixture: Fixture) -> None:
    """Refuse a fixture that shows nothing when it is run.

    Raises:
        UsageError: where it has no assertion, or hangs on state that is not in it.
    """
    if not any(assertion.weight > 0 for assertion in fixture.assertions):
        raise UsageError(
            f"fixture {fixture.id!r} has no assertion, so that every answer passes",
            id="nothing-to-prove",
            remedy="say under `assert` what must hold of the answer, then prove it",
        )
    if missing := fixture.completeness.depends_on:
        raise UsageError(
            f"fixture {fixture.id!r} is incomplete, and so never runs: it depends on {', '.join(missing)[:300]}",
            id="nothing-to-prove",
            remedy="put that state into the fixture and take it out of completeness.depends_on",
        )


def refuse_too_few(repeats: int, alpha: float) -> None:
    """Refuse, before anything is paid for, a number of trials that proves nothing whatever they show.

    Raises:
        UsageError: with the fewest that can.
    """
    if repeats < (least := separation.least_repeats(alpha)):
        raise UsageError(
            f"{repeats} repeats on each revision prove nothing: the smallest p-value that they can give is "
            f"{separation.smallest_p(repeats):.2g}, above policy.alpha {alpha:g}",
            id="nothing-to-prove",
            remedy=f"at least {least} can, and a flaky fixture takes more: --repeats {2 * least}"
            if 2 * least <= separation.MOST_REPEATS
            else f"{least} would be needed; raise policy.alpha on the base, or name another with --base",
        )


def too_many_lost(drawn: Mapping[Arm, Drawn], rules: Rules) -> NotEvaluated:
    most = max(drawn.values(), key=lambda one: one.lost)
    share = f"at most {rules.most_lost} of {rules.repeats} on a revision may be (policy.max_error_share)"
    return NotEvaluated(
        f"{most.lost} trials gave no usable answer; {share}; the first: {most.error}", id="trials-lost", remedy=_AGAIN
    )


def undecided(drawn: Mapping[Arm, Drawn]) -> NotEvaluated:
    lost = sum(one.lost for one in drawn.values())
    error = next(one.error for one in drawn.values() if one.lost)
    return NotEvaluated(
        f"the outcome hangs on {lost} trial{'' if lost == 1 else 's'} without a usable answer; the first: {error}",
        id="trials-lost",
        remedy=_AGAIN,
    )


def too_dear(exhausted: str) -> NotEvaluated:
    return NotEvaluated(
        f"{exhausted}, before the outcome was certain",
        id="budget-exhausted",
        remedy="run it again: finished calls are kept; or raise policy.budget on the base",
    )


_AGAIN = "run it again once the provider answers: finished calls are kept, only what is missing is asked"
