"""A failing trial → its Diagnosis: the most upstream break that the trace shows, unless somebody said what it is.

The order: infrastructure and invalid fixtures, refusal, format (tested by repair, so that it cannot mask the rest),
tool use, retrieval, grounding, reasoning; else unclassified, with what would decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from llmgate.assertions import judgement
from llmgate.assertions.categories import Category
from llmgate.diagnose.label import Confidence, Diagnosis, Label, Source
from llmgate.diagnose.reading import seen as looked
from llmgate.diagnose.reading.seen import Failure, Seen
from llmgate.diagnose.signs import (
    fixture_invalid,
    grounding,
    infrastructure,
    output_format,
    reasoning,
    refusal,
    retrieval,
    tool_use,
)
from llmgate.fixture import Fixture
from llmgate.taxonomy import Named, Taxonomy, default
from llmgate.trial import Graded, Outcome

BUCKETS = frozenset({Category.INFRASTRUCTURE, Category.FIXTURE_INVALID})
"""What nobody's word overrides: there is no answer that it could be about."""


def classify(
    graded: Graded | None,
    fixture: Fixture,
    *,
    taxonomy: Taxonomy = default.TAXONOMY,
    index: Mapping[str, str] | None = None,
) -> Diagnosis | None:
    """Say what kind of failure a trial is; None for one that passed, and for none.

    The same trial always gives the same diagnosis. `index` maps the ids that the fixture's index has to the hashes of
    their texts; without it, what is not there cannot be told from what was not found.
    """
    if graded is None or graded.outcome is Outcome.PASSED:
        return None
    seen = looked.of(graded, fixture, index)
    found = _signs(seen)
    said = None if found[0].category in BUCKETS else _said(seen, fixture, taxonomy)
    primary = found[0] if said is None else _joined(said, found[0])
    return Diagnosis(primary=primary, signs=found[0], secondary=tuple(_others(found[1:], primary)))


def _signs(seen: Seen) -> list[Label]:
    """List what the trace shows, the most upstream first."""
    for first in (infrastructure, fixture_invalid, refusal):
        if label := first.sign(seen):
            return [label]
    form = output_format.sign(seen)
    if form and form.rest is None:
        return [form.label]
    rest = form.rest if form and form.rest else seen
    found = [label for step in (tool_use, retrieval, grounding) if (label := step.sign(rest))]
    left = [] if found else [*filter(None, (tool_use.faint(rest), reasoning.sign(rest)))]
    if form is None:
        return found or left or [reasoning.undecided(rest)]
    return [*found, *left, form.label] if found or form.mended else [form.label, *left]


def _said(seen: Seen, fixture: Fixture, taxonomy: Taxonomy) -> Label | None:
    """What somebody says it is: the failed assertion, as the nearer one, before the fixture.

    A conversation that ended at a call without a recorded answer never came to what the fixture guards against.
    """
    named = next((failure.grade for failure in _every(seen) if failure.grade.category), None)
    if named is not None and named.category:
        evidence = f"the failed assertion {named.assertion} says category: {named.category}"
        return _told(taxonomy.read(named.category), Source.ASSERTION, evidence)
    return by_hand(fixture, taxonomy) if seen.trace.miss is None else None


def by_hand(fixture: Fixture, taxonomy: Taxonomy = default.TAXONOMY) -> Label | None:
    """Label a fixture as it labels itself, by what it guards against."""
    if not fixture.category or not fixture.category.strip():
        return None
    return _told(taxonomy.read(fixture.category), Source.HAND, f"the fixture says category: {fixture.category}")


def _every(seen: Seen) -> Iterable[Failure]:
    """Failed assertions, one by one and then the sets that they are in."""
    whole = (Failure(grade=grade) for grade in seen.graded.grades if not grade.passed and grade.error is None)
    return (*seen.failures, *whole)


def _told(named: Named, source: Source, evidence: str) -> Label:
    return Label(
        category=named.category,
        code=named.code,
        confidence=Confidence.HIGH,
        source=source,
        evidence=(judgement.short(evidence),),
    )


def _joined(said: Label, sign: Label) -> Label:
    """Give what somebody said the code and the evidence of a sign that agrees with it."""
    if said.category != sign.category or (said.code is not None and said.code != sign.code):
        return said
    return replace(said, code=sign.code, evidence=(*said.evidence, *sign.evidence))


def _others(found: Iterable[Label], primary: Label) -> Iterator[Label]:
    """Further breaks, each another category."""
    known = {primary.category}
    for label in found:
        if label.category not in known:
            known.add(label.category)
            yield label
