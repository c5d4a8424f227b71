"""A failing trial's diagnosis → what a report says of the kind of failure: a name for people, and ids for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmgate import diagnose
from llmgate.diagnose import Diagnosis, Label
from llmgate.diagnose.reading import indexed
from llmgate.plan import Planned
from llmgate.report import FailureEntry, SignEntry
from llmgate.report.material import Material
from llmgate.taxonomy import Taxonomy
from llmgate.trial import Graded

if TYPE_CHECKING:
    from llmgate.diagnose.replays.counterfactual import Replayed


def entry(planned: Planned, failing: Graded | None, material: Material) -> FailureEntry | None:
    """Classify the first failing trial, by what cured it where that was tried.

    Without a failing trial there is only what the fixture guards against.
    """
    fixture = planned.case.fixture
    index = indexed.hashes(fixture, material.indexes) if failing else None
    found = diagnose.classify(failing, fixture, taxonomy=material.taxonomy, index=index)
    if found is None and (label := diagnose.by_hand(fixture, material.taxonomy)):
        found = Diagnosis(primary=label, signs=label)
    if found and (replayed := material.explained.replayed.get(planned.id)):
        found = _confirmed(found, replayed)
    return _entry(found, material.taxonomy) if found else None


def _confirmed(found: Diagnosis, replayed: Replayed) -> Diagnosis:
    from llmgate.diagnose.replays import confirming  # noqa: PLC0415 - scipy is imported when something broke

    return confirming.confirmed(found, replayed)


def _entry(found: Diagnosis, taxonomy: Taxonomy) -> FailureEntry:
    primary = found.primary
    kind = taxonomy.kinds.get(primary.category)
    differs = (found.signs.category, found.signs.code) != (primary.category, primary.code)
    return FailureEntry(
        **_sign(primary, taxonomy).model_dump(),
        source=primary.source.value,
        owner=kind.owner if kind else "",
        link=kind.link if kind else "",
        signs=_sign(found.signs, taxonomy) if differs else None,
        secondary=tuple(_sign(label, taxonomy) for label in found.secondary),
    )


def _sign(label: Label, taxonomy: Taxonomy) -> SignEntry:
    return SignEntry(
        category=label.category,
        code=label.code,
        name=taxonomy.name(label.category, label.code),
        confidence=label.confidence.value,
        evidence=label.evidence,
    )
