"""Trials of one request each → their answers in the journal, through the providers' batches.

| file | does |
|---|---|
| `door.py` | what is asked of the providers |
| `sending.py` | makes batches of what is wanted |
| `fetching.py` | finds batches again and journals what they bring |
| `accounts.py` | what each trial was paid, and what became of it |

Nothing is sent before it is written down, and nothing that costs is sent twice: a batch of which it is not known
whether it was created is looked for in the provider's list, by this run or a later one. What is in a batch belongs to
its trials whichever run fetches it. An answer that does not come is missing data, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from llmgate.run.batches.accounts import Accounts, Gathered, Means
from llmgate.run.batches.door import Batches
from llmgate.run.batches.fetching import Fetching
from llmgate.run.batches.sending import Sending, Wanted
from llmgate.run.work import Work

__all__ = ["Accounts", "Batches", "Gathered", "Means", "Wanted", "gather"]

FIRST_PAUSE_S = 0.25
MAX_PAUSE_S = 60.0


async def gather(work: Iterable[Work], means: Means, *, experiment: str, wait_s: float) -> Gathered:
    """Send what is wanted and is not on its way, and return once nothing is open, or `wait_s` seconds are over."""
    sending, fetching, known = Sending(means), Fetching(means), means.store.batches
    wanted = [Wanted.of(item, experiment) for item in work]
    ends_at, pause_s = means.clock.monotonic() + wait_s, FIRST_PAUSE_S
    while True:
        for batch in known.open():
            if batch.token not in fetching.stuck:
                await fetching.advance(batch)
        await sending.send(wanted)
        left_s = ends_at - means.clock.monotonic()
        awaited = any(batch.token not in fetching.stuck for batch in known.open())
        if left_s <= 0 or not (awaited or sending.will_try_again):
            break
        await means.batches.pause(min(pause_s, left_s))
        pause_s = min(MAX_PAUSE_S, pause_s * 1.5)
    found = means.accounts.found
    found.pending = sum(len(means.accounts.open_in(batch)) for batch in known.open())
    return found
