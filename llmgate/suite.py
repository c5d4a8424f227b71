"""The fixtures of both revisions → one Suite, in which the head can add and tighten but not take away.

A fixture that the head deletes, disables or loosens keeps its base form, and is reported as weakened, unless an
approver's label allows it. Fixtures that only the head has are new: they run, and have nothing to be compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from llmgate import documents, fixture
from llmgate.errors import ConfigurationError, Fault
from llmgate.fixture import Fixture
from llmgate.trial import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A fixture and where it is written."""

    fixture: Fixture
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """One revision's fixtures by id, and what is wrong with its files."""

    fixtures: Mapping[str, Stored]
    faults: tuple[Fault, ...] = ()
    files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A fixture in the form that runs on both arms. `form` is the revision that wrote it; `new` has no base form."""

    fixture: Fixture
    form: Arm
    new: bool
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakening:
    """What the head takes away from a fixture of the base."""

    fixture: str
    what: str
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    cases: tuple[Case, ...]
    weakened: tuple[Weakening, ...] = ()


def load(paths: Iterable[str], read: Callable[[str], bytes]) -> Loaded:
    """Read the files, in the order of their names. All faults are kept, a repeated id among them."""
    fixtures: dict[str, Stored] = {}
    faults: list[Fault] = []
    count = 0
    for path in sorted(paths):
        count += 1
        try:
            document = documents.read(path, read(path))
        except ConfigurationError as error:
            faults.extend(error.faults)
            continue
        found, wrong = fixture.parse(document)
        faults.extend(wrong)
        lines = {_id(item): document.line(where) for where, item in _raw(document)}
        for parsed in found:
            stored = Stored(fixture=parsed, file=path, line=lines.get(parsed.id, 1))
            if (first := fixtures.setdefault(parsed.id, stored)) is not stored:
                faults.append(_repeated(stored, first))
    return Loaded(fixtures=fixtures, faults=tuple(faults), files=count)


def union(base: Loaded, head: Loaded, *, reads: Callable[[str], frozenset[str]], approved: bool = False) -> Suite:
    """Join the revisions' fixtures. With `approved`, the head's deletions and edits hold.

    `reads` lists the variables that a target's prompt can see on the base: the head may add others to a fixture, as a
    new variable of the prompt needs, but none that would alter what the base is asked.
    """
    cases: list[Case] = []
    weakened: list[Weakening] = []
    for name in sorted(base.fixtures.keys() | head.fixtures.keys()):
        old, new = base.fixtures.get(name), head.fixtures.get(name)
        if old is None or not _active(old.fixture):
            if new is not None and _active(new.fixture):
                cases.append(_case(new, Arm.HEAD, new=True))
            continue
        loss = _loss(old.fixture, new.fixture if new else None, reads(old.fixture.target))
        if new is not None and _active(new.fixture) and (loss is None or approved):
            cases.append(_case(new, Arm.HEAD, new=False))
        elif not approved:
            cases.append(_case(old, Arm.BASE, new=False))
        if loss is not None and not approved:
            place = new or old
            weakened.append(Weakening(fixture=name, what=loss, file=place.file, line=place.line))
    return Suite(cases=tuple(cases), weakened=tuple(weakened))


def _case(stored: Stored, form: Arm, *, new: bool) -> Case:
    return Case(fixture=stored.fixture, form=form, new=new, file=stored.file, line=stored.line)


def _active(candidate: Fixture) -> bool:
    return candidate.enabled and not candidate.draft


def _loss(old: Fixture, new: Fixture | None, read: frozenset[str]) -> str | None:
    """Say how `new` asks less than `old`, or None. What cannot be compared counts as less."""
    if new is None:
        return "it is removed"
    return next(_losses(old, new, read), None)


def _losses(old: Fixture, new: Fixture, read: frozenset[str]) -> Iterator[str]:
    if not _active(new):
        yield "it is disabled" if not new.enabled else "it is made a draft"
    if old.critical and not new.critical:
        yield "it is no longer critical"
    if new.weight < old.weight:
        yield "its weight is lowered"
    if new.target != old.target:
        yield "its target is changed"
    if old.input.messages != new.input.messages or _altered_variables(old, new) & (read | old.input.variables.keys()):
        yield "its input is changed"
    if old.context != new.context:
        yield "its documents are changed"
    if old.tools != new.tools:
        yield "its tools are changed"
    yield from _looser_assertions(old, new)


def _altered_variables(old: Fixture, new: Fixture) -> set[str]:
    before, after = old.input.variables, new.input.variables
    return {name for name in before.keys() | after.keys() if before.get(name, ...) != after.get(name, ...)}


def _looser_assertions(old: Fixture, new: Fixture) -> Iterator[str]:
    before = [item.model_dump_json() for item in old.assertions]
    after = [item.model_dump_json() for item in new.assertions]
    if any(item not in after for item in before):
        yield "an assertion is removed or changed"
    if new.threshold is not None and (old.threshold is None or new.threshold < old.threshold):
        yield "its threshold is lowered"
    if new.threshold is not None and sorted(before) != sorted(after):
        yield "assertions are added, which dilutes its threshold"


def _repeated(stored: Stored, first: Stored) -> Fault:
    return Fault(
        file=stored.file,
        line=stored.line,
        message=f"the fixture id {stored.fixture.id!r} is used twice; first at {first.file}:{first.line}",
        remedy="ids pair the arms: give each fixture its own",
    )


def _raw(document: documents.Document) -> Iterator[tuple[documents.Pointer, object]]:
    if isinstance(document.value, list):
        yield from (((position,), item) for position, item in enumerate(document.value))
    else:
        yield (), document.value


def _id(item: object) -> object:
    return item.get("id") if isinstance(item, dict) else None
