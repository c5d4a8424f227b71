"""A Report → what its heading means, in one sentence for somebody who knows nothing of statistics."""

from __future__ import annotations

from llmgate.renderers import figures
from llmgate.renderers.parts import Sentence, Strong
from llmgate.report import Report, SuiteEntry
from llmgate.verdict import Verdict


def sentence(report: Report) -> Sentence:
    """Say it; empty where the heading or the findings say it all."""
    match report.verdict:
        case Verdict.REGRESSED:
            return _regressed(report)
        case Verdict.INCONCLUSIVE:
            return _inconclusive(report)
        case Verdict.IMPROVED | Verdict.PASSED:
            return _good(report, report.suite) if report.suite else ()
        case Verdict.NOT_EVALUATED:
            return (Strong("Not judged is not passed:"), " the check fails until it can run.")
        case Verdict.REJECTED | Verdict.NOT_APPLICABLE:
            return ()


def _regressed(report: Report) -> Sentence:
    entry, broken = report.suite, report.broken
    if not broken:
        together = f"the {figures.count(entry.compared, 'fixture')} that ran" if entry else "the fixtures that ran"
        rates = f": {_rates(entry)} pass" if entry else ""
        return (f"No single fixture is proven to have broken, but together {together} got worse{rates}.",)
    of = f" of the {figures.count(entry.compared, 'fixture')} that ran" if entry else ""
    subject = f"{len(broken):,}{of}" if of else figures.count(len(broken), "fixture")
    critical = sum(fixture.critical for fixture in broken)
    which = f"{critical:,} of them critical" if len(broken) > 1 else "a critical one"
    grave = f", {which}" if critical else ""
    return (Strong(f"{subject} got worse{grave}."), " A fixture is a stored case that has to work.")


def _inconclusive(report: Report) -> Sentence:
    worse = "It looks worse, and this can still be chance." if report.leaning else "Too little was seen to tell."
    end = "The policy blocks until there is an answer." if report.exit_code else "The merge is not blocked."
    return (f"{worse} {end}",)


def _good(report: Report, entry: SuiteEntry) -> Sentence:
    ran = f"The {figures.count(entry.compared, 'fixture')} that ran"
    if report.verdict is Verdict.IMPROVED:
        return (f"{ran} {'passes' if entry.compared == 1 else 'pass'} more often than before: {_rates(entry)}.",)
    verb = "is" if entry.compared == 1 else "are"
    return (
        f"{ran} {verb} no worse than before: a drop of more than {figures.size(entry.margin)} points is ruled out.",
    )


def _rates(entry: SuiteEntry) -> str:
    return f"{figures.rate(entry.base_rate)} → {figures.rate(entry.head_rate)}"
