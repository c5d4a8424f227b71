"""A revision's own assertions → what keeps them from being loaded, and from being made with the fixtures' fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llmgate import custom, documents, git, scripts, sides
from llmgate.assertions import coded
from llmgate.assertions.coded import Coded
from llmgate.assertions.custom import PREFIX, Custom
from llmgate.checkers import Checkers, Failure
from llmgate.config import Checker, Config
from llmgate.errors import Fault
from llmgate.suite import Loaded, Stored

MAX_FAILURE_CHARS = 300
REMEDY = "docs/custom-assertions.md shows one in ten lines"


def faults(
    history: git.Repository, commit: str, configuration: Config, written: documents.Document, loaded: Loaded
) -> Iterator[Fault]:
    """Load all code once, in the process that the gate would run it in."""
    read = sides.file_of(history, commit)
    yield from custom.unreadable(configuration, written, read)
    yield from custom.unknown(loaded, configuration)
    yield from scripts.unreadable(loaded, read)
    classes = custom.known(configuration, read)
    functions = scripts.known((stored.fixture for stored in loaded.fixtures.values()), loaded, read)
    with Checkers({**classes, **functions}) as checkers:
        whole = set()
        for name, checker in sorted(classes.items()):
            if failure := checkers.fault(name):
                message = f"the assertion {name!r} cannot be loaded: {_said(failure)}"
                yield documents.fault(checker.path, failure.line, message, REMEDY, id="check-broken")
            else:
                whole.add(name)
        yield from _unfit(checkers, whole, loaded)
        yield from _broken(checkers, functions, loaded)


def _unfit(checkers: Checkers, whole: set[str], loaded: Loaded) -> Iterator[Fault]:
    """Make each class once with each set of fields that fixtures give it."""
    made: set[str] = set()
    for stored, check in _checks(loaded):
        if isinstance(check, Custom) and check.checker in whole and check.key not in made:
            made.add(check.key)
            yield from _unmade(checkers, check, stored.file, stored.line)


def _unmade(checkers: Checkers, check: Custom, file: str, line: int) -> Iterator[Fault]:
    if failure := checkers.fault(check.checker, check.given):
        message = f"{PREFIX}{check.checker} cannot be made with its fields: {_said(failure)}"
        yield documents.fault(file, line, message, REMEDY, id="check-broken")


def _broken(checkers: Checkers, functions: Mapping[str, Checker], loaded: Loaded) -> Iterator[Fault]:
    """Load each function once; code that stands in a fixture is told at the first that has it."""
    seen: set[str] = set()
    for stored, check in _checks(loaded):
        if check.code in seen or (checker := functions.get(check.code)) is None:
            continue
        seen.add(check.code)
        if (failure := checkers.fault(check.code)) is None:
            continue
        if checker.path == scripts.INLINE:
            told = f"fixture {stored.fixture.id!r}: the {check.named} cannot be loaded: line {failure.line}: "
            yield documents.fault(stored.file, stored.line, told + _said(failure), REMEDY, id="check-broken")
        else:
            told = f"the {check.named} cannot be loaded: {_said(failure)}"
            yield documents.fault(checker.path, failure.line, told, REMEDY, id="check-broken")


def _checks(loaded: Loaded) -> Iterator[tuple[Stored, Coded]]:
    for stored in loaded.fixtures.values():
        for check in coded.among(stored.fixture.assertions):
            yield stored, check


def _said(failure: Failure) -> str:
    return documents.printable(failure.message, MAX_FAILURE_CHARS)
