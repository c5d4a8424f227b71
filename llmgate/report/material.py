"""What the steps of the gate found, kept together until the report is built; and the verdict that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmgate import verdict
from llmgate.changes import Change, Kind
from llmgate.config import Checker, Policy
from llmgate.diagnose.explained import Explained
from llmgate.errors import Fault
from llmgate.exceptions.standing import Standing
from llmgate.pins.deployments import Deployment
from llmgate.plan import Plan
from llmgate.question import Question
from llmgate.report import Looked, pushes
from llmgate.report.calibrated import Calibrated
from llmgate.retrieval.indexes import Indexes
from llmgate.run import Spent
from llmgate.store import Judged
from llmgate.suite import Suite, Weakening
from llmgate.taxonomy import Taxonomy, default
from llmgate.trial import Arm
from llmgate.verdict import Decision, Facts, Finding, Reason, Verdict

if TYPE_CHECKING:
    from llmgate import compare
    from llmgate.sampling import Sampled


MOST_NAMED = 3


@dataclass(slots=True, kw_only=True)
class Material:
    """Everything that the steps found, filled in as they go; a step that fails leaves the rest as it was.

    `taxonomy` is the base's, `indexes` are the head's; `excepting` are exceptions that the head adds or loosens.
    """

    question: Question
    simulated: bool = False
    policy: Policy = field(default_factory=Policy)
    taxonomy: Taxonomy = default.TAXONOMY
    indexes: Indexes | None = None
    looked: Looked = field(default_factory=Looked)
    deployments: Mapping[Arm, Mapping[str, Deployment]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    suite: Suite = field(default_factory=lambda: Suite(cases=()))
    plan: Plan = field(default_factory=Plan)
    checkers: Mapping[str, Checker] = field(default_factory=dict)
    exceptions: Standing = field(default_factory=Standing)
    excepting: tuple[Weakening, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    unjudged: list[Reason] = field(default_factory=list)
    faults: tuple[Fault, ...] = ()
    sampled: Sampled | None = None
    spent: Spent = field(default_factory=Spent)
    most_trials: int = 0
    most_calls: int = 0
    earlier: tuple[Judged, ...] = ()
    calibrated: Calibrated | None = None
    explained: Explained = field(default_factory=Explained)
    diagnosing: Spent = field(default_factory=Spent)

    @property
    def relevant(self) -> bool:
        """Whether the change can alter what a model is sent: by what it is, or because a request does differ."""
        differs = self.plan.runs or self.plan.unfit or self.plan.baseless
        return bool(differs) or any(change.affects_requests for change in self.changes)

    @property
    def search_only(self) -> bool:
        """Whether all that changed is what is searched, or how, as far as live fixtures search for it."""
        searched = self.plan.searched or ((),) * len(self.changes)
        affecting = [pair for pair in zip(self.changes, searched, strict=True) if pair[0].affects_requests]
        return bool(affecting) and all(
            change.kind is Kind.INDEX or (change.kind is Kind.RETRIEVAL and names) for change, names in affecting
        )

    @property
    def unreached(self) -> bool:
        """Whether an index changed that no fixture finds other documents in."""
        exercised = self.plan.exercised or ((),) * len(self.changes)
        found = zip(self.changes, exercised, strict=True)
        return any(change.kind is Kind.INDEX and change.affects_requests and not names for change, names in found)


def decided(material: Material) -> Decision:
    """Make the verdict from what was found."""
    sampled, summary = material.sampled, summary_of(material)
    unjudged, doubt = list(material.unjudged), _doubt(material)
    if sampled and sampled.problem:
        unjudged.append(
            Reason(verdict=Verdict.NOT_EVALUATED, message=sampled.problem, remedy=_PROBLEM_REMEDY, id="too-many-errors")
        )
    facts = Facts(
        relevant=material.relevant,
        search_only=material.search_only,
        unjudged=tuple(unjudged),
        findings=tuple(material.findings),
        ran=_ran(material),
        excepted=len(material.plan.excepted),
        unfit=material.plan.unfit,
        compared=len(summary.fixtures) if summary else 0,
        regressed=bool(summary and summary.blocked),
        leaning=bool(summary and summary.leaning),
        passed=bool(summary and summary.passed and not doubt),
        improved=bool(summary and summary.improved and not doubt),
        stopped=doubt,
    )
    return verdict.decide(facts, on_inconclusive=material.policy.on_inconclusive)


def _ran(material: Material) -> int:
    """Count the fixtures that gave an answer on the head and may count."""
    if (sampled := material.sampled) is None:
        return 0
    counting = (*material.plan.compared, *material.plan.new)
    return sum(bool(sampled.tallies[planned.id, Arm.HEAD].valid) for planned in counting)


def _doubt(material: Material) -> str | None:
    """Say why what was compared is less than what had to be, which rules a pass out; None where it was all of it."""
    sampled, unfit, baseless = material.sampled, material.plan.unfit, material.plan.baseless
    if sampled and sampled.stopped:
        return sampled.stopped
    if unfit:
        return (
            f"{len(unfit)} fixture{'s' if len(unfit) > 1 else ''} no longer fit{'' if len(unfit) > 1 else 's'} the head"
        )
    if baseless:
        why = f"the base cannot render {_listed(baseless)}, or cannot find its documents"
        return f"{why}, so what the head makes of it has nothing to be held against"
    if material.unreached:
        return "an index changed too, which no fixture shows"
    if material.question.only:
        return f"only {_listed(material.question.only)} ran"
    return None


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


_PROBLEM_REMEDY = "nothing that was paid for is lost: run it again when the cause is gone, and it goes on from there"


def named(material: Material) -> str:
    """Say in a few words how it ended, for the history of a pull request."""
    summary = summary_of(material)
    found = [fixture for fixture in (summary.fixtures if summary else ()) if fixture.tier.value == "confirmed"]
    surest = sorted(found, key=lambda fixture: (-fixture.evidence, fixture.fixture))
    return pushes.summary(len(surest), (fixture.fixture for fixture in surest), decided(material).verdict)


def summary_of(material: Material) -> compare.Summary | None:
    comparison = material.sampled.comparison if material.sampled else None
    if comparison is None:
        return None
    from llmgate import compare  # noqa: PLC0415 - scipy is imported when something was compared, and not before

    return compare.summary(comparison)
