"""The fixtures of both revisions → one Suite, in which the head can add and tighten but not take away.

A fixture of the base decides in its base form; what the head adds to it is what a changed prompt needs. A fixture that
the head deletes, disables or loosens is reported as weakened. An approver's label lets the head's form decide.
Fixtures that only the head has are new: they run, and have nothing to be compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from llmgate import documents, fixture, losses
from llmgate.documents import spelling
from llmgate.errors import ConfigurationError, Fault, UsageError
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
    """A fixture in the form that runs on both arms.

    `form` is the revision whose edit holds: the base where the head asks less, otherwise the head, whose tightening
    does not decide yet. `new` has no base form. The file and line are the head's where it has the fixture.
    `judge` and `embedder` name the models that its assertions ask, `checkers` the repository's classes that decide some
    of them, with their text; they are empty where there are none.
    """

    fixture: Fixture
    form: Arm
    new: bool
    file: str
    line: int
    judge: str = ""
    embedder: str = ""
    checkers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakening:
    """What the head takes away from a fixture of the base: in a word, all of it, and as the lines that differ.

    An `approved` one holds: the label lets the head's form decide.
    """

    fixture: str
    what: str
    file: str
    line: int
    every: tuple[str, ...] = ()
    lines: tuple[losses.Line, ...] = ()
    approved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A fixture of which nothing counts yet, and what would make it count."""

    fixture: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """`unread` are faults in the base's own files: what they hold is not in `cases`.

    `incomplete` are fixtures that never run, as their answers hang on state outside them: they cover nothing.
    `left_out` are those that only assertions without a say would decide: they do not run either. `drafts` are those of
    the head, which do not run before somebody ends them.
    """

    cases: tuple[Case, ...]
    weakened: tuple[Weakening, ...] = ()
    let_through: tuple[Weakening, ...] = ()
    unread: tuple[Fault, ...] = ()
    incomplete: tuple[Stored, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    drafts: tuple[Stored, ...] = ()


def load(paths: Iterable[str], read: Callable[[str], bytes]) -> Loaded:
    """Read the files, in the order of their names. All faults are kept, a repeated id among them."""
    fixtures: dict[str, Stored] = {}
    faults: list[Fault] = []
    count = 0
    for path in sorted(paths):
        count += 1
        try:
            found, wrong = _parsed(path, read(path))
        except ConfigurationError as error:
            faults.extend(error.faults)
            continue
        faults.extend(wrong)
        for each in found:
            stored = Stored(fixture=each.fixture, file=path, line=each.line)
            if (first := fixtures.setdefault(each.fixture.id, stored)) is not stored:
                faults.append(_repeated(stored, first))
    return Loaded(fixtures=fixtures, faults=tuple(faults), files=count)


@lru_cache(maxsize=20_000)
def _parsed(path: str, data: bytes) -> tuple[tuple[fixture.Located, ...], tuple[Fault, ...]]:
    """Parse a file once for both revisions: most fixtures are the same on both, and YAML is slow to read."""
    return fixture.located(documents.read(path, data))


def union(base: Loaded, head: Loaded, *, reads: Callable[[str], frozenset[str]], approved: bool = False) -> Suite:
    """Join the revisions' fixtures. With `approved`, the head's deletions and edits hold.

    `reads` lists the variables that a target's prompt can see on the base: the head may add others to a fixture, as a
    new variable of the prompt needs, but none that would alter what the base is asked.
    """
    cases: list[Case] = []
    weakened: list[Weakening] = []
    for name in sorted(base.fixtures.keys() | head.fixtures.keys()):
        old, new = base.fixtures.get(name), head.fixtures.get(name)
        if old is None or not old.fixture.is_active:
            if new is not None and new.fixture.is_active:
                cases.append(_case(new, Arm.HEAD, new=True))
            continue
        case, lost = _kept(old, new, reads(old.fixture.target))
        lost = lost or _given(old.fixture, case.fixture)
        weakened += [_weakening(old, new, lost, approved=approved)] if lost else []
        if not approved:
            cases.append(case)
        elif new is not None and new.fixture.is_active:
            cases.append(_case(new, Arm.HEAD, new=False))
    told = {case.fixture.id for case in cases}
    left_out = tuple(stored for stored in incomplete(head) if stored.fixture.id not in told)
    drafts = tuple(stored for stored in head.fixtures.values() if stored.fixture.draft)
    return Suite(
        cases=tuple(cases),
        weakened=tuple(each for each in weakened if not each.approved),
        let_through=tuple(each for each in weakened if each.approved),
        unread=base.faults,
        incomplete=left_out,
        drafts=drafts,
    )


def _weakening(old: Stored, new: Stored | None, lost: tuple[str, ...], *, approved: bool) -> Weakening:
    where = new or old
    return Weakening(
        fixture=old.fixture.id,
        what=lost[0],
        file=where.file,
        line=where.line,
        every=lost,
        lines=losses.lines(old.fixture, new.fixture if new else None),
        approved=approved,
    )


def chosen(suite: Suite, only: Iterable[str]) -> frozenset[str]:
    """Name the fixtures that are asked for, or all.

    Raises:
        UsageError: where one does not run: the suite does not have it, or nothing of it counts.
    """
    known, left_out = {case.fixture.id for case in suite.cases}, {each.fixture: each for each in suite.left_out}
    wanted = frozenset(only) or frozenset(known)
    unknown = sorted(wanted - known)
    if missing := [name for name in unknown if name not in left_out]:
        raise UsageError(
            f"there is no fixture {', '.join(missing)}",
            id="no-such-fixture",
            remedy=spelling.fixture(missing[0], known | left_out.keys()),
        )
    if unknown:
        first = left_out[unknown[0]]
        raise UsageError(
            f"the fixture {first.fixture!r} is left out: {first.why}", id="fixture-left-out", remedy=first.remedy
        )
    return wanted


def incomplete(loaded: Loaded) -> Iterator[Stored]:
    """List the fixtures that only state outside them keeps from running, by id."""
    for _, stored in sorted(loaded.fixtures.items()):
        one = stored.fixture
        if one.enabled and not one.draft and not one.is_active:
            yield stored


def _given(old: Fixture, used: Fixture) -> tuple[str, ...]:
    """Say which variables the head adds. A new prompt may need them, and they may hold the answer: a person decides."""
    added = sorted(used.input.variables.keys() - old.input.variables.keys())
    return (f"it is given the variable {', '.join(map(repr, added[:5]))}, which may hold the answer",) if added else ()


def _case(stored: Stored, form: Arm, *, new: bool) -> Case:
    return Case(fixture=stored.fixture, form=form, new=new, file=stored.file, line=stored.line)


def _kept(old: Stored, new: Stored | None, read: frozenset[str]) -> tuple[Case, tuple[str, ...]]:
    """The base's fixture with what the head may add to it, and how the head's form asks less, if it does.

    What the head tightens counts from the next change on: an assertion that nothing can pass, or that cannot judge,
    fails on both arms alike, and would hide the very regression that comes with it. So would a heavier weight.
    """
    if new is None:
        return _case(old, Arm.BASE, new=False), (losses.REMOVED,)
    moved = new.fixture.target != old.fixture.target
    added = {} if moved else losses.added_variables(old.fixture, new.fixture, read)
    variables = {**old.fixture.input.variables, **added}
    lost = tuple(losses.between(old.fixture, new.fixture, read))
    told = old.fixture if lost else new.fixture
    fixture = old.fixture.model_copy(
        update={
            "title": told.title,
            "category": told.category,
            "origin": told.origin,
            "hypothesis": told.hypothesis,
            "observed": told.observed,
            "proven": told.proven,
            "input": old.fixture.input.model_copy(update={"variables": variables}),
        }
    )
    case = Case(fixture=fixture, form=Arm.BASE if lost else Arm.HEAD, new=False, file=new.file, line=new.line)
    return case, lost


def _repeated(stored: Stored, first: Stored) -> Fault:
    return documents.fault(
        stored.file,
        stored.line,
        f"the fixture id {stored.fixture.id!r} is used twice; first at {first.file}:{first.line}",
        "ids pair the arms: give each fixture its own",
        id="used-twice",
    )
