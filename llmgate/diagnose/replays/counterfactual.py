"""Failing fixtures → what cures them, tried one treatment at a time beside the same request unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from llmgate.diagnose.replays import effects, hypotheses, interventions
from llmgate.diagnose.replays.bench import Bench, Case, Probe
from llmgate.diagnose.replays.effects import NULL, Effect, Effects
from llmgate.diagnose.replays.interventions import OF, Patient
from llmgate.diagnose.replays.investigation import Count
from llmgate.errors import RenderError
from llmgate.trial import Graded, Outcome

NO_CONTEXT = "no_context"
MIN_SAME_WORDS = 0.8

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What treatments did to a fixture, those with an effect first and the largest before the others.

    `complete` are the treatments that had all the trials they could. `unmoved` counts the answers without any document
    that fail and say the same as before, of all that fail: such an answer was not taken from the documents. `category`
    gives the kind of failure that each treatment cures.
    """

    effects: tuple[Effect, ...]
    complete: frozenset[str] = frozenset()
    unmoved: Count = field(default_factory=Count)

    @property
    def best(self) -> Effect | None:
        """The treatment with the largest effect; of equal ones the one that is furthest upstream."""
        holding = [effect for effect in self.effects if effect.holds]
        return min(holding, key=lambda effect: (-round(effect.size, 1), _PLACE[effect.name]), default=None)


_PLACE: Mapping[str, int] = {each.name: place for place, each in enumerate(interventions.EVERY)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """A patient and the kinds of failure that it most likely has, the likeliest first.

    `guards` is the kind that its fixture says it guards against.
    """

    patient: Patient
    categories: tuple[str, ...] = ()
    guards: str | None = None

    @property
    def id(self) -> str:
        return self.patient.fixture.id


def replay(suspected: Iterable[Suspected], bench: Bench, *, thorough: bool = False) -> dict[str, Replayed]:
    """Try the treatments that apply to each fixture, by its id; one to which none applies is left out."""
    cases: dict[str, Case[Effects]] = {}
    for each in suspected:
        probes = dict(_probes(each.patient))
        testing = hypotheses.testing(each.patient.fixture, each.guards, probes)
        groups = _groups(tuple(probes), each.categories, testing)
        if groups:
            probes[NULL] = each.patient.untreated()
            state = effects.start(groups, thorough=thorough, whole=testing)
            cases[each.id] = Case(state=state, probe=probes.__getitem__)
    bench.investigate(cases)
    return {name: _read(case, bench) for name, case in cases.items()}


def _probes(patient: Patient) -> Iterable[tuple[str, Probe]]:
    """Make the treated arms ready; what sends the same as before is no treatment."""
    untreated = patient.untreated().name
    for intervention in interventions.EVERY:
        try:
            probe = intervention.applied(patient)
        except RenderError:
            continue
        if probe is not None and probe.name != untreated:
            yield intervention.name, probe


def _groups(
    names: tuple[str, ...], categories: tuple[str, ...], testing: frozenset[str]
) -> tuple[tuple[str, ...], ...]:
    """Put the likeliest first, and beside them what tests the hypothesis: it is tested whatever cures the fixture."""
    kinds = [*dict.fromkeys(categories), None]
    of = {name: OF[name].category if OF[name].category in categories else None for name in names}
    groups = [[name for name in names if of[name] == kind] for kind in kinds]
    first, *others = [group for group in groups if group] or [[]]
    first = [name for name in names if name in first or name in testing]
    return tuple(filter(None, (tuple(first), *(tuple(n for n in group if n not in first) for group in others))))


def _read(case: Case[Effects], bench: Bench) -> Replayed:
    found = case.state.found()
    return Replayed(
        effects=found,
        complete=frozenset(effect.name for effect in found if case.state.is_complete(effect.name)),
        unmoved=_unmoved(*(_failing(case.ready.get(name), bench) for name in (NULL, NO_CONTEXT))),
    )


def _failing(probe: Probe | None, bench: Bench) -> tuple[Graded, ...]:
    drawn = bench.graded[probe.name].values() if probe else ()
    return tuple(graded for graded in drawn if graded.outcome is Outcome.FAILED)


def _unmoved(before: tuple[Graded, ...], without: tuple[Graded, ...]) -> Count:
    same = sum(any(_is_same(graded.trace.output, other.trace.output) for other in before) for graded in without)
    return Count(passed=same, trials=len(without))


def _is_same(one: str, other: str) -> bool:
    """Tell whether two answers say about the same: in most of their words, and in every number."""
    first, second = (set(_WORD.findall(text[:20_000].casefold())) for text in (one, other))
    shared = len(first & second) / max(len(first | second), 1)
    return shared >= MIN_SAME_WORDS and _numbers(first) == _numbers(second)


def _numbers(words: set[str]) -> set[str]:
    return {word for word in words if any(letter.isdigit() for letter in word)}
