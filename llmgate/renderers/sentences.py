"""A Report → the sentences about it, in parts: every renderer says the same words and escapes what is not ours."""

from llmgate.config import MAX_SCREEN
from llmgate.renderers import changed, figures, inert
from llmgate.renderers.parts import Code, Part, Prose, Sentence, Strong
from llmgate.report import Baseline, Counts, FixtureEntry, ReasonEntry, Report, SuiteEntry
from llmgate.verdict import Severity, Verdict

MOST_LINES = 30
_WORTH_SAYING = 2.0  # evidence near 1 says nothing in either direction

_SAID_ELSEWHERE = {
    Verdict.REGRESSED,
    Verdict.REJECTED,
    Verdict.IMPROVED,
    Verdict.PASSED,
    Verdict.NOT_APPLICABLE,
}

_RULE = "a rule of the policy is broken"
_RULES = {
    "category": "a kind of failure became more frequent",
    "coverage": "a change that no fixture tests",
    "index": "the retrieval index is not the locked one",
    "pins": "a pin is missing or has ended",
    "suite_changes": "the suite asks less than before",
}


def mark(verdict: Verdict) -> str:
    match verdict:
        case Verdict.REGRESSED | Verdict.REJECTED:
            return "✗"
        case Verdict.NOT_EVALUATED:
            return "!"
        case Verdict.INCONCLUSIVE:
            return "?"
        case Verdict.IMPROVED | Verdict.PASSED | Verdict.NOT_APPLICABLE:
            return "✓"


def heading(report: Report, *, judged: str = "pull request") -> str:
    """The verdict in one line, in our words only; `judged` is what a reader there calls the change."""
    blocked = ", merge blocked" if report.exit_code and report.verdict is not Verdict.NOT_EVALUATED else ""
    model = " (simulated model)" if report.simulated else ""
    aside = f", {figures.count(len(report.excepted), 'fixture')} not counted" if report.excepted else ""
    return f"{mark(report.verdict)} llmgate: {outcome(report, judged)}{blocked}{aside}{model}"


def outcome(report: Report, judged: str = "pull request") -> str:
    """What the verdict is, in a few words of ours."""
    broke = len(report.broken)
    rules = {finding.rule for finding in report.findings if finding.severity is Severity.BLOCK}
    named = f"{figures.count(broke, 'fixture')} broke" if broke else "the suite as a whole got worse"
    return {
        Verdict.REGRESSED: named,
        Verdict.REJECTED: _RULES.get(next(iter(rules)), _RULE) if len(rules) == 1 else _rules(len(rules)),
        Verdict.INCONCLUSIVE: "leaning towards a regression, not proven" if report.leaning else "no clear answer",
        Verdict.IMPROVED: "better than before",
        Verdict.PASSED: "no regression",
        Verdict.NOT_APPLICABLE: "nothing that a model is sent has changed",
        Verdict.NOT_EVALUATED: f"could not judge this {judged}",
    }[report.verdict]


def _rules(count: int) -> str:
    return f"{count:,} rules of the policy are broken" if count else _RULE


def simulated() -> Sentence:
    return (
        Strong("Simulated model."),
        " Every answer below comes from the model that is embedded in llmgate; it says nothing about a real one.",
    )


def reasons(report: Report) -> list[Sentence]:
    """Why the verdict is what it is, where neither the heading nor a table nor the findings say it."""
    told = {finding.message for finding in report.findings}
    silent = set() if report.verdict is Verdict.NOT_EVALUATED else _SAID_ELSEWHERE
    given = [reason for reason in report.reasons if reason.message not in told and reason.verdict not in silent]
    return [line for reason in given for line in _lines(reason)]


def _lines(reason: ReasonEntry) -> list[Sentence]:
    """One sentence with its remedy; the faults of a configuration, a line each, come after it."""
    first, *others = [line for line in reason.message.split("\n") if inert.line(line)] or [""]
    remedy: Sentence = (" ", Prose(_sentence(reason.remedy))) if reason.remedy else ()
    rest: list[Sentence] = [(Prose(line),) for line in others[:MOST_LINES]]
    more: list[Sentence] = [(f"and {len(others) - MOST_LINES:,} more",)] if len(others) > MOST_LINES else []
    return [(Prose(_sentence(first)), *remedy), *rest, *more]


def _sentence(text: str) -> str:
    text = text.strip()
    stop = "" if text.endswith((".", "!", "?", ":", ";")) else "."
    return f"{text[:1].upper()}{text[1:]}{stop}"


def suite(report: Report) -> Sentence:
    """The suite's difference and the evidence against the limit; empty where nothing or only a part was compared."""
    entry = report.suite
    if entry is None or not entry.compared or report.only:
        return ()
    low, high = (figures.points(bound) for bound in entry.interval)
    model = " (simulated model)" if report.simulated else ""
    rates = f"{figures.rate(entry.base_rate)} → {figures.rate(entry.head_rate)}"
    interval = f"95 % interval {low} to {high}, {figures.count(entry.compared, 'fixture')} compared"
    difference = f"{figures.points(entry.difference)} points"
    bound = "" if report.verdict is Verdict.REGRESSED else _bound(entry)
    return (Strong(f"Suite{model}"), f" {rates}: {difference}, {interval}{bound}.{_evidence(entry)}")


def _bound(entry: SuiteEntry) -> str:
    """The number that a pass is decided on: the shown interval can look as if it sufficed where this one does not."""
    if entry.lower_bound is None:
        return ""
    bound, limit = figures.points(entry.lower_bound), figures.points(-entry.margin)
    return f"; lower bound {bound}, a pass needs above {limit}"


def _evidence(entry: SuiteEntry) -> str:
    if entry.highest_evidence < _WORTH_SAYING:
        return ""
    limit = f"{entry.block_at:g}"
    highest = figures.odds(entry.highest_evidence)
    now = figures.odds(entry.total_evidence)
    peak = f" (at its highest {highest})" if entry.highest_evidence > entry.total_evidence and highest != now else ""
    return (
        f" All evidence together is {now}{peak} against “nothing got worse”; it blocks at {limit} : 1,"
        f" which a harmless change reaches at most once in {limit}."
    )


def retrieval(report: Report) -> Sentence:
    """How what retrieval finds differs between the arms, over all fixtures that search."""
    if (found := report.retrieval) is None:
        return ()
    mean = found.mean
    differing = sum(entry.differs for entry in found.fixtures)
    parts = [f"{differing:,} of {figures.count(len(found.fixtures), 'live fixture')} found other documents"]
    parts += [f"Jaccard {figures.ratio(mean.jaccard)}"] if mean.jaccard is not None else []
    if mean.base_recall is not None and mean.head_recall is not None:
        parts.append(f"gold recall {figures.rate(mean.base_recall)} → {figures.rate(mean.head_recall)}")
    parts += [f"mean rank shift {figures.ratio(mean.rank_shift)}"] if mean.rank_shift is not None else []
    return (Strong("Retrieval:"), f" {', '.join(parts)}.")


def missed(report: Report) -> Sentence:
    """The smallest drops that this run could have seen."""
    entry = report.suite
    if entry is None or (entry.mde is None and entry.fixture_mde is None):
        return ()
    drops = []
    if entry.mde is not None and not report.only:
        drops.append(f"a drop of less than {figures.size(entry.mde)} points over the whole suite")
    if entry.fixture_mde is not None:
        drops.append(f"a single fixture that falls from always passing to more than {_left(entry.fixture_mde)}")
    if not drops:
        return ()
    return (Strong("Would have been missed:"), f" {'; '.join(drops)}.", *_headroom(entry), *_calibrated(report))


def _calibrated(report: Report) -> Sentence:
    """Gates of this suite against itself, where there were any: what a block here is worth."""
    if (kept := report.calibrated) is None or not kept.gates:
        return ()
    return (f" {figures.count(kept.gates, 'A/A run')} of this suite, {kept.blocked:,} blocked.",)


def _left(drop: float) -> str:
    """What is left of always passing after a drop."""
    return f"{figures.size(1 - drop)} %"


def _headroom(entry: SuiteEntry) -> Sentence:
    if not entry.headroom:
        return (" The base fails so often that a break would hardly show.",)
    if entry.needed_trials is None:
        return ()
    told = f" About {figures.count(entry.needed_trials, 'trial')} of each fixture would settle it"
    if entry.needed_trials > MAX_SCREEN:
        return (f"{told}, more than a screen has: add fixtures.",)
    return (f"{told} (", Code(f"screen: {entry.needed_trials}"), " in the policy).")


def unexercised(report: Report) -> Sentence:
    """The changes that no fixture covers, or that there are none, and what was skipped."""
    if not report.changes:
        return ()
    bare = sorted({changed.unit_name(change.unit) for change in report.changes if not change.fixtures})
    covered = sum(1 for change in report.changes if change.fixtures)
    fixtures = len({fixture for change in report.changes for fixture in change.fixtures})
    if report.verdict is Verdict.NOT_EVALUATED:
        return (Strong("Not exercised:"), " ", *changed.listed(bare), ".") if bare and covered else ()
    body: Sentence = (" ", *changed.listed(bare), ".") if bare else (" nothing.",)
    changes = figures.count(covered, "other change" if bare else "change")
    cover = f"{figures.count(fixtures, 'fixture covers', 'fixtures cover')} {'it' if covered == 1 else 'them'}"
    same = report.suite.identical if report.suite else 0
    sent = figures.count(same, "fixture sends", "fixtures send")
    skipped = f", {sent} the same bytes as before: skipped" if same else ""
    rest = f" {changes}, {cover}{skipped}." if covered else ""
    return (Strong("Not exercised:"), *body, rest)


def added(report: Report) -> Sentence:
    """The fixtures that only the head has, with nothing to be compared with."""
    new = [fixture for fixture in report.fixtures if fixture.tier == "new"]
    parts: list[Part] = []
    for fixture in new[: changed.MOST_NAMES]:
        parts += [", " if parts else " ", Code(fixture.id), f" {score(fixture.head)}"]
    rest = f" and {len(new) - changed.MOST_NAMES:,} more" if len(new) > changed.MOST_NAMES else ""
    return (Strong("New fixtures, not compared:"), *parts, f"{rest}.") if new else ()


def score(counts: Counts) -> str:
    return f"{counts.passed:,}/{counts.trials:,}"


def failing(fixture: FixtureEntry) -> str:
    """The kind of failure as words: foreign text, for a taxonomy can be the team's own."""
    return fixture.category or ""


def cause(fixture: FixtureEntry) -> Code | Prose:
    """What a fixture broke with. A prompt alone is its path; what else there is says its kind."""
    kind, space, name = (fixture.attribution or "").partition(" ")
    found = fixture.diagnosis.attribution if fixture.diagnosis else None
    alone = found is None or found.causes == (("prompt",),)
    return Code(name) if alone and kind == "prompt" and space else Prose(fixture.attribution or "")


def standing(fixture: FixtureEntry) -> str:
    """What to know of a fixture besides its name, in brackets."""
    notes = ["critical"] if fixture.critical else []
    notes += ["in its base form"] if fixture.form == "base" else []
    notes += [figures.count(fixture.errors, "error")] if fixture.errors else []
    return f" ({', '.join(notes)})" if notes else ""


def effort(report: Report) -> Sentence:
    """Calls, cost, time, where the base samples came from, and which push this is."""
    calls = report.calls
    parts = [f"{figures.count(calls.made, 'call')}{' to a simulated model' if report.simulated else ''}"]
    if calls.planned:
        parts[0] += f" (at most {calls.planned:,})"
    parts += _judge(report)
    if calls.reused:
        parts.append(f"{calls.reused:,} reused")
    parts += [*_cost(report), figures.duration(report.seconds)]
    parts += [figures.count(calls.errors, "call error")] if calls.made else []
    parts += _diagnosing(report)
    push = f" · push {report.pushes:,} of this pull request" if report.pushes > 1 else ""
    return (", ".join(parts), *_cut_short(report), *_baseline(report.baseline, report.suite), push)


def _judge(report: Report) -> list[str]:
    judge = report.calls.judge
    paid = f" for {figures.money(judge.usd)}" if judge.usd and not report.simulated else ""
    return [f"{judge.made:,} of them to the judge{paid}"] if judge.made else []


def _diagnosing(report: Report) -> list[str]:
    """Calls beside those of the verdict, to find out why fixtures broke."""
    spent = report.diagnosis
    if not spent.calls and not spent.reused:
        return []
    cost = "" if report.simulated or not spent.usd else f" ({figures.money(spent.usd)})"
    return [f"{figures.count(spent.calls, 'more call')} to find out why{cost}"]


def _cut_short(report: Report) -> Sentence:
    """Say that diagnosing came to no end of its own."""
    ended = report.diagnosis.exhausted
    return (" · not all of why it broke is known: ", Prose(ended)) if ended else ()


def _cost(report: Report) -> list[str]:
    cost = report.cost
    if report.simulated:
        return []
    parts = [figures.money(cost.usd)] if cost.usd or (report.calls.made and not cost.unpriced) else []
    return parts + ([f"{figures.count(cost.unpriced, 'call')} without a known price"] if cost.unpriced else [])


def _baseline(baseline: Baseline, entry: SuiteEntry | None) -> Sentence:
    confirmed = ", confirmed on fresh pairs" if entry and entry.source == "pairs" else ""
    if not baseline.stored:
        return (f" · base samples made in this run{confirmed}",) if baseline.fresh else ()
    source: Sentence = (" from ", Code(baseline.commit[:12])) if baseline.commit else ()
    old = f", {figures.age(baseline.age_s)}" if baseline.age_s is not None else ""
    return (" · base samples", *source, f"{old}{confirmed}")


def suspects(report: Report) -> tuple[FixtureEntry, ...]:
    """Fixtures that looked worse without proof, the likeliest first."""
    order = ("likely", "suspected")
    found = [fixture for fixture in report.fixtures if fixture.tier in order]
    return tuple(sorted(found, key=lambda entry: (order.index(entry.tier), -(entry.evidence or 0.0), entry.id)))
