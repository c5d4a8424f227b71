"""The trials of a run, as they end → the few of each fixture that a page shows, in a file until there is a report.

Of each arm the first two failures, the first pass and the first trial without an answer: first by index, so that the
same run keeps the same trials whatever ends first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from llmgate.gate import Scene
from llmgate.report import Report
from llmgate.report.shown import Shown, ShownTrial
from llmgate.run import Stage, Tried
from llmgate.showing import MAX_SHOWN_CHARS, first, shown
from llmgate.showing.cutting import cutting
from llmgate.trial import Outcome

MOST_KEPT = {Outcome.FAILED: 2, Outcome.PASSED: 1, Outcome.ERROR: 1}


class _Place(NamedTuple):
    """Where a trial stands in the file."""

    trial: int
    offset: int
    size: int


class Keeping:
    """A recorder of the gate. Whatever goes wrong becomes a note, and the run goes on."""

    def __init__(self, file: BinaryIO, redact: Callable[[str], str]) -> None:
        self._file = file
        self._cut = cutting(redact)
        self._kept: defaultdict[str, dict[tuple[str, Outcome], list[_Place]]] = defaultdict(dict)
        self._failure = ""

    def begin(self, scene: Scene) -> None:
        """Need nothing beforehand."""

    def tried(self, tried: Tried) -> None:
        """Keep a trial, where none of those that are kept comes before it."""
        try:
            self._keep(tried)
        except Exception as error:  # noqa: BLE001 - whatever breaks in showing, the run goes on and the verdict stands
            self._failure = f"Some trials are missing here: {type(error).__name__}."

    def end(self, report: Report) -> None:
        """Need nothing afterwards: the page is made by who asked for it."""

    def _keep(self, tried: Tried) -> None:
        trial, outcome = tried.graded.trial, tried.graded.outcome
        places = self._kept[trial.fixture].setdefault((trial.arm.value, outcome), [])
        later = [place for place in places if place.trial > trial.index]
        if tried.stage is Stage.DIAGNOSIS or (len(places) == MOST_KEPT[outcome] and not later):
            return
        written = shown(tried, self._cut).model_dump_json(exclude_defaults=True).encode()
        offset = self._file.seek(0, 2)
        self._file.write(written)
        places.append(_Place(trial.index, offset, len(written)))
        places.sort()
        del places[MOST_KEPT[outcome] :]

    def shown(self, report: Report, *, limit: int = MAX_SHOWN_CHARS) -> Shown:
        """Read what was kept of the report's fixtures, the broken ones first, as far as `limit` reaches."""
        try:
            return self._shown(report, limit)
        except (OSError, ValueError) as error:  # the disk is full, or somebody emptied the file
            return Shown(note=f"No trials are here: {type(error).__name__}.")

    def _shown(self, report: Report, limit: int) -> Shown:
        found: list[ShownTrial] = []
        left_out = 0
        for fixture in sorted(report.fixtures, key=first):
            places = list(self._places(fixture.id))
            size = sum(place.size for place in places)
            if size > limit:
                left_out += 1
                continue
            limit -= size
            found += [self._read(place) for place in places]
        return Shown(trials=tuple(found), left_out=left_out, note=self._failure)

    def _places(self, fixture: str) -> Iterator[_Place]:
        for arm in ("base", "head"):
            for outcome in MOST_KEPT:
                yield from self._kept[fixture].get((arm, outcome), ())

    def _read(self, place: _Place) -> ShownTrial:
        self._file.seek(place.offset)
        return ShownTrial.model_validate_json(self._file.read(place.size))
