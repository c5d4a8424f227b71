"""What the trace shows and what treatments did → the diagnosis with the cure as its evidence, where one was found."""

from __future__ import annotations

from dataclasses import replace

from llmgate.assertions.categories import Category
from llmgate.diagnose.label import Confidence, Diagnosis, Label, Source
from llmgate.diagnose.replays.counterfactual import Replayed
from llmgate.diagnose.replays.effects import Effect
from llmgate.diagnose.replays.interventions import OF

MIN_UNMOVED = 0.75
MIN_WITHOUT = 4
_OF_CONTEXT = frozenset({Category.GROUNDING, Category.REASONING, Category.UNCLASSIFIED})
"""Kinds that an answer which comes from nowhere in the documents can be taken for."""


def confirmed(found: Diagnosis, replayed: Replayed) -> Diagnosis:
    """Let the largest effect say what kind of failure it is; without one, an answer that needs no document.

    A person's label and an assertion's stay what they are: what was replayed stands beside them in `signs`. A trial
    without an answer, and an invalid fixture, are nothing that a treatment could tell of.
    """
    label = _label(found.signs, replayed)
    if label is None or found.signs.category in (Category.INFRASTRUCTURE, Category.FIXTURE_INVALID):
        return found
    told = {label.category, Category.UNCLASSIFIED}
    others = tuple(each for each in (found.signs, *found.secondary) if each.category not in told)
    if found.primary.source in (Source.HAND, Source.ASSERTION):
        further = tuple(each for each in others if each.category != found.primary.category)
        return replace(found, signs=label, secondary=further)
    return Diagnosis(primary=label, signs=label, secondary=others)


def _label(signs: Label, replayed: Replayed) -> Label | None:
    if (best := replayed.best) is not None:
        category = OF[best.name].category
        code = signs.code if signs.category == category else None
        evidence = (_cure(best), *(signs.evidence if signs.category == category else ()))
        return Label(category=category, code=code, confidence=Confidence.HIGH, source=Source.REPLAY, evidence=evidence)
    unmoved = replayed.unmoved
    if unmoved.trials < MIN_WITHOUT or unmoved.passed < MIN_UNMOVED * unmoved.trials:
        return None
    if signs.category not in _OF_CONTEXT:
        return None
    said = f"{unmoved.passed} of {unmoved.trials} failing answers without any document say the same"
    return Label(
        category=Category.GROUNDING,
        code="context_ignored",
        confidence=Confidence.MEDIUM,
        source=Source.REPLAY,
        evidence=(said, *(signs.evidence if signs.category == Category.GROUNDING else ())),
    )


def _cure(effect: Effect) -> str:
    treated, untreated = effect.treated, effect.untreated
    counts = f"{treated.passed}/{treated.trials}, {untreated.passed}/{untreated.trials} unchanged"
    return f"it passes when {OF[effect.name].title}: {counts}"
