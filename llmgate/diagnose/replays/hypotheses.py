"""A fixture's hypothesis and what treatments did to it → whether it is confirmed, rejected or open, with the counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmgate.diagnose.replays.effects import Effect
from llmgate.diagnose.replays.interventions import OF
from llmgate.fixture import Fixture
from llmgate.fixture.provenance import Status

if TYPE_CHECKING:
    from llmgate.diagnose.replays.counterfactual import Replayed

MOST_REJECTED = 0.5
"""A treatment is ruled out where its effect is certainly smaller than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What became of a hypothesis, and the treatments that it was tested by."""

    statement: str
    status: Status
    effects: tuple[Effect, ...] = ()


def testing(fixture: Fixture, guards: str | None, treatments: Iterable[str]) -> frozenset[str]:
    """Name the treatments that test a fixture's hypothesis: the one that it names, else those that cure its kind.

    `guards` is the kind of failure that the fixture says it guards against.
    """
    if (hypothesis := fixture.hypothesis) is None:
        return frozenset()
    if hypothesis.test is not None:
        return frozenset({hypothesis.test} & set(treatments))
    return frozenset(name for name in treatments if OF[name].category == guards)


def tested(fixture: Fixture, guards: str | None, replayed: Replayed | None) -> Tested | None:
    """Say what became of the hypothesis; None where the fixture has none.

    It is confirmed where a treatment that tests it has an effect, and rejected where all that apply were tried in full
    and certainly have no large one.
    """
    if fixture.hypothesis is None:
        return None
    every = replayed.effects if replayed else ()
    names = testing(fixture, guards, (effect.name for effect in every))
    found = tuple(effect for effect in every if effect.name in names)
    return Tested(statement=fixture.hypothesis.statement, status=_status(found, replayed), effects=found)


def _status(effects: tuple[Effect, ...], replayed: Replayed | None) -> Status:
    if any(effect.holds for effect in effects):
        return "confirmed"
    complete = replayed.complete if replayed else frozenset()
    refuted = [effect.name in complete and effect.upper < MOST_REJECTED for effect in effects]
    return "rejected" if refuted and all(refuted) else "open"
