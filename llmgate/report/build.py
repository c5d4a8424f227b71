"""What the gate gathered → the Report. All that is said anywhere is computed here, once."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from enum import Enum
from typing import Any

from llmgate import __version__, verdict
from llmgate.report import Report, Revision, by_category, drawn, entries, pushes
from llmgate.report.diagnosis import DiagnosisEffort
from llmgate.report.effort import CallCounts, Cost, JudgeCalls
from llmgate.report.material import Material, decided, summary_of
from llmgate.verdict import Decision, Reason, Verdict

SHORT_SHA = 10


def report(material: Material, *, seconds: float, redact: Callable[[str], str]) -> Report:
    """Build the report. Faults of the configuration make it a `not_evaluated` with the exit code of wrong usage."""
    decision = _faulty(len(material.faults)) if material.faults else decided(material)
    question, sampled, spent = material.question, material.sampled, material.spent
    fixtures = tuple(entries.fixtures(material))
    built = Report(
        version=__version__,
        verdict=decision.verdict,
        exit_code=decision.exit_code,
        reasons=tuple(map(entries.reason, decision.reasons)),
        base=Revision(sha=question.base, ref=question.base_ref),
        head=Revision(sha=question.head_sha, ref=question.head_ref),
        changes=tuple(entries.changes(material)),
        fixtures=fixtures,
        skipped=tuple(drawn.skipped(material)),
        guarded=tuple(drawn.guarded(fixtures, material)),
        categories=by_category.entries(material),
        suite=entries.suite(material),
        calibrated=material.calibrated,
        retrieval=entries.retrieval(material),
        findings=tuple(entries.findings(material)),
        exceptions=tuple(entries.exceptions(material)),
        baseline=entries.baseline(material),
        diagnosis=_diagnosis(material),
        calls=CallCounts(
            planned=min(material.most_calls, material.policy.budget.calls),
            made=spent.calls,
            reused=spent.reused,
            errors=spent.errors,
            judge=_judge(material),
        ),
        cost=Cost(usd=round(spent.usd, 6), unpriced=0 if material.simulated else spent.unpriced),
        seconds=round(seconds, 3),
        looked=material.looked,
        simulated=material.simulated,
        pushes=len(material.earlier) + 1,
        earlier=tuple(
            push for item in material.earlier if (push := pushes.read(item.head, item.verdict, item.summary))
        ),
        only=material.question.only,
        reproduce=_reproduce(material) if sampled else "",
    )
    return redacted(built, redact)


def _diagnosis(material: Material) -> DiagnosisEffort:
    spent = material.diagnosing
    return DiagnosisEffort(
        calls=spent.calls,
        reused=spent.reused,
        usd=round(spent.usd, 6),
        exhausted=material.explained.exhausted or "",
    )


def _judge(material: Material) -> JudgeCalls:
    share = material.spent.judge
    unpriced = 0 if material.simulated else share.unpriced
    return JudgeCalls(made=share.calls, usd=round(share.usd, 6), unpriced=unpriced)


def _faulty(count: int) -> Decision:
    message = f"the configuration has {count} fault{'' if count == 1 else 's'}; nothing was called"
    reasons = (Reason(verdict=Verdict.NOT_EVALUATED, message=message, remedy="mend what is listed", id="faults"),)
    return Decision(verdict=Verdict.NOT_EVALUATED, exit_code=verdict.USAGE_EXIT, reasons=reasons)


def _reproduce(material: Material) -> str:
    """The command that runs the same comparison, on the surest of the broken fixtures where there are some."""
    question = material.question
    if material.simulated:
        return shlex.join(["llmgate", "demo", "--head", question.head_ref])
    head = [] if question.head_ref == "worktree" else ["--head", question.head_sha[:SHORT_SHA]]
    summary = summary_of(material)
    confirmed = [item for item in (summary.fixtures if summary else ()) if item.tier.value == "confirmed"]
    surest = [item.fixture for item in sorted(confirmed, key=lambda item: (-item.evidence, item.fixture))[:1]]
    chosen = question.only or surest
    fixtures = [piece for name in chosen for piece in ("--fixture", name)]
    return shlex.join(["llmgate", "gate", "--base", question.base[:SHORT_SHA], *head, *fixtures])


def redacted(built: Report, redact: Callable[[str], str]) -> Report:
    """Pass every text through the redactor, whatever field it stands in."""
    return Report.model_validate(_each_text(built.model_dump(by_alias=True), redact))


def _each_text(value: Any, redact: Callable[[str], str]) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _each_text(item, redact) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(item, redact) for item in value]
    return value
