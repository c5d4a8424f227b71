"""Reports of changes that break a rule of the policy, or that one warns of."""

from llmgate.report import CallCounts, ChangeEntry, Counts, FindingEntry, FixtureEntry
from llmgate.report.category import CategoryEntry, FailedCounts
from llmgate.report.loosened import LineEntry, LoosenedEntry
from llmgate.report.retrieval import RetrievalDelta, RetrievalSummary, RetrievedEntry
from llmgate.verdict import Severity, Verdict
from tests.unit.renderers import samples


def finding(rule, message, remedy, file=None, line=None, *, severity=Severity.BLOCK):
    return FindingEntry(rule=rule, severity=severity, message=message, remedy=remedy, file=file, line=line)


def rejected(*findings, **fields):
    first = next(each for each in findings if each.severity is Severity.BLOCK)
    given = {"findings": findings, "suite": samples.CALM} | fields
    return samples.report(Verdict.REJECTED, 1, first.message, first.remedy, **given)


DRIFTED = finding(
    "index",
    "the index 'handbook' is not the one that is locked: 3 documents came, 1 went, 2 changed",
    "run `llmgate index lock` and commit llmgate.lock",
    "llmgate.lock",
)
UNCOVERED = finding(
    "coverage",
    "no fixture exercises the change of prompts/refuse.jinja",
    "add a fixture whose target uses it",
    "prompts/refuse.jinja",
    1,
)
WEAKENED = finding(
    "suite_changes",
    "fixtures 'order-lookup', 'refund-window-eu' may ask less than on the base: an assertion was removed",
    "undo it, or have an approver set the label 'llmgate: approved'",
    "fixtures/order-lookup.yaml",
    14,
)
ASKS_LESS = (
    LoosenedEntry(
        fixture="order-lookup",
        losses=("an assertion is removed or changed",),
        file="fixtures/order-lookup.yaml",
        line=14,
        lines=(
            LineEntry(sign="-", text='assert: {"type": "contains", "value": "14 days"}'),
            LineEntry(sign="+", text='assert: {"type": "contains", "value": "days"}'),
        ),
    ),
    LoosenedEntry(
        fixture="refund-window-eu",
        losses=("it is no longer critical", "its threshold is lowered"),
        file="fixtures/refund.yaml",
        line=1,
        lines=(
            LineEntry(sign="-", text="critical: true"),
            LineEntry(sign="-", text="threshold: 0.9"),
            LineEntry(sign="+", text="threshold: 0.5"),
        ),
    ),
)
UNAPPROVED = finding(
    "suite_changes",
    "the label 'llmgate: approved' does not count: it was put on before its head commit was pushed",
    "an approver sets it after the last push, then the check is run again",
    "llmgate.yaml",
)
KIND = finding(
    "category",
    "failures of the kind 'grounding' became more frequent in some fixtures: of 96 fresh pairs 14 failed so on the "
    "head alone and 0 on the base alone; evidence 812 : 1, 40 : 1 needed; its owner is @acme/search",
    "mend the fixtures that fail so; what a category does is policy.categories of the base",
)
PROVIDER = finding(
    "drift",
    "the provider changed since 2026-11-19, not your pull request: 61 of 80 fresh trials of the base pass, where 78 "
    "of 80 stored ones did (p = 0.00021), in order-lookup, stock-check and 2 more",
    "see what the provider says of the model, and pin a version of it; no stored trial decides here",
    severity=Severity.WARN,
)
INDEX = ChangeEntry(
    kind="index",
    unit="index:handbook",
    what="modified",
    note="3 documents came, 1 went, 2 changed",
    fixtures=("order-lookup", "refund-window-eu"),
)
CATEGORIES = (
    CategoryEntry(
        category="grounding",
        name="grounding",
        base=FailedCounts(failed=0, trials=96),
        head=FailedCounts(failed=14, trials=96),
        source="pairs",
        p_value=0.0004,
        adjusted_p_value=0.0008,
        evidence=812.4,
        gated="block",
        limit=40.0,
    ),
    CategoryEntry(
        category="tool_use",
        name="tool use",
        base=FailedCounts(failed=2, trials=96),
        head=FailedCounts(failed=3, trials=96),
        source="pairs",
        p_value=0.5,
        adjusted_p_value=0.5,
        evidence=0.9,
    ),
)
RETRIEVAL = RetrievalSummary(
    mean=RetrievalDelta(jaccard=0.42, base_recall=1.0, head_recall=0.75, rank_shift=1.5),
    fixtures=tuple(
        RetrievedEntry(id=name, base_k=4, head_k=4, differs=True) for name in ("order-lookup", "refund-window-eu")
    ),
)
DOUBTED = FixtureEntry(
    id="stock-check",
    base=Counts(passed=8, trials=8),
    head=Counts(passed=7, trials=8),
    errors=2,
    error="the provider gave 503 three times",
)

BY_NAME = {
    "floating-pin": samples.REJECTED,
    "index-drift": rejected(DRIFTED, changes=(INDEX,), retrieval=RETRIEVAL),
    "uncovered": rejected(UNCOVERED, changes=(samples.PROMPT, samples.UNCOVERED)),
    "weakened-suite": rejected(WEAKENED, UNAPPROVED, suite_changes=ASKS_LESS),
    "suite-approved": samples.report(
        Verdict.PASSED,
        0,
        "a drop beyond the margin is ruled out",
        suite=samples.CALM,
        suite_changes=tuple(entry.model_copy(update={"approved": True}) for entry in ASKS_LESS),
    ),
    "several-rules": rejected(samples.FLOATING, UNCOVERED, WEAKENED, samples.LOOSENED, changes=(samples.MODEL,)),
    "category-gate": rejected(KIND, categories=CATEGORIES, fixtures=(samples.TONE,)),
    "drift": samples.report(
        Verdict.PASSED, 0, "a drop beyond the margin is ruled out", suite=samples.CALM, findings=(PROVIDER,)
    ),
    "passed-excepted": samples.EXCEPTED,
    "errors-within-share": samples.report(
        Verdict.PASSED,
        0,
        "a drop beyond the margin is ruled out",
        suite=samples.CALM,
        fixtures=(DOUBTED,),
        calls=CallCounts(planned=424, made=146, errors=4),
    ),
}
