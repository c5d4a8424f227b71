"""A prompt edit of many hunks that broke a fixture → the few that do it: delta debugging, then evidence for its result.

The search halves the hunks and follows the half that breaks; where neither half does, both are needed, and each is
searched with the other in place (Zeller 1999, Yesterday, my program worked. Today, it does not. Why?). It goes by cheap
tests; what it ends with is then held against base and head by pairs, as every claim is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from llmgate.diagnose.causes import contrast
from llmgate.diagnose.causes.contrast import Contrast, Standing
from llmgate.diagnose.causes.likelihood import Ends, Likelihood
from llmgate.diagnose.causes.swaps import BASE, HEAD
from llmgate.diagnose.replays.investigation import Drawn, Tallies

Hunks = frozenset[int]
MAX_MINIMAL = 4
"""More hunks than these are not tried for being needed, each."""
_CLAIMS = 2 + MAX_MINIMAL
"""That the hunks alone break it, that the head without them is well, and that no hunk of them can be left out."""


class _Untested(Exception):
    """The search cannot go on before a set was tested."""

    def __init__(self, hunks: Hunks) -> None:
        super().__init__()
        self.hunks = hunks


@dataclass(frozen=True, slots=True, kw_only=True)
class HunkSearch:
    """The state of a search. Arms are named after the hunks that they have, as `2,5`."""

    count: int
    ends: Ends
    fresh: Contrast
    tested: Mapping[str, Likelihood] = field(default_factory=dict)
    confirmed: Mapping[str, Contrast] = field(default_factory=dict)
    tallies: Tallies = field(default_factory=Tallies)

    @property
    def found(self) -> Hunks | None:
        """The hunks that the search ended with; None while it goes on, empty where it led nowhere."""
        try:
            return self._found()
        except _Untested:
            return None

    @property
    def wanted(self) -> tuple[str, ...]:
        try:
            found = self._found()
        except _Untested as missing:
            return (name_of(missing.hunks),)
        if not found or any(self.tallies.is_mute(end) for end in (BASE, HEAD)):
            return ()
        names = [name for name in self._claims(found) if not self._is_done(name)]
        return (BASE, HEAD, *names) if names else ()

    @property
    def comparisons(self) -> int:
        """How many sets of hunks were held against base or head."""
        return len(self.tested.keys() | self.confirmed.keys())

    @property
    def breaks(self) -> bool:
        """Whether it is shown that the hunks which were found break the fixture alone."""
        return bool(self.found) and self._standing(name_of(self.found or frozenset())) in _FAILS

    @property
    def suffices(self) -> bool:
        """Whether it is shown that the head is well without them, so that nothing else in the edit breaks it."""
        found = self.found or frozenset()
        rest = self._everything - found
        return bool(found) and (not rest or self._standing(name_of(rest)) is Standing.WELL)

    @property
    def is_minimal(self) -> bool:
        """Whether it is shown that each of them is needed: without it the others are well."""
        found = self.found or frozenset()
        return bool(found) and all(self._standing(name_of(part)) is Standing.WELL for part in _parts(found))

    def after(self, drawn: Drawn) -> HunkSearch:
        tallies = self.tallies.after(drawn)
        if BASE not in drawn:
            return replace(self, tested=self._tested(drawn), tallies=tallies)
        base, head = drawn[BASE], drawn[HEAD]
        confirmed = {
            name: self.confirmed.get(name, self.fresh).after(base=base, arm=passed, head=head)
            for name, passed in drawn.items()
            if name not in (BASE, HEAD)
        }
        return replace(self, confirmed={**self.confirmed, **confirmed}, tallies=tallies)

    def _tested(self, drawn: Drawn) -> dict[str, Likelihood]:
        tested = dict(self.tested)
        for name, passed in drawn.items():
            held = tested.get(name, Likelihood(ends=self.ends))
            tested[name] = held if passed is None else held.after(passed=passed)
        return tested

    @property
    def _everything(self) -> Hunks:
        return frozenset(range(self.count))

    def _claims(self, found: Hunks) -> tuple[str, ...]:
        rest = self._everything - found
        tried = (found, rest, *(_parts(found) if len(found) <= MAX_MINIMAL else ()))
        return tuple(name_of(hunks) for hunks in tried if hunks and hunks != self._everything)

    def _is_done(self, name: str) -> bool:
        held = self.confirmed.get(name)
        return self.tallies.is_mute(name) or (held is not None and held.is_settled)

    def _standing(self, name: str) -> Standing:
        if name == name_of(self._everything):
            return Standing.BROKEN
        return self.confirmed.get(name, self.fresh).standing

    def _found(self) -> Hunks:
        """End the search, and leave out what pairs show not to be needed."""
        found = self._smallest(self._everything, frozenset())
        while smaller := next((part for part in _parts(found) if self._standing(name_of(part)) in _FAILS), None):
            found = smaller
        return found

    def _smallest(self, hunks: Hunks, beside: Hunks) -> Hunks:
        """Find what of `hunks` is needed to break it, with `beside` in place."""
        if len(hunks) <= 1:
            return hunks
        ordered = sorted(hunks)
        first, second = frozenset(ordered[: len(ordered) // 2]), frozenset(ordered[len(ordered) // 2 :])
        if self._is_broken(first | beside):
            return self._smallest(first, beside)
        if self._is_broken(second | beside):
            return self._smallest(second, beside)
        return self._smallest(first, second | beside) | self._smallest(second, first | beside)

    def _is_broken(self, hunks: Hunks) -> bool:
        name = name_of(hunks)
        held = self.tested.get(name)
        if not self.tallies.is_mute(name) and (held is None or not held.is_settled):
            raise _Untested(hunks)
        return held is not None and held.is_broken


_FAILS = (Standing.BROKEN, Standing.PARTLY)


def start(count: int, *, ends: Ends, margin: float, alpha: float) -> HunkSearch:
    """Begin with an edit of `count` hunks, two at least, that breaks the fixture as a whole."""
    fresh = contrast.start(rate=ends.well, margin=margin, limit=_CLAIMS / alpha)
    return HunkSearch(count=count, ends=ends, fresh=fresh)


def _parts(hunks: Hunks) -> tuple[Hunks, ...]:
    """Leave one hunk out, each in turn; what is empty is no part."""
    return tuple(hunks - {hunk} for hunk in sorted(hunks)) if len(hunks) > 1 else ()


def name_of(hunks: Hunks) -> str:
    return ",".join(map(str, sorted(hunks)))


def hunks_of(name: str) -> Hunks:
    """Return the hunks of an arm that is no end."""
    return frozenset(map(int, name.split(",")))
