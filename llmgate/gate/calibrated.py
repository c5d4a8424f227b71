"""A revision's A/A gates → what is told of them: counted, resampled, flakes, set-ups, other screens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from llmgate import sampling, sides
from llmgate.calibrating import answer, resampling
from llmgate.calibrating.answer import Calibration, Screen
from llmgate.errors import NotEvaluated
from llmgate.gate import calibrating, sampled
from llmgate.gate.calibrating import Ran
from llmgate.gate.known import known
from llmgate.gate.outside import Outside
from llmgate.power import seeing
from llmgate.power.breaks import Break
from llmgate.power.seeing import Cell
from llmgate.power.simulating import Procedure, Until

SECONDS = 4.0
SCREENS = (2, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What takes no call: gates that are resampled, and other screens."""

    resampled: answer.Gates | None
    screens: tuple[Screen, ...]


def calibrate(history: sides.History, commit: str, outside: Outside, wish: calibrating.Wish) -> Calibration:
    """Run A/A gates, and say what they show.

    Raises:
        ConfigurationError: where the revision has faults.
        NotEvaluated: where no gate came to its end, or too many trials have no answer.
    """
    ran = calibrating.run_gates(history, commit, outside, wish)
    if not ran.kept.gates:
        raise NotEvaluated(
            f"no A/A gate came to its end: {ran.unfinished or 'the budget allows none'}",
            id="nothing-ran",
            remedy="run it again: what was drawn is kept, and it goes on from there; or allow more calls",
        )
    told = _told(ran, outside, wish.resamples)
    record, alpha = _recorded(ran), ran.material.policy.alpha
    alike, setups = answer.alike(ran.drawn)
    return Calibration(
        commit=commit,
        fixtures=len(ran.plan.compared),
        alpha=alpha,
        exit_code=answer.exit_code(record, alpha),
        real=answer.counted(
            gates=len(ran.ended),
            blocked=sum(one.blocked for one in ran.ended),
            flagged=sum(one.flagged for one in ran.ended),
        ),
        record=record,
        resampled=told.resampled,
        flakes=tuple(answer.flakes(ran.drawn, setups)),
        alike=alike,
        screens=told.screens,
        trials=ran.drawn.trials,
        errors=ran.drawn.errors,
        error=ran.error,
        calls=ran.spent.calls,
        reused=ran.spent.reused,
        usd=ran.spent.usd,
        unfinished=ran.unfinished,
        left_out=ran.left_out,
    )


def _recorded(ran: Ran) -> answer.Gates:
    kept = ran.kept
    return answer.counted(gates=kept.gates, blocked=kept.blocked, flagged=kept.flagged)


def _told(ran: Ran, outside: Outside, resamples: int) -> _Told:
    """Simulate what needs no call; nothing where this run drew no trial."""
    if not ran.drawn.trials:
        return _Told(resampled=None, screens=())
    policy = ran.material.policy
    items = [item for item in ran.plan.compared if ran.drawn.fixtures[item.id].trials]
    origins = {name: policy.origin(name) for name in policy.providers}
    with outside.store() as store:
        suite = tuple(known(items, store, origins, outside.clock.now()))
    procedure = Procedure(suite=suite, rules=sampled.rules_of(policy), screen=policy.screen)
    calls = {item.id: sampling.fewest_calls(item) for item in items}
    found = resampling.gates(procedure, ran.drawn, repeats=resamples, over=_after(outside))
    screens = tuple(_screens(procedure, calls, repeats=resamples, over=_after(outside)))
    return _Told(resampled=answer.gates(found), screens=screens)


def _screens(procedure: Procedure, calls: dict[str, int], *, repeats: int, over: Until) -> Iterator[Screen]:
    """Say what the policy's screen and others cost and see."""
    kinds = (Break.NOTHING, Break.ONE, Break.HALF)
    screens = (procedure.screen, *(screen for screen in SCREENS if screen != procedure.screen))
    wanted = tuple(Cell(kind=kind, screen=screen) for screen in screens for kind in kinds)
    found = seeing.seen(procedure, wanted, repeats=repeats, over=over)
    each = [calls[one.fixture] for one in sorted(procedure.suite, key=lambda one: one.fixture)]
    for screen in (screen for screen in screens if all(Cell(kind=kind, screen=screen) in found for kind in kinds)):
        nothing, one, half = (found[Cell(kind=kind, screen=screen)] for kind in kinds)
        yield Screen(
            screen=screen,
            gates=nothing.repeats,
            calls=nothing.calls(each),
            one=one.blocked / one.repeats,
            half=half.blocked / half.repeats,
        )


def _after(outside: Outside) -> Until:
    end = outside.clock.monotonic() + SECONDS
    return lambda: outside.clock.monotonic() >= end
