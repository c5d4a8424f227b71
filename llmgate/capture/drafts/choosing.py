"""The conversations of a trace and the targets of a repository → the one that is drafted, and how it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from llmgate.capture.drafts import placing
from llmgate.capture.drafts.attachments import Attachments
from llmgate.capture.drafts.placement import Placement, Sent
from llmgate.capture.joining import Seen
from llmgate.preparing import Side
from llmgate.prompts import Prompt

LEAST_LIKENESS = 0.6
"""So much of a prompt's own words must stand in a request that is none of its any more."""
LEAST_LEAD = 0.2
"""By so much the prompt of one target must be more like the request than those of all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A conversation as it is to be sent again."""

    seen: Seen
    sent: Sent
    files: Attachments


class Elsewhere(Exception):
    """What was asked for is of another target than the one that was named."""


class Unchosen(Exception):
    """No target is known to make the request."""


def choose(benches: Sequence[Bench], side: Side, named: str | None) -> tuple[Bench, Placement]:
    """Choose where a replay is exact, else by the prompt's name, else by what the prompts have in common with it.

    The conversations are tried from the last on. With one target it is that; so it is with one that is `named`, unless
    another's replay is exact.

    Raises:
        Elsewhere: where that is so.
        Unchosen: where nothing tells the target.
    """
    placed: list[tuple[Bench, Placement]] = []
    for bench in benches:
        for target in sorted(side.config.prompted, key=lambda name: (name != named, name)):
            placement = placing.place(target, side, bench.sent)
            if placement.exact and named not in (None, target):
                raise Elsewhere
            if placement.exact:
                return bench, placement
            placed.append((bench, placement))
    if named is not None:
        placed = [each for each in placed if each[1].target == named]
    found = next(_told(placed, side), None)
    if found is None:
        raise Unchosen
    return found


def _told(placed: Sequence[tuple[Bench, Placement]], side: Side) -> Iterator[tuple[Bench, Placement]]:
    yield from (each for each in placed if _is_named(*each, side))
    if len({placement.target for _, placement in placed}) == 1:
        yield placed[0]
    yield from _alike(placed)


def _alike(placed: Iterable[tuple[Bench, Placement]]) -> Iterator[tuple[Bench, Placement]]:
    best = max(placed, key=lambda each: each[1].likeness)
    others = [placement.likeness for _, placement in placed if placement.target != best[1].target]
    if best[1].likeness >= max(LEAST_LIKENESS, max(others, default=0.0) + LEAST_LEAD):
        yield best


def _is_named(bench: Bench, placement: Placement, side: Side) -> bool:
    source = side.surface.prompt(side.config.prompted[placement.target].prompt)
    return bench.seen.prompt.get("name") in {placement.target, *_names(source)}


def _names(source: Prompt) -> Iterable[str]:
    """Yield the names by which production may know a prompt: its own, its path, and the file's name."""
    file = source.path.rsplit("/", 1)[-1]
    return [name for name in (source.name, source.reference, source.path, file, file.partition(".")[0]) if name]
