"""A pull request's earlier pushes → how each ended, in a few words and as a folded table."""

from __future__ import annotations

from tabulate import tabulate

from llmgate.renderers import figures, inert, sentences
from llmgate.report import Report
from llmgate.report.pushes import PushEntry
from llmgate.verdict import Verdict

MOST_SUMMED = 3
MOST_ROWS = 10
SHORT_SHA = 12
_OUTCOMES = {
    Verdict.NOT_EVALUATED: "not judged",
    Verdict.REGRESSED: "the suite got worse",
    Verdict.REJECTED: "a rule was broken",
    Verdict.INCONCLUSIVE: "no clear answer",
    Verdict.IMPROVED: "better",
    Verdict.PASSED: "no regression",
    Verdict.NOT_APPLICABLE: "nothing relevant",
}


def details(report: Report) -> str:
    """The `<details>`, the newest push first; empty on the first push."""
    if not report.earlier:
        return ""
    told = [ended(push) for push in report.earlier[-MOST_SUMMED:]]
    listed = report.earlier[::-1][:MOST_ROWS]
    rows = [[inert.code(push.head[:SHORT_SHA], cell=True), ended(push), _names(push)] for push in listed]
    table = tabulate(rows, ["commit", "how it ended", "what broke"], tablefmt="pipe", disable_numparse=True)
    unseen = report.pushes - 1 - len(listed)
    older = f"\n\nand {figures.count(unseen, 'older push', 'older pushes')}" if unseen > 0 else ""
    before = "… " if report.pushes - 1 > len(told) else ""
    summary = f"<details><summary>Earlier pushes: {before}{', then '.join(told)}</summary>"
    return f"{summary}\n\n{table}{older}\n\n</details>"


def ended(push: PushEntry) -> str:
    """How a push ended, in our words only."""
    return f"{sentences.mark(push.verdict)} {f'{push.broken:,} broke' if push.broken else _OUTCOMES[push.verdict]}"


def _names(push: PushEntry) -> str:
    named = ", ".join(inert.code(name, 80, cell=True) for name in push.fixtures)
    rest = push.broken - len(push.fixtures)
    more = f" and {rest:,} more" if named and rest > 0 else ""
    return f"{named}{more}" or figures.NONE
