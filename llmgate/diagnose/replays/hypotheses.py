"""A fixture's hypothesis and what treatments did to it → whether it is confirmed, rejected or open, with the counts."""

from __future__ import annotations

from dataclasses import dataclass

from llmgate.diagnose.replays.counterfactual import OF, Replayed
from llmgate.diagnose.replays.effects import Effect
from llmgate.fixture import Fixture
from llmgate.fixture.provenance import Status

MOST_REJECTED = 0.5
"""A treatment is ruled out where its effect is certainly smaller than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What became of a hypothesis, and the treatments that it was tested by."""

    statement: str
    status: Status
    effects: tuple[Effect, ...] = ()


def tested(fixture: Fixture, replayed: Replayed | None) -> Tested | None:
    """Test the hypothesis by the treatment that it names, else by those that cure the fixture's kind of failure.

    It is confirmed where one of them has an effect, and rejected where all of them that apply were tried and certainly
    have no large one. None where the fixture has no hypothesis.
    """
    if (hypothesis := fixture.hypothesis) is None:
        return None
    tried = {effect.name: effect for effect in replayed.effects} if replayed else {}
    if hypothesis.test is not None:
        names = {str(hypothesis.test)} & set(tried)
    else:
        names = {name for name in tried if OF[name].category == (fixture.category or "").partition(".")[0]}
    found = tuple(tried[name] for name in tried if name in names)
    return Tested(statement=hypothesis.statement, status=_status(found, replayed), effects=found)


def _status(effects: tuple[Effect, ...], replayed: Replayed | None) -> Status:
    if any(effect.holds for effect in effects):
        return "confirmed"
    complete = replayed.complete if replayed else frozenset()
    refuted = [effect.name in complete and effect.upper < MOST_REJECTED for effect in effects]
    return "rejected" if refuted and all(refuted) else "open"
