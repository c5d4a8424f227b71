"""Everything that was found → one Verdict: first match wins, every row that applies is kept, the default is deny."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from llmgate.catalogue import Id
from llmgate.errors import Fault


class Verdict(StrEnum):
    NOT_EVALUATED = "not_evaluated"
    REGRESSED = "regressed"
    REJECTED = "rejected"
    INCONCLUSIVE = "inconclusive"
    IMPROVED = "improved"
    PASSED = "passed"
    NOT_APPLICABLE = "not_applicable"


USAGE_EXIT = 2
INTERRUPTED_EXIT = 130


class Severity(StrEnum):
    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule of the policy that this change breaks: which, where, and what to do. `rule` is the policy's key.

    Where it tells of a fault of a file, `id` is that of the fault.
    """

    rule: str
    severity: Severity
    message: str
    remedy: str = ""
    file: str | None = None
    line: int | None = None
    id: Id | None = None

    @classmethod
    def at(cls, fault: Fault, *, rule: str, severity: Severity) -> Finding:
        return cls(
            rule=rule,
            severity=severity,
            message=fault.message,
            remedy=fault.remedy,
            file=fault.file,
            line=fault.line,
            id=fault.id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a row of the table applies, in a sentence, with what to do about it."""

    verdict: Verdict
    message: str
    remedy: str = ""
    id: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the verdict is made from.

    `relevant` says that the change can alter what a model is sent, `search_only` that it can do so only through what
    retrieval finds. `compared` counts the
    fixtures with valid trials on both arms, `ran` those with any valid trial on the head, without those of `excepted`,
    which count for nothing; `unfit` tells of fixtures that the head can send nothing for. `regressed`, `passed` and
    `improved` are the comparison's own words; `stopped` says why confirming ended early; `unjudged` holds the reasons
    why nothing may be said.
    """

    relevant: bool
    search_only: bool = False
    unjudged: tuple[Reason, ...] = ()
    findings: tuple[Finding, ...] = ()
    ran: int = 0
    excepted: int = 0
    unfit: tuple[Fault, ...] = ()
    compared: int = 0
    regressed: bool = False
    leaning: bool = False
    passed: bool = False
    improved: bool = False
    stopped: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    verdict: Verdict
    exit_code: int
    reasons: tuple[Reason, ...]


def decide(facts: Facts, *, on_inconclusive: Literal["warn", "block"]) -> Decision:
    """Find the verdict. Every row that applies is a reason, in the order of the table; the first one decides."""
    order = list(Verdict)
    rows = tuple(sorted(_rows(facts), key=lambda row: order.index(row.verdict)))
    verdict = rows[0].verdict
    return Decision(verdict=verdict, exit_code=exit_code(verdict, on_inconclusive=on_inconclusive), reasons=rows)


def exit_code(verdict: Verdict, *, on_inconclusive: Literal["warn", "block"]) -> int:
    match verdict:
        case Verdict.NOT_EVALUATED:
            return 3
        case Verdict.REGRESSED | Verdict.REJECTED:
            return 1
        case Verdict.INCONCLUSIVE:
            return 1 if on_inconclusive == "block" else 0
        case Verdict.IMPROVED | Verdict.PASSED | Verdict.NOT_APPLICABLE:
            return 0


def _rows(facts: Facts) -> list[Reason]:
    rows = [replace(reason, verdict=Verdict.NOT_EVALUATED) for reason in facts.unjudged]
    if facts.regressed:
        rows.append(Reason(verdict=Verdict.REGRESSED, message="the evidence that something got worse reaches 1/alpha"))
    rows += [
        Reason(verdict=Verdict.REJECTED, message=finding.message, remedy=finding.remedy, id=finding.id)
        for finding in facts.findings
        if finding.severity is Severity.BLOCK
    ]
    if not facts.relevant and not facts.unjudged:
        rows.append(Reason(verdict=Verdict.NOT_APPLICABLE, message="nothing that a model is sent has changed"))
    elif not facts.ran and not facts.unjudged and facts.search_only:
        rows.append(
            Reason(
                verdict=Verdict.INCONCLUSIVE,
                message="only retrieval changed, and no fixture sends anything else for it, so nothing was tested",
            )
        )
    elif not facts.ran and not facts.unjudged:
        rows.append(
            Reason(
                verdict=Verdict.NOT_EVALUATED,
                message=_untested(facts),
                id="nothing-ran",
                remedy=facts.unfit[0].remedy if facts.unfit else "add a fixture whose target uses what changed",
            )
        )
    elif not facts.unjudged and not facts.regressed:
        rows.append(_comparison_row(facts))
    return rows


def _untested(facts: Facts) -> str:
    if facts.unfit:
        return f"no fixture ran, so nothing was tested: {facts.unfit[0].message}"
    if facts.excepted:
        return "no fixture ran but those that are excepted, so nothing was tested"
    return "no fixture ran, so nothing was tested"


def _comparison_row(facts: Facts) -> Reason:
    if not facts.compared:
        return Reason(
            verdict=Verdict.INCONCLUSIVE,
            message="only fixtures without a form on the base ran; they have nothing to be compared with",
        )
    if facts.leaning:
        return Reason(
            verdict=Verdict.INCONCLUSIVE,
            message="the evidence leans towards a regression and does not reach the limit",
            remedy="run the check again: it continues where it stopped",
        )
    if facts.improved:
        return Reason(verdict=Verdict.IMPROVED, message="the whole interval of the difference is above zero")
    if facts.passed:
        return Reason(verdict=Verdict.PASSED, message="a drop beyond the margin is ruled out")
    return Reason(
        verdict=Verdict.INCONCLUSIVE,
        message="neither a regression nor its absence is shown" + (f": {facts.stopped}" if facts.stopped else ""),
        remedy="add fixtures, or raise policy.screen",
    )
