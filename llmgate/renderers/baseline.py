"""What drawing a baseline brought → the sentences that the terminal shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from llmgate.renderers import figures, inert
from llmgate.trial import Outcome

if TYPE_CHECKING:
    from llmgate.gate.stocking import Stocked

MAX_REASON_CHARS = 300
MOST_NAMED = 3


def lines(found: Stocked) -> Iterator[str]:
    """Say what was drawn, what is missing and why, and what it took."""
    drawn = found.outcomes[Outcome.PASSED] + found.outcomes[Outcome.FAILED]
    of = f"{figures.count(found.fixtures, 'fixture')} at {found.commit[:12]}, {found.samples} samples each"
    if not found.due:
        yield f"Baseline of {of}: nothing is due, all were drawn in the last 7 days."
    else:
        yield f"Baseline of {of}: {drawn} of {found.due} samples drawn that were due."
    yield from (f"  cannot be run: {inert.line(fault, MAX_REASON_CHARS)}" for fault in found.unfit)
    if found.served:
        yield f"  left out, as they are asked of a service: {_named(found.served)}"
    yield from _batched(found)
    if found.error:
        yield f"  a trial without an answer: {inert.line(found.error, MAX_REASON_CHARS)}"
    if found.exhausted:
        yield f"  {found.exhausted}; run it again to go on"
    yield _took(found)


def summary(told: Sequence[str]) -> str:
    """Show these sentences on the page of the job."""
    return f"## llmgate: baseline\n\n{inert.fence(chr(10).join(told), 'text')}\n"


def _batched(found: Stocked) -> Iterator[str]:
    if found.batched is None:
        return
    sent, answered = figures.count(found.batched.sent, "request"), figures.count(found.batched.answered, "answer")
    yield f"  batches: {sent} sent, {answered} fetched"
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for name, why in found.live.items():
        reasons[why].append(name)
    for why, names in reasons.items():
        yield f"  asked live, not in a batch: {_named(names)} ({why})"
    for why, count in found.batched.failed.most_common(MOST_NAMED):
        yield f"  {figures.count(count, 'request')} without an answer: {inert.line(why, MAX_REASON_CHARS)}"
    if found.batched.pending:
        yield f"  {figures.count(found.batched.pending, 'request')} not answered yet: run it again to fetch the answers"


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(inert.line(name, MAX_REASON_CHARS) for name in names[:MOST_NAMED])
    return shown + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")


def _took(found: Stocked) -> str:
    spent = found.spent
    errors = f", {figures.count(spent.errors, 'call error')}" if spent.errors else ""
    fetched = found.batched.answered if found.batched else 0
    usd = f", {figures.money(spent.usd)}" if spent.usd else ""
    return f"{figures.count(spent.calls, 'call')} paid, {max(0, spent.reused - fetched)} from the journal{errors}{usd}."
