"""The units of two revisions → pairs: what is the same unit on both, what was renamed, what came and what went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from llmgate.prompts.prompt import Facet, digest_of
from llmgate.prompts.unit import Unit

LEAST_SHARED = 0.6
LEAST_WORDS = 8
MAX_WORDS = 20_000
MAX_COMPARED = 10_000  # pairs; beyond it, what is left over came or went


class Happened(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A unit on both arms, or on one. Never both None."""

    base: Unit | None
    head: Unit | None

    @property
    def unit(self) -> Unit:
        unit = self.head or self.base
        if unit is None:
            raise ValueError("a pair of nothing")
        return unit

    @property
    def happened(self) -> Happened:
        if self.base is None:
            return Happened.ADDED
        if self.head is None:
            return Happened.REMOVED
        return Happened.MODIFIED if self.base.id == self.head.id else Happened.RENAMED

    @property
    def differing(self) -> frozenset[Facet]:
        """The facets that are not equal on both arms; all of a unit that is on one."""
        old = self.base.digests if self.base else {}
        new = self.head.digests if self.head else {}
        return frozenset(facet for facet in old.keys() | new.keys() if old.get(facet) != new.get(facet))


def pairs(
    base: Mapping[str, Unit], head: Mapping[str, Unit], aside: Mapping[str, Unit] | None = None
) -> Iterator[Pair]:
    """Match units by id, then those left over by content: the same content under another name is a rename.

    So is most of a prompt's text: a share of LEAST_SHARED of the words of both, of at least LEAST_WORDS.

    What has gone all the same is looked for in `aside`: texts of the head that are no units, and names without a text.

    The prompts of a file that one revision cannot read are one unit on the other too, so that they count as modified.
    """
    base, head = _folded(base, head), _folded(head, base)
    for name in sorted(base.keys() & head.keys()):
        yield Pair(base=base[name], head=head[name])
    gone = {name: unit for name, unit in base.items() if name not in head}
    come = {name: unit for name, unit in head.items() if name not in base}
    yield from _renamed(gone, come)
    yield from _renamed(gone, hidden := dict(aside or {}))
    for name in sorted(gone.keys() & hidden.keys()):
        yield Pair(base=gone.pop(name), head=hidden[name])
    yield from (Pair(base=unit, head=None) for unit in gone.values())
    yield from (Pair(base=None, head=unit) for unit in come.values())


def _renamed(gone: dict[str, Unit], come: dict[str, Unit]) -> Iterator[Pair]:
    """Take out of both what is the same unit under another name."""
    for alike in (_content_and_name, _content, _text):
        for old, new in _matches(gone, come, alike):
            yield Pair(base=gone.pop(old), head=come.pop(new))
    for old, new in _resembling(gone, come):
        yield Pair(base=gone.pop(old), head=come.pop(new))


def _folded(units: Mapping[str, Unit], other: Mapping[str, Unit]) -> Mapping[str, Unit]:
    """Put one unit in the place of those of a file that is one unit with a fault in `other`."""
    broken = {unit.path: unit for name, unit in other.items() if unit.prompt and unit.fault and name not in units}
    inside = {name: unit for name, unit in units.items() if unit.path in broken and unit.prompt}
    if not inside:
        return units
    by_path: dict[str, list[Unit]] = {}
    for unit in inside.values():
        by_path.setdefault(unit.path, []).append(unit)
    whole = {broken[path].id: _whole(broken[path], found) for path, found in by_path.items()}
    return {name: unit for name, unit in units.items() if name not in inside} | whole


def _whole(broken: Unit, inside: Iterable[Unit]) -> Unit:
    digests = sorted(unit.digest for unit in inside)
    return replace(broken, digests={Facet.BYTES: digest_of(digests)}, fault=None, prompt=None)


def _matches(
    gone: Mapping[str, Unit], come: Mapping[str, Unit], alike: Callable[[Unit], str | None]
) -> list[tuple[str, str]]:
    """Pair the ids of units that are alike, each once, in their order."""
    free: dict[str | None, list[str]] = {}
    for name, unit in come.items():
        free.setdefault(alike(unit), []).append(name)
    free.pop(None, None)
    keys = [(name, alike(unit)) for name, unit in gone.items()]
    return [(name, free[key].pop(0)) for name, key in keys if free.get(key)]


def _resembling(gone: Mapping[str, Unit], come: Mapping[str, Unit]) -> list[tuple[str, str]]:
    """Pair the ids of prompts that share most of their words, the closest first, each once."""
    old, new = _words(gone), _words(come)
    if not old or not new or len(old) * len(new) > MAX_COMPARED:
        return []
    scores = ((-_shared(old[one], new[other]), one, other) for one in old for other in new)
    found: dict[str, str] = {}
    for score, one, other in sorted(scores):
        if -score >= LEAST_SHARED and one not in found and other not in found.values():
            found[one] = other
    return list(found.items())


def _words(units: Mapping[str, Unit]) -> dict[str, Counter[str]]:
    texts = {name: unit.prompt.text.split() for name, unit in units.items() if unit.prompt and not unit.fault}
    return {name: Counter(words) for name, words in texts.items() if LEAST_WORDS <= len(words) <= MAX_WORDS}


def _shared(one: Counter[str], other: Counter[str]) -> float:
    """Return the Sørensen-Dice coefficient of two bags of words: 1 where they are equal, 0 without a common word."""
    return 2 * (one & other).total() / (one.total() + other.total())


def _content_and_name(unit: Unit) -> str | None:
    content = _content(unit)
    return content and f"{content} {unit.path.rsplit('/', 1)[-1]}"


def _content(unit: Unit) -> str | None:
    return f"{unit.kind.value} {unit.digest}" if unit.digests else None


def _text(unit: Unit) -> str | None:
    return unit.digests.get(Facet.TEXT) if unit.prompt and unit.prompt.text.strip() else None
