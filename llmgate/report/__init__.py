"""Everything that was found → one complete Report, which every renderer prints and none computes with."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from llmgate.report.calibrated import Calibrated
from llmgate.report.category import CategoryEntry
from llmgate.report.diagnosis import DiagnosisEffort, DiagnosisEntry, Word
from llmgate.report.effort import CallCounts, Cost
from llmgate.report.exception import ExceptionEntry
from llmgate.report.plotted import GuardedEntry, SkippedEntry
from llmgate.report.pushes import PushEntry
from llmgate.report.retrieval import RetrievalSummary
from llmgate.verdict import Severity, Verdict


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


class Revision(_Noun):
    """A commit, and the name it was asked for by. The worktree's snapshot has the name `worktree`."""

    sha: str
    ref: str = ""


class Detail(_Noun):
    """One leaf that differs, as text."""

    key: str
    base: str | None = None
    head: str | None = None


class Hunk(_Noun):
    """One place of a prompt's text: the words that went and came, and a few around them. `line` is of the new text."""

    line: int
    before: str = ""
    removed: str = ""
    added: str = ""
    after: str = ""


class ChangeEntry(_Noun):
    """A semantic difference. `places`, `words_added`, `words_removed` and `hunks` are of a prompt's text.

    `rule` is the id of the rule by which the unit was taken for a prompt, `reason` the rule in words. `affects` are the
    units that include what changed. `gated` is False for what is reported and not judged.
    """

    kind: str
    unit: str
    what: Literal["added", "removed", "modified", "renamed"]
    path: str | None = None
    line: int | None = None
    renamed_from: str | None = None
    facets: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    places: int | None = None
    words_added: int | None = None
    words_removed: int | None = None
    hunks: tuple[Hunk, ...] = ()
    rule: str = ""
    reason: str = ""
    gated: bool = True
    affects: tuple[str, ...] = ()
    fixtures: tuple[str, ...] = ()
    note: str = ""


class Counts(_Noun):
    passed: int = 0
    trials: int = 0


class FailedAssertion(_Noun):
    assertion: str
    reason: str


class Example(_Noun):
    """One failing answer beside a passing answer of the base, both as the model wrote them (redacted, cut)."""

    question: str = ""
    documents: tuple[str, ...] = ()
    base_output: str = ""
    head_output: str = ""
    failed: tuple[FailedAssertion, ...] = ()


class SignEntry(_Noun):
    """One kind of failure. `category` and `code` are ids of the taxonomy, `name` is for people.

    `evidence` are the facts it rests on, a line each.
    """

    category: str
    code: str | None = None
    name: str
    confidence: Literal["high", "medium", "low"]
    evidence: tuple[str, ...] = ()


class FailureEntry(SignEntry):
    """What kind of failure the first failing trial of the head is.

    `source` says who says so: the failed assertion's `category:`, the fixture's (`hand`), or the signs in the trace.
    `signs` is what the trace shows where somebody said otherwise, `secondary` what else broke. `owner` and `link` are
    those that the taxonomy has for the category.
    """

    source: Literal["hand", "assertion", "signs", "replay"]
    owner: str = ""
    link: str = ""
    signs: SignEntry | None = None
    secondary: tuple[SignEntry, ...] = ()


Tier = Literal["confirmed", "likely", "suspected", "clear", "new", "excepted"]


class FixtureEntry(_Noun):
    """One fixture that ran. `evidence` is an e-value, odds against "it did not get worse"; None where not confirmed.

    `tier` says how far the naming goes: confirmed, likely, suspected, or clear; `excepted` ones are not held against
    anything. `form` is `base` where the head's
    edit of the fixture was not used. `category` is the kind of failure in words, `failure` what it rests on. `errors`
    are trials that are missing, `error` is why the first of them is, on the head where one is missing there.
    `target` is the target's name, `file` and `line` are where the fixture is written.
    `guards` is the id of the category that the fixture guards against. `difference` is of the shown pass rates, head
    less base, with its 95 % interval: for looking at, as what looked bad was drawn more often.
    """

    id: str
    title: str = ""
    critical: bool = False
    target: str = ""
    file: str | None = None
    line: int | None = None
    guards: str = ""
    base: Counts = Counts()
    head: Counts = Counts()
    difference: float | None = None
    interval: tuple[float, float] | None = None
    evidence: float | None = None
    adjusted_evidence: float | None = None
    tier: Tier = "clear"
    category: str | None = None
    failure: FailureEntry | None = None
    attribution: str | None = None
    form: Literal["head", "base"] = "head"
    errors: int = 0
    error: str = ""
    example: Example | None = None
    diagnosis: DiagnosisEntry | None = None


class SuiteEntry(_Noun):
    """The whole suite. Rates and differences are shares in [0, 1]; `mde` is the smallest drop this run could see.

    A pass needs a `lower_bound` of the difference above `-margin`. `looks` is all evidence together, after each round.
    """

    fixtures: int
    compared: int
    identical: int
    base_rate: float
    head_rate: float
    difference: float
    interval: tuple[float, float]
    lower_bound: float | None = None
    margin: float = 0.05
    mde: float | None = None
    fixture_mde: float | None = None
    evidence: float = 1.0
    total_evidence: float = 1.0
    highest_evidence: float = 1.0
    block_at: float = 20.0
    looks: tuple[float, ...] = ()
    source: Literal["screen", "pairs"] = "screen"
    needed_trials: int | None = None
    headroom: bool = True


class FindingEntry(_Noun):
    rule: str
    severity: Severity
    message: str
    remedy: str = ""
    file: str | None = None
    line: int | None = None
    id: str | None = None


class ReasonEntry(_Noun):
    verdict: Verdict
    message: str
    remedy: str = ""
    id: str | None = None


class Baseline(_Noun):
    """Where the base samples of the screen came from."""

    stored: int = 0
    fresh: int = 0
    commit: str | None = None
    age_s: float | None = None


class Looked(_Noun):
    """What was looked at, so that "nothing changed" can be checked.

    `searched` are the kinds of things that no pattern names and that are found by name, content and syntax.
    """

    files: int = 0
    patterns: tuple[str, ...] = ()
    searched: tuple[Word, ...] = ()
    changed_files: int = 0


class Report(_Noun):
    """The run, whole. The schema is published as `llmgate schema report`."""

    schema_: Literal["llmgate.report/1"] = Field(default="llmgate.report/1", alias="schema")
    version: str
    verdict: Verdict
    exit_code: int
    reasons: tuple[ReasonEntry, ...]
    base: Revision | None = None
    head: Revision | None = None
    changes: tuple[ChangeEntry, ...] = ()
    fixtures: tuple[FixtureEntry, ...] = ()
    skipped: tuple[SkippedEntry, ...] = ()
    guarded: tuple[GuardedEntry, ...] = ()
    categories: tuple[CategoryEntry, ...] = ()
    suite: SuiteEntry | None = None
    calibrated: Calibrated | None = None
    retrieval: RetrievalSummary | None = None
    findings: tuple[FindingEntry, ...] = ()
    exceptions: tuple[ExceptionEntry, ...] = ()
    baseline: Baseline = Baseline()
    diagnosis: DiagnosisEffort = DiagnosisEffort()
    calls: CallCounts = CallCounts()
    cost: Cost = Cost()
    seconds: float = 0.0
    looked: Looked = Looked()
    simulated: bool = False
    leaning: bool = False
    pushes: int = 1
    earlier: tuple[PushEntry, ...] = ()
    reproduce: str = ""
    only: tuple[str, ...] = ()

    @property
    def excepted(self) -> tuple[ExceptionEntry, ...]:
        """The exceptions that held, so that their fixtures count for nothing."""
        return tuple(entry for entry in self.exceptions if entry.state == "holds")

    @property
    def broken(self) -> tuple[FixtureEntry, ...]:
        """The fixtures that are named as worse: the critical ones, then the surest first."""
        named = [fixture for fixture in self.fixtures if fixture.tier == "confirmed"]
        return tuple(sorted(named, key=lambda entry: (not entry.critical, -(entry.evidence or 0.0), entry.id)))

    def to_json(self) -> str:
        return self.model_dump_json(by_alias=True, indent=2) + "\n"
