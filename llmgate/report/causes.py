"""What diagnosing found of a fixture → its entry in the report, and its cause in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from llmgate import diagnose
from llmgate.changes import Change
from llmgate.diagnose.causes import factors
from llmgate.diagnose.causes.attribution import Attribution
from llmgate.diagnose.causes.factors import Factor, Mixture
from llmgate.diagnose.causes.locating import Located
from llmgate.diagnose.causes.swaps import BASE, HEAD, mixture
from llmgate.diagnose.explained import Explained
from llmgate.diagnose.replays import hypotheses
from llmgate.diagnose.replays.counterfactual import Replayed
from llmgate.diagnose.replays.effects import Effect
from llmgate.diagnose.replays.hypotheses import Tested
from llmgate.diagnose.replays.interventions import OF
from llmgate.diagnose.replays.investigation import Count
from llmgate.fixture import Fixture
from llmgate.report.diagnosis import (
    ArmEntry,
    AttributionEntry,
    BlamedHunk,
    DiagnosisEntry,
    EffectEntry,
    HypothesisEntry,
    LocatedEntry,
)
from llmgate.taxonomy import Taxonomy, default

MAX_HUNK_CHARS = 400


def entry(fixture: Fixture, explained: Explained, taxonomy: Taxonomy = default.TAXONOMY) -> DiagnosisEntry | None:
    """Write what is known of why a fixture broke; None where nothing is."""
    label = diagnose.by_hand(fixture, taxonomy)
    attribution = explained.attributions.get(fixture.id)
    located, replayed = explained.located.get(fixture.id), explained.replayed.get(fixture.id)
    tested = hypotheses.tested(fixture, label.category if label else None, replayed)
    if attribution is None and replayed is None and tested is None:
        return None
    unmoved = replayed.unmoved if replayed else Count()
    return DiagnosisEntry(
        attribution=_attribution(attribution) if attribution else None,
        located=_located(located) if located else None,
        effects=tuple(_effects(replayed)) if replayed else (),
        unmoved=unmoved.passed,
        without_context=unmoved.trials,
        hypothesis=_hypothesis(tested) if tested else None,
    )


def _attribution(found: Attribution) -> AttributionEntry:
    every = tuple(sorted({factor for name in found.counts if name not in (BASE, HEAD) for factor in mixture(name)}))
    of = {BASE: (), HEAD: every}
    return AttributionEntry(
        causes=tuple(tuple(sorted(cause)) for cause in found.causes),
        cures=tuple(sorted(found.cures)),
        open=found.open,
        shares={factor.value: round(share, 4) for factor, share in sorted(found.shares.items())},
        arms=tuple(
            ArmEntry(
                head=of[name] if name in of else tuple(sorted(mixture(name))), passed=count.passed, trials=count.trials
            )
            for name, count in found.counts.items()
        ),
    )


def _located(found: Located) -> LocatedEntry:
    return LocatedEntry(
        hunks=tuple(
            BlamedHunk(
                path=hunk.path,
                line=hunk.line,
                removed=hunk.removed[:MAX_HUNK_CHARS],
                added=hunk.added[:MAX_HUNK_CHARS],
            )
            for hunk in found.hunks
        ),
        total=found.total,
        breaks=found.breaks,
        suffices=found.suffices,
        minimal=found.minimal,
        comparisons=found.comparisons,
    )


def _effects(replayed: Replayed) -> Iterator[EffectEntry]:
    for effect in replayed.effects:
        yield _effect(effect)


def _effect(effect: Effect) -> EffectEntry:
    intervention = OF[effect.name]
    return EffectEntry(
        name=effect.name,
        title=intervention.title,
        category=intervention.category,
        passed=effect.treated.passed,
        trials=effect.treated.trials,
        unchanged_passed=effect.untreated.passed,
        unchanged_trials=effect.untreated.trials,
        lower=round(effect.lower, 4),
        holds=effect.holds,
    )


def _hypothesis(tested: Tested) -> HypothesisEntry:
    return HypothesisEntry(
        statement=tested.statement, status=tested.status, tested_by=tuple(effect.name for effect in tested.effects)
    )


def in_words(attribution: Attribution, located: Located | None, changes: Iterable[Change]) -> str | None:
    """Name the cause in a few words: the unit where only one changed in a factor, else the factor.

    Where none is shown it says what it may be; None where not even that is known.
    """
    units = _units(changes)
    if attribution.causes:
        return "; ".join(_together(cause, units, located) for cause in attribution.causes)
    if attribution.cures:
        cured = " or ".join(_named(factor, units, located) for factor in sorted(attribution.cures))
        return f"{cured}, perhaps not alone"
    return f"not settled: {' or '.join(map(str, attribution.open))}" if attribution.open else None


def _together(cause: Mixture, units: Mapping[Factor, list[str]], located: Located | None) -> str:
    names = " and ".join(_named(factor, units, located) for factor in sorted(cause))
    return f"{names} together" if len(cause) > 1 else names


def _units(changes: Iterable[Change]) -> Mapping[Factor, list[str]]:
    found: dict[Factor, list[str]] = {}
    for change in changes:
        if (factor := factors.of(change.kind)) is not None and change.affects_requests:
            found.setdefault(factor, []).append(change.unit.partition(":")[2])
    return found


def _named(factor: Factor, units: Mapping[Factor, list[str]], located: Located | None) -> str:
    if factor is Factor.PROMPT and located and len(located.hunks) == 1 and located.breaks:
        return f"{factor} {located.hunks[0].path}:{located.hunks[0].line}"
    names = list(dict.fromkeys(units.get(factor, ())))
    return f"{factor} {names[0]}" if len(names) == 1 else str(factor)
