"""What was found → the entries of a report: changes, findings, fixtures with an example, the suite, the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from llmgate import diagnose
from llmgate.errors import Fault, named
from llmgate.exceptions.entry import Kind
from llmgate.plan import Planned, Retrieval
from llmgate.report import (
    Baseline,
    ChangeEntry,
    Counts,
    Detail,
    Example,
    FailedAssertion,
    FindingEntry,
    FixtureEntry,
    Hunk,
    ReasonEntry,
    SuiteEntry,
    Tier,
    drawn,
    failing,
)
from llmgate.report.diagnosis import DiagnosisEntry
from llmgate.report.exception import ExceptionEntry
from llmgate.report.material import Material, summary_of
from llmgate.report.retrieval import RetrievalDelta, RetrievalSummary, RetrievedEntry
from llmgate.retrieval import delta
from llmgate.targets import prompt
from llmgate.trial import Arm, Trace
from llmgate.verdict import Finding, Reason, Severity

if TYPE_CHECKING:
    from llmgate import compare

MAX_SHOWN_CHARS = 4_000
MAX_SHOWN_DOCUMENTS = 20
_TIERS: Mapping[str, Tier] = {"confirmed": "confirmed", "likely": "likely", "suspected": "suspected"}


def changes(material: Material) -> Iterator[ChangeEntry]:
    exercised = material.plan.exercised or ((),) * len(material.changes)
    for change, fixtures in zip(material.changes, exercised, strict=True):
        yield ChangeEntry(
            kind=change.kind,
            unit=change.unit,
            what=change.happened.value,
            path=change.path,
            line=change.line,
            renamed_from=change.renamed_from,
            facets=tuple(facet.value for facet in change.facets),
            details=tuple(Detail(key=item) for item in change.details),
            places=change.wording.places if change.wording else None,
            words_added=change.wording.added if change.wording else None,
            words_removed=change.wording.removed if change.wording else None,
            hunks=tuple(Hunk(**asdict(hunk)) for hunk in change.wording.hunks) if change.wording else (),
            rule=change.rule.id if change.rule else "",
            reason=change.rule.reason if change.rule else "",
            gated=change.gated,
            affects=change.affects,
            fixtures=fixtures,
            note=change.fault or change.opaque or change.note,
        )


def findings(material: Material) -> Iterator[FindingEntry]:
    return told(material.faults, material.findings)


def told(faults: Iterable[Fault], found: Iterable[Finding]) -> Iterator[FindingEntry]:
    """Write faults of the configuration and findings alike, the faults first."""
    broken = (Finding.at(fault, rule="configuration", severity=Severity.BLOCK) for fault in faults)
    for item in (*broken, *found):
        yield FindingEntry(
            rule=item.rule,
            severity=item.severity,
            message=named(item.message, item.id) if item.id else item.message,
            remedy=item.remedy,
            file=item.file,
            line=item.line,
            id=item.id,
        )


def reason(item: Reason) -> ReasonEntry:
    message = named(item.message, item.id) if item.id else item.message
    return ReasonEntry(verdict=item.verdict, message=message, remedy=item.remedy, id=item.id)


def fixtures(material: Material) -> Iterator[FixtureEntry]:
    if (sampled := material.sampled) is None:
        return
    summary = summary_of(material)
    compared = {item.fixture: item for item in summary.fixtures} if summary else {}
    for planned in material.plan.runs:
        seen = compared.get(planned.id)
        tallies = {arm: sampled.tallies[planned.id, arm] for arm in Arm}
        head = Counts(passed=tallies[Arm.HEAD].passed, trials=tallies[Arm.HEAD].valid)
        base = Counts(passed=tallies[Arm.BASE].passed, trials=tallies[Arm.BASE].valid)
        if seen:
            base = Counts(passed=seen.base.passed, trials=seen.base.trials)
            head = Counts(passed=seen.head.passed, trials=seen.head.trials)
        worse = seen is not None and seen.tier.value in _TIERS
        told = worse or planned.id in material.explained.fixtures
        difference, interval = drawn.difference(base, head)
        failure = failing.entry(planned, tallies[Arm.HEAD].failing, material) if told else None
        yield FixtureEntry(
            id=planned.id,
            title=planned.case.fixture.title,
            critical=planned.case.fixture.critical,
            target=planned.case.fixture.target,
            file=planned.case.file,
            line=planned.case.line,
            guards=drawn.guards(planned.case.fixture, material),
            base=base,
            head=head,
            difference=difference,
            interval=interval,
            evidence=seen.evidence if seen and seen.pairs else None,
            adjusted_evidence=seen.adjusted_evidence if seen and seen.pairs else None,
            tier=_tier(planned, seen),
            category=failure.name if failure else None,
            failure=failure,
            attribution=_attribution(planned, material) if worse else None,
            diagnosis=_diagnosis(planned, material) if told else None,
            form=planned.case.form.value,
            errors=sum(tally.errors for tally in tallies.values()),
            error=next((_cut(error.reason) for arm in (Arm.HEAD, Arm.BASE) if (error := tallies[arm].error)), ""),
            example=_example(planned, material) if told else None,
        )


def _attribution(planned: Planned, material: Material) -> str | None:
    """Name the change that it broke with, by what was drawn to find that out, or as the only one that reaches it."""
    found = material.explained.attributions.get(planned.id)
    if found is None:
        return diagnose.only_change(planned.id, material.changes, material.plan.exercised)
    from llmgate.report import causes  # noqa: PLC0415 - scipy is imported when something broke

    located = material.explained.located.get(planned.id)
    reaching = zip(material.changes, material.plan.exercised, strict=True)
    return causes.in_words(found, located, [change for change, names in reaching if planned.id in names])


def _diagnosis(planned: Planned, material: Material) -> DiagnosisEntry | None:
    from llmgate.report import causes  # noqa: PLC0415 - scipy is imported when something broke

    return causes.entry(planned.case.fixture, material.explained, material.taxonomy)


def exceptions(material: Material) -> Iterator[ExceptionEntry]:
    """List what the file of exceptions did, by fixture."""
    excepted = {planned.id for planned in material.plan.excepted}
    compared = {planned.id for planned in material.plan.compared}
    for entry, state in material.exceptions.states(excepted, compared):
        accepted = entry.kind is Kind.ACCEPTED
        yield ExceptionEntry(
            fixture=entry.fixture,
            kind=entry.kind.value,
            reason=entry.reason,
            by=entry.who if accepted else "",
            owner="" if accepted else entry.who,
            expires=entry.expires.isoformat(),
            state=state.value,
        )


def _tier(planned: Planned, seen: compare.FixtureSummary | None) -> Tier:
    if planned.excepted:
        return "excepted"
    if planned.base is None:
        return "new"
    return _TIERS.get(seen.tier.value, "clear") if seen else "clear"


def _example(planned: Planned, material: Material) -> Example | None:
    if material.sampled is None or (head := material.sampled.tallies[planned.id, Arm.HEAD].failing) is None:
        return None
    on_base = material.sampled.tallies[planned.id, Arm.BASE]
    base = on_base.passing or on_base.failing
    return Example(
        question=_cut(_question(planned)),
        documents=tuple(document.id for document in planned.documents(Arm.HEAD)[:MAX_SHOWN_DOCUMENTS]),
        base_output=_cut(answer(base.trace if base else None)),
        head_output=_cut(answer(head.trace)),
        failed=tuple(
            FailedAssertion(assertion=grade.assertion, reason=_cut(grade.reason)) for grade in diagnose.failed(head)
        )
        or (FailedAssertion(assertion="application" if head.trace.fault else "replay", reason=_cut(head.reason)),),
    )


def _question(planned: Planned) -> str:
    """What the user asked: the last earlier turn, else the fixture's own words for it."""
    fixture = planned.case.fixture
    turns = [message.text for message in fixture.input.messages if message.role == "user" and message.text]
    texts = [value for value in fixture.input.variables.values() if isinstance(value, str)]
    named = fixture.input.variables.get("question")
    return named if isinstance(named, str) else next(iter((*turns[::-1], *texts)), fixture.title)


def answer(trace: Trace | None) -> str:
    """Write an answer with its tool calls, a line each."""
    if trace is None:
        return ""
    calls = "".join(f"\n→ {part.name}({prompt.canonical(part.arguments)})" for part in trace.tool_calls)
    return (trace.output + calls).strip()


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN_CHARS else text[: MAX_SHOWN_CHARS - 1] + "…"


def retrieval(material: Material) -> RetrievalSummary | None:
    """Compare what the arms found for each live fixture; None where there is none on both arms."""
    found = [(each, _delta(each)) for each in material.plan.retrievals]
    if not found:
        return None
    return RetrievalSummary(
        mean=RetrievalDelta(**_numbers(delta.mean(numbers for _, numbers in found))),
        fixtures=tuple(
            RetrievedEntry(
                id=each.fixture.id, base_k=each.base.k, head_k=each.head.k, differs=each.differs, **_numbers(numbers)
            )
            for each, numbers in found
        ),
    )


def _delta(found: Retrieval) -> delta.Delta:
    base, head = ([document.id for document in side.documents] for side in (found.base, found.head))
    return delta.between(base, head, found.fixture.context.gold)


def _numbers(value: delta.Delta) -> dict[str, float | None]:
    return {name: None if number is None else round(number, 6) for name, number in asdict(value).items()}


def suite(material: Material) -> SuiteEntry | None:
    if (summary := summary_of(material)) is None:
        return None
    found = summary.suite
    return SuiteEntry(
        fixtures=len(summary.fixtures) + len(material.plan.identical),
        compared=len(summary.fixtures),
        identical=len(material.plan.identical),
        base_rate=found.base_rate,
        head_rate=found.head_rate,
        difference=found.difference,
        interval=(found.interval.low, found.interval.high),
        lower_bound=found.lower_bound,
        margin=material.policy.margin,
        mde=found.mde,
        fixture_mde=found.fixture_mde,
        evidence=found.evidence,
        total_evidence=summary.evidence,
        highest_evidence=summary.highest,
        block_at=1 / material.policy.alpha,
        looks=tuple(round(look, 6) for look in summary.looks),
        source=found.source.value,
        needed_trials=summary.needed,
        headroom=not summary.no_headroom,
    )


def baseline(material: Material) -> Baseline:
    if (sampled := material.sampled) is None:
        return Baseline()
    stored = [item for screening in sampled.screening.values() for item in screening.stored]
    fresh = sum(len(screening.trials.get(Arm.BASE, ())) for screening in sampled.screening.values())
    newest = max(stored, key=lambda item: (item.finished_at, item.commit), default=None)
    return Baseline(
        stored=len(stored),
        fresh=fresh,
        commit=newest.commit if newest else None,
        age_s=max(sampled.now - newest.finished_at, 0.0) if newest else None,
    )
