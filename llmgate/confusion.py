"""Reports → how often the classifier's own label of a failure is the one that people gave its fixture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from llmgate import documents
from llmgate.errors import ConfigurationError, Fault
from llmgate.stats import kappa
from llmgate.stats.kappa import Kappa

MAX_REPORT_BYTES = 64 * 1024 * 1024
REMEDY = "name files that `llmgate gate --json` or `llmgate diagnose --json` wrote"


class _Sign(BaseModel):
    category: str
    evidence: tuple[str, ...] = ()


class _Failure(_Sign):
    source: str
    signs: _Sign | None = None


class _Counts(BaseModel):
    passed: int
    trials: int


class _Fixture(BaseModel):
    id: str
    head: _Counts
    failure: _Failure | None = None


class _Revision(BaseModel):
    sha: str


class _Report(BaseModel):
    """What of a report is needed; it may have more, as those of other versions do."""

    kind: Literal["llmgate.report/1"] = Field(alias="schema")
    base: _Revision | None = None
    head: _Revision | None = None
    fixtures: tuple[_Fixture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One failing fixture of one comparison: what people call it, and what its trace shows. All of it foreign text."""

    report: str
    fixture: str
    hand: str
    signs: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """All fixtures that are labelled by hand and failed."""

    found: tuple[Labelled, ...]

    @property
    def table(self) -> Counter[tuple[str, str]]:
        """Count by the label of people, and the classifier's."""
        return Counter((each.hand, each.signs) for each in self.found)

    @property
    def disagreements(self) -> tuple[Labelled, ...]:
        return tuple(each for each in self.found if each.hand != each.signs)

    @property
    def agreed(self) -> int:
        return len(self.found) - len(self.disagreements)

    @property
    def kappa(self) -> Kappa | None:
        return kappa.cohen(self.table)


def read(reports: Iterable[tuple[str, bytes]]) -> Confusion:
    """Compare the labels in reports, each given by its name and content; a fixture counts once for two commits.

    Raises:
        ConfigurationError: with each file that is no report.
    """
    found: dict[tuple[str, str, str], Labelled] = {}
    faults: list[Fault] = []
    for name, data in reports:
        try:
            for comparison, labelled in _labelled(name, data):
                found.setdefault((*comparison, labelled.fixture), labelled)
        except ConfigurationError as error:
            faults += error.faults
    if faults:
        raise ConfigurationError(faults, where="the reports")
    return Confusion(found=tuple(found.values()))


def _labelled(name: str, data: bytes) -> Iterator[tuple[tuple[str, str], Labelled]]:
    report = _parsed(name, data)
    base, head = (revision.sha if revision else name for revision in (report.base, report.head))
    for fixture in report.fixtures:
        failure = fixture.failure
        if failure is None or failure.source != "hand" or fixture.head.passed == fixture.head.trials:
            continue  # without a failing trial there is only what people said
        signs = failure.signs or failure
        yield (
            (base, head),
            Labelled(
                report=name,
                fixture=fixture.id,
                hand=failure.category,
                signs=signs.category,
                evidence=signs.evidence,
            ),
        )


def _parsed(name: str, data: bytes) -> _Report:
    if len(data) > MAX_REPORT_BYTES:
        message = f"the file has {len(data):,} bytes; at most {MAX_REPORT_BYTES:,} are read"
        raise ConfigurationError([documents.fault(name, 1, message, REMEDY, id="wrong-labels")])
    try:
        return _Report.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = "".join(f" {documents.printable(str(part), 80)}" for part in first["loc"][:4])
        message = f"this is no report of llmgate:{where}: {documents.printable(first['msg'], 200)}"
        raise ConfigurationError([documents.fault(name, 1, message, REMEDY, id="wrong-labels")]) from error
