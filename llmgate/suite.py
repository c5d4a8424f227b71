"""The fixtures of both revisions → one Suite, in which the head can add and tighten but not take away.

A fixture of the base decides in its base form; what the head adds to it is what a changed prompt needs. A fixture that
the head deletes, disables or loosens is reported as weakened. An approver's label lets the head's form decide.
Fixtures that only the head has are new: they run, and have nothing to be compared with.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import JsonValue
from pydantic_core import to_json

from llmgate import documents, fixture
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
    """What the head takes away from a fixture of the base."""

    fixture: str
    what: str
    file: str
    line: int


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
        elif approved:
            if new is not None and new.fixture.is_active:
                cases.append(_case(new, Arm.HEAD, new=False))
        else:
            case, loss = _kept(old, new, reads(old.fixture.target))
            cases.append(case)
            what = loss or _given(old.fixture, case.fixture)
            weakened += [Weakening(fixture=name, what=what, file=case.file, line=case.line)] if what else []
    told = {case.fixture.id for case in cases}
    left_out = tuple(stored for stored in incomplete(head) if stored.fixture.id not in told)
    drafts = tuple(stored for stored in head.fixtures.values() if stored.fixture.draft)
    return Suite(cases=tuple(cases), weakened=tuple(weakened), unread=base.faults, incomplete=left_out, drafts=drafts)


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
            remedy="name fixtures that are active, by id",
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


def _given(old: Fixture, used: Fixture) -> str | None:
    """Say which variables the head adds. A new prompt may need them, and they may hold the answer: a person decides."""
    added = sorted(used.input.variables.keys() - old.input.variables.keys())
    return f"it is given the variable {', '.join(map(repr, added[:5]))}, which may hold the answer" if added else None


def _case(stored: Stored, form: Arm, *, new: bool) -> Case:
    return Case(fixture=stored.fixture, form=form, new=new, file=stored.file, line=stored.line)


def _kept(old: Stored, new: Stored | None, read: frozenset[str]) -> tuple[Case, str | None]:
    """The base's fixture with what the head may add to it, and how the head's form asks less, if it does.

    What the head tightens counts from the next change on: an assertion that nothing can pass, or that cannot judge,
    fails on both arms alike, and would hide the very regression that comes with it. So would a heavier weight.
    """
    if new is None:
        return _case(old, Arm.BASE, new=False), "it is removed"
    added = {} if new.fixture.target != old.fixture.target else _added_variables(old.fixture, new.fixture, read)
    variables = {**old.fixture.input.variables, **added}
    loss = next(_losses(old.fixture, new.fixture, read), None)
    told = new.fixture if loss is None else old.fixture
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
    case = Case(fixture=fixture, form=Arm.HEAD if loss is None else Arm.BASE, new=False, file=new.file, line=new.line)
    return case, loss


def _losses(old: Fixture, new: Fixture, read: frozenset[str]) -> Iterator[str]:
    """Say how `new` asks less than `old`. What cannot be compared counts as less."""
    if not new.is_active:
        yield _left_out(new)
    if old.critical and not new.critical:
        yield "it is no longer critical"
    if new.weight < old.weight:
        yield "its weight is lowered"
    if new.weight > old.weight:
        yield "its weight is raised, which lowers that of all others"
    if new.target != old.target:
        yield "its target is changed"
    if new.seed != old.seed:
        yield "its seed is changed"
    turns = any(_differs(getattr(old.input, each), getattr(new.input, each)) for each in ("messages", "attached"))
    if turns or _altered_variables(old, new) - _added(old, new, read):
        yield "its input is changed"
    yield from _other_surroundings(old, new)
    yield from _looser_assertions(old, new)


def _left_out(fixture: Fixture) -> str:
    if not fixture.enabled:
        return "it is disabled"
    return "it is made a draft" if fixture.draft else "it is said to depend on state outside it"


def _other_surroundings(old: Fixture, new: Fixture) -> Iterator[str]:
    if _differs(old.context, new.context):
        yield "its documents are changed"
    if new.retrieval != old.retrieval:
        yield f"its documents are {_SOURCES[new.retrieval]}"
    if _differs(old.tools, new.tools):
        yield "its tools are changed"


_SOURCES = {"live": "searched for instead of replayed", "frozen": "replayed instead of searched for"}


def _differs(before: Any, after: Any) -> bool:
    """Compare as JSON text: to Python, 1, 1.0 and True are equal, and a prompt or a tool shows which it is."""
    return to_json(before) != to_json(after)


def _altered_variables(old: Fixture, new: Fixture) -> set[str]:
    before, after = old.input.variables, new.input.variables
    shared = before.keys() & after.keys()
    return set(before.keys() ^ after.keys()) | {name for name in shared if _differs(before[name], after[name])}


def _added(old: Fixture, new: Fixture, read: frozenset[str]) -> frozenset[str]:
    return frozenset(new.input.variables.keys() - old.input.variables.keys() - read)


def _added_variables(old: Fixture, new: Fixture, read: frozenset[str]) -> dict[str, JsonValue]:
    """What the base's prompt cannot see, and so cannot be asked differently by."""
    return {name: new.input.variables[name] for name in sorted(_added(old, new, read))}


def _looser_assertions(old: Fixture, new: Fixture) -> Iterator[str]:
    before, after = _written(old), _written(new)
    if before - after:
        yield "an assertion is removed or changed"
    if new.threshold is not None and (old.threshold is None or new.threshold < old.threshold):
        yield "its threshold is lowered"
    if new.threshold is None and old.threshold is not None:
        yield "its threshold is removed: assertions that pass with a part of the score do not reach it"
    if new.threshold is not None and before != after:
        yield "assertions are added, which dilutes its threshold"


def _written(fixture: Fixture) -> Counter[str]:
    dumped = (item.model_dump(mode="json", by_alias=True) for item in fixture.assertions)
    return Counter(json.dumps(item, sort_keys=True) for item in dumped)


def _repeated(stored: Stored, first: Stored) -> Fault:
    return documents.fault(
        stored.file,
        stored.line,
        f"the fixture id {stored.fixture.id!r} is used twice; first at {first.file}:{first.line}",
        "ids pair the arms: give each fixture its own",
        id="used-twice",
    )
