"""Seeded faults → the kind that the product names, from the trace alone and by what cures them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from llmgate import diagnose, preparing
from llmgate.diagnose import Diagnosis
from llmgate.diagnose.replays import confirming, counterfactual
from llmgate.diagnose.replays.bench import Bench
from llmgate.diagnose.replays.counterfactual import Suspected
from llmgate.diagnose.replays.interventions import Patient
from llmgate.fixture import ContextDocument, Fixture
from llmgate.store import Store
from llmgate.trial import Arm, Graded, Outcome
from tests.benchmarks.diagnosis.experiment import Answered, Laboratory
from tests.benchmarks.diagnosis.harness import Labelled
from tests.benchmarks.diagnosis.seeds import Seed


def by_signs(graded: Graded, fixture: Fixture) -> str | None:
    """Name the kind as the deterministic classifier does."""
    found = diagnose.classify(graded, fixture)
    return _written(found) if found else None


@dataclass(frozen=True, kw_only=True)
class Replays:
    """Labels after the treatments, and what these took."""

    labelled: tuple[Labelled, ...]
    treated: int
    calls: int


def by_cure(lab: Laboratory, answered: Iterable[Answered]) -> Replays:
    """Name each fault by its first failing trial, and treat what has one, as the gate does."""
    found: dict[str, tuple[Seed, Diagnosis]] = {}
    suspected: list[Suspected] = []
    for each in answered:
        seed = each.asking.seed
        failing = min(
            (one for one in each.graded if one.outcome is not Outcome.PASSED),
            key=lambda one: one.outcome is Outcome.ERROR,
            default=None,
        )
        if failing is None or (diagnosis := diagnose.classify(failing, seed.fixture)) is None:
            continue
        found[seed.fixture.id] = (seed, diagnosis)
        if failing.outcome is Outcome.FAILED:
            suspected.append(_suspected(lab, seed, failing, diagnosis))
    with Store.open(lab.folder / "replays.sqlite") as store, lab.engine(store) as engine:
        replayed = counterfactual.replay(suspected, Bench(engine))
        calls = engine.spent.calls
    labelled = tuple(
        Labelled(seed=seed, label=_written(confirming.confirmed(diagnosis, cured) if cured else diagnosis))
        for name, (seed, diagnosis) in found.items()
        for cured in [replayed.get(name)]
    )
    return Replays(labelled=labelled, treated=len(suspected), calls=calls)


def _written(found: Diagnosis) -> str:
    return f"{found.signs.category}.{found.signs.code}" if found.signs.code else str(found.signs.category)


def _suspected(lab: Laboratory, seed: Seed, failing: Graded, diagnosis: Diagnosis) -> Suspected:
    side = lab.sides[Arm.HEAD]
    patient = Patient(
        fixture=seed.fixture,
        side=side,
        prepared=preparing.prepare(seed.fixture, side),
        failing=failing,
        known=_known(seed),
    )
    labels = (diagnosis.signs, *diagnosis.secondary)
    return Suspected(patient=patient, categories=tuple(str(label.category) for label in labels))


def _known(seed: Seed) -> Mapping[str, ContextDocument]:
    """What a gate knows of documents: what the head's index has, and what either arm was given."""
    indexed = {name: ContextDocument(id=name, text=text) for name, text in seed.gold.items() if name in seed.index}
    shown = (document for one in (seed.base_fixture, seed.fixture) for document in one.context.documents)
    return {**indexed, **{document.id: document for document in shown}}
