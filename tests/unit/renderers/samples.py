"""Reports for the tests, one for each verdict and form."""

from llmgate.renderers import inert
from llmgate.report import (
    Baseline,
    ChangeEntry,
    Counts,
    Detail,
    Example,
    FailedAssertion,
    FailureEntry,
    FindingEntry,
    FixtureEntry,
    Looked,
    ReasonEntry,
    Report,
    Revision,
    SignEntry,
    SuiteEntry,
)
from llmgate.report.diagnosis import (
    ArmEntry,
    AttributionEntry,
    BlamedHunk,
    DiagnosisEffort,
    DiagnosisEntry,
    EffectEntry,
    HypothesisEntry,
    LocatedEntry,
)
from llmgate.report.effort import CallCounts, Cost
from llmgate.report.exception import ExceptionEntry
from llmgate.report.pushes import PushEntry
from llmgate.verdict import Severity, Verdict

BASE = "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b"
HEAD = "5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e"

PROMPT = ChangeEntry(
    kind="prompt",
    unit="prompt:prompts/support.jinja",
    path="prompts/support.jinja",
    what="modified",
    places=2,
    words_added=31,
    words_removed=12,
    fixtures=("order-lookup", "refund-window-eu"),
)
MODEL = ChangeEntry(
    kind="model",
    unit="model:answerer",
    path="llmgate.yaml",
    line=9,
    what="modified",
    details=(Detail(key="model", base="gpt-4.1-2025-04-14", head="gpt-4.1"),),
    fixtures=("order-lookup", "refund-window-eu"),
)
UNCOVERED = ChangeEntry(kind="prompt", unit="prompt:prompts/refuse.jinja", path="prompts/refuse.jinja", what="added")
REFUND = FixtureEntry(
    id="refund-window-eu",
    title="EU customers get 14 days",
    critical=True,
    base=Counts(passed=10, trials=10),
    head=Counts(passed=0, trials=6),
    evidence=396.4,
    adjusted_evidence=61.0,
    tier="confirmed",
    category="grounding: context ignored",
    failure=FailureEntry(
        category="grounding",
        code="context_ignored",
        name="grounding: context ignored",
        confidence="high",
        source="signs",
        evidence=('"returns.md#3" has "14 days", which the answer lacks', '"30" is what "returns.md#1" says'),
        owner="@acme/search",
        link="https://wiki.example/grounding",
        secondary=(SignEntry(category="output_format", code="empty", name="output format: empty", confidence="low"),),
    ),
    attribution="prompt, second place",
    example=Example(
        question="Can I return this? I live in Berlin.",
        documents=("returns.md#3", "returns.md#1"),
        base_output="You can return it within 14 days, because EU rules apply to Berlin [returns.md#3].\nKind regards",
        head_output="You can return any item within 30 days of delivery.\nKind regards",
        failed=(
            FailedAssertion(assertion='contains "14 days"', reason="`14 days` is not in the answer"),
            FailedAssertion(assertion="grounding:citations-exist", reason="no citation"),
        ),
    ),
)
ORDER = FixtureEntry(
    id="order-lookup",
    base=Counts(passed=9, trials=10),
    head=Counts(passed=1, trials=6),
    evidence=41.9,
    tier="confirmed",
    category="tool use: missing call",
    failure=FailureEntry(
        category="tool_use",
        code="missing_call",
        name="tool use: missing call",
        confidence="high",
        source="assertion",
        evidence=("the failed assertion trajectory:tool-used says category: tool_use",),
        signs=SignEntry(category="reasoning", name="reasoning", confidence="low", evidence=("nothing else",)),
    ),
    attribution="prompt, first place",
    form="base",
    errors=1,
)
TONE = FixtureEntry(
    id="tone-formal",
    base=Counts(passed=9, trials=10),
    head=Counts(passed=6, trials=10),
    evidence=3.27,
    tier="suspected",
)
NEW = FixtureEntry(id="refund-window-uk", head=Counts(passed=5, trials=5), tier="new")
SUITE = SuiteEntry(
    fixtures=200,
    compared=14,
    identical=186,
    base_rate=0.821,
    head_rate=0.806,
    difference=-0.015,
    interval=(-0.049, 0.019),
    mde=0.037,
    fixture_mde=0.67,
    evidence=137.2,
    total_evidence=137.2,
    highest_evidence=137.2,
    source="pairs",
)
FLOATING = FindingEntry(
    rule="pins",
    severity=Severity.BLOCK,
    message="`gpt-4.1` is a floating name: the provider can change what it means",
    remedy="pin `gpt-4.1-2025-04-14`",
    file="llmgate.yaml",
    line=9,
)
LOOSENED = FindingEntry(
    rule="suite_changes",
    severity=Severity.WARN,
    message="`order-lookup` lost an assertion; it ran in its base form",
    file="fixtures/order-lookup.yaml",
    line=14,
)
FACTS = {
    "version": "0.1.0",
    "base": Revision(sha=BASE, ref="main"),
    "head": Revision(sha=HEAD, ref="refs/pull/7/merge"),
    "changes": (PROMPT,),
    "suite": SUITE,
    "baseline": Baseline(stored=140, fresh=16, commit=BASE, age_s=2 * 86_400 + 5_000),
    "calls": CallCounts(planned=424, made=46, reused=10),
    "cost": Cost(usd=0.2134),
    "seconds": 38.2,
    "looked": Looked(files=212, patterns=("prompts/**", "llmgate.yaml"), changed_files=3),
    "reproduce": "llmgate gate --base 1a2b3c4 --head 5d6e7f8 --fixture refund-window-eu",
}
CALM = SUITE.model_copy(
    update={
        "base_rate": 0.954,
        "head_rate": 0.957,
        "difference": 0.003,
        "interval": (-0.021, 0.028),
        "evidence": 0.4,
        "total_evidence": 0.4,
        "highest_evidence": 1.0,
        "source": "screen",
    }
)


def report(verdict, exit_code, message, remedy="", **fields):
    reason = ReasonEntry(verdict=verdict, message=message, remedy=remedy)
    return Report(**(FACTS | {"verdict": verdict, "exit_code": exit_code, "reasons": (reason,)} | fields))


REGRESSED = report(
    Verdict.REGRESSED,
    1,
    "the evidence that something got worse is conclusive",
    fixtures=(ORDER, REFUND, TONE, NEW),
    changes=(PROMPT, MODEL),
    findings=(LOOSENED,),
    pushes=2,
    earlier=(PushEntry(head="c" * 40, verdict=Verdict.REGRESSED, broken=3, fixtures=("refund-window-eu",)),),
)
SUITE_REGRESSED = report(
    Verdict.REGRESSED, 1, "the evidence that something got worse is conclusive", fixtures=(TONE,), suite=SUITE
)
REJECTED = report(
    Verdict.REJECTED, 1, FLOATING.message, FLOATING.remedy, findings=(FLOATING, LOOSENED), changes=(MODEL,), suite=CALM
)
INCONCLUSIVE = report(
    Verdict.INCONCLUSIVE,
    0,
    "neither a regression nor its absence is shown",
    "add fixtures, or raise `policy.screen`",
    fixtures=(TONE,),
    suite=CALM.model_copy(update={"interval": (-0.09, 0.04), "lower_bound": -0.082, "needed_trials": 620}),
)
LEANING = report(
    Verdict.INCONCLUSIVE,
    1,
    "the evidence leans towards a regression and does not reach the limit",
    "run the check again: it continues where it stopped",
    fixtures=(TONE,),
    leaning=True,
    suite=SUITE.model_copy(update={"total_evidence": 8.9, "highest_evidence": 12.3}),
)
IMPROVED = report(
    Verdict.IMPROVED,
    0,
    "the whole interval of the difference is above zero",
    suite=CALM.model_copy(update={"difference": 0.05, "head_rate": 1.0, "interval": (0.01, 0.09)}),
)
PASSED = report(Verdict.PASSED, 0, "a drop beyond the margin is ruled out", suite=CALM)
ASIDE = (
    FixtureEntry(
        id="refund-window-eu", base=Counts(passed=1, trials=1), head=Counts(passed=0, trials=1), tier="excepted"
    ),
    FixtureEntry(id="tone-formal", base=Counts(passed=0, trials=1), head=Counts(passed=1, trials=1), tier="excepted"),
)
EXCEPTED = PASSED.model_copy(
    update={
        "fixtures": ASIDE,
        "exceptions": (
            ExceptionEntry(
                fixture="order-lookup",
                kind="accepted",
                reason="the shop has one tool less",
                by="bo@example.com",
                expires="2026-12-24",
                state="other_request",
            ),
            ExceptionEntry(
                fixture="refund-window-eu",
                kind="accepted",
                reason="the 30 day rule is new",
                by="ana@example.com",
                expires="2026-12-31",
                state="holds",
            ),
            ExceptionEntry(
                fixture="tone-formal",
                kind="quarantined",
                reason="flaky since the tool server moved; see @acme/orders#12",
                owner="@acme/orders",
                expires="2027-01-15",
                state="holds",
            ),
            ExceptionEntry(
                fixture="tone-short",
                kind="quarantined",
                reason="as above",
                owner="@acme/orders",
                expires="2027-01-15",
                state="idle",
            ),
        ),
    }
)
NOT_APPLICABLE = report(
    Verdict.NOT_APPLICABLE,
    0,
    "nothing that a model is sent has changed",
    changes=(),
    suite=None,
    baseline=Baseline(),
    calls=CallCounts(),
    cost=Cost(),
    seconds=0.4,
    reproduce="",
)
NOT_EVALUATED = report(
    Verdict.NOT_EVALUATED,
    3,
    "No key reached the job: `OPENAI_API_KEY` is empty, as it always is for pull requests from forks. "
    "Nothing was sent and nothing was tested.",
    "a maintainer can run it by `gh workflow run llmgate.yml -f pull=7`, or by adding the pull request to the queue",
    suite=None,
    changes=(PROMPT, UNCOVERED),
    baseline=Baseline(),
    calls=CallCounts(planned=424),
    cost=Cost(),
    seconds=0.8,
)
MISCONFIGURED = Report(
    version="0.1.0",
    verdict=Verdict.NOT_EVALUATED,
    exit_code=2,
    reasons=(
        ReasonEntry(
            verdict=Verdict.NOT_EVALUATED,
            message="2 faults in the configuration\n"
            "llmgate.yaml:3: `polcy` is not a key here (did you mean `policy`?)\n"
            "fixtures/a.yaml:9: `contain` is no assertion (did you mean `contains`?)",
        ),
    ),
)
SIMULATED = REGRESSED.model_copy(update={"simulated": True, "cost": Cost(unpriced=46), "earlier": (), "pushes": 1})


def effect(name, title, category, passed, *, holds):
    lower = 0.5882 if holds else -0.3694
    counts = {"passed": passed, "trials": 8, "unchanged_passed": 0, "unchanged_trials": 8}
    return EffectEntry(name=name, title=title, category=category, lower=lower, holds=holds, **counts)


ALONE = DiagnosisEntry(
    attribution=AttributionEntry(
        causes=(("prompt",),),
        cures=("prompt",),
        shares={"model": 0.0, "prompt": 1.0},
        arms=(
            ArmEntry(passed=9, trials=9),
            ArmEntry(head=("model", "prompt"), trials=9),
            ArmEntry(head=("model",), passed=9, trials=9),
            ArmEntry(head=("prompt",), trials=9),
        ),
    ),
    located=LocatedEntry(
        hunks=(BlamedHunk(path="prompts/support.jinja", line=5, removed="Cite them.\n", added="Be brief.\n"),),
        total=6,
        breaks=True,
        suffices=True,
        minimal=True,
        comparisons=5,
    ),
    effects=(
        effect("gold_alone", "all other documents are taken out", "grounding", 8, holds=True),
        effect("effort", "the model thinks longer", "reasoning", 0, holds=False),
    ),
    unmoved=6,
    without_context=8,
    hypothesis=HypothesisEntry(statement="The US rule misleads it.", status="confirmed", tested_by=("gold_alone",)),
)
TOGETHER = DiagnosisEntry(
    attribution=AttributionEntry(causes=(("model", "prompt"),), open=("params",), arms=(ArmEntry(passed=3, trials=4),)),
    located=LocatedEntry(hunks=(BlamedHunk(path="p.md", line=1, added="x"), BlamedHunk(path="p.md", line=9)), total=12),
    hypothesis=HypothesisEntry(statement="It never calls the tool.", status="open"),
)
DIAGNOSED = REGRESSED.model_copy(
    update={
        "fixtures": (
            REFUND.model_copy(update={"diagnosis": ALONE, "attribution": "prompt prompts/support.jinja:5"}),
            ORDER.model_copy(update={"diagnosis": TOGETHER, "attribution": "model answerer and prompt together"}),
        ),
        "diagnosis": DiagnosisEffort(calls=131, reused=20, usd=0.0421, exhausted="the budget of 131 calls is used up"),
        "pushes": 1,
        "earlier": (),
    }
)

BY_NAME = {
    "regressed-diagnosed": DIAGNOSED,
    "regressed": REGRESSED,
    "regressed-suite": SUITE_REGRESSED,
    "rejected": REJECTED,
    "inconclusive": INCONCLUSIVE,
    "inconclusive-leaning": LEANING,
    "improved": IMPROVED,
    "passed": PASSED,
    "passed-excepted": EXCEPTED,
    "not_applicable": NOT_APPLICABLE,
    "not_evaluated": NOT_EVALUATED,
    "not_evaluated-configuration": MISCONFIGURED,
    "simulated": SIMULATED,
}

_OURS = {
    *(
        "schema",
        "version",
        "verdict",
        "kind",
        "what",
        "severity",
        "tier",
        "form",
        "source",
        "sha",
        "confidence",
        "state",
    ),
    *("head", "causes", "cures", "open", "status"),
}


def with_text(original, change):
    """The same report with every foreign text replaced by `change(text)`."""
    return Report.model_validate(_changed(original.model_dump(by_alias=True), change, ours=False))


def harmless(text):
    """Words instead of the text, in as many lines: only a reason's lines are told apart."""
    return "\n".join("word" for line in text.split("\n") if inert.line(line))


def _changed(node, change, *, ours):
    if isinstance(node, dict):
        return {key: _changed(value, change, ours=key in _OURS) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_changed(item, change, ours=ours) for item in node]
    return change(node) if isinstance(node, str) and not ours else node
