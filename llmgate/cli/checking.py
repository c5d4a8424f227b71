"""A revision's own assertions → what keeps them from being loaded, and from being made with the fixtures' fields."""

from __future__ import annotations

from collections.abc import Iterator

from llmgate import custom, documents, git, sides
from llmgate.assertions.custom import PREFIX, Custom, among
from llmgate.checkers import Checkers, Failure
from llmgate.config import Config
from llmgate.errors import Fault
from llmgate.suite import Loaded

MAX_FAILURE_CHARS = 300
REMEDY = "docs/custom-assertions.md shows one in ten lines"


def faults(
    history: git.Repository, commit: str, configuration: Config, written: documents.Document, loaded: Loaded
) -> Iterator[Fault]:
    """Load each class once, in the process that the gate would run it in."""
    read = sides.file_of(history, commit)
    yield from custom.unreadable(configuration, written, read)
    yield from custom.unknown(loaded, configuration)
    known = custom.known(configuration, read)
    with Checkers(known) as checkers:
        whole = set()
        for name, checker in sorted(known.items()):
            if failure := checkers.fault(name):
                message = f"the assertion {name!r} cannot be loaded: {_said(failure)}"
                yield documents.fault(checker.path, failure.line, message, REMEDY)
            else:
                whole.add(name)
        yield from _unfit(checkers, whole, loaded)


def _unfit(checkers: Checkers, whole: set[str], loaded: Loaded) -> Iterator[Fault]:
    """Make each class once with each set of fields that fixtures give it."""
    made: set[str] = set()
    for stored in loaded.fixtures.values():
        for check in among(stored.fixture.assertions):
            if check.checker in whole and check.key not in made:
                made.add(check.key)
                yield from _unmade(checkers, check, stored.file, stored.line)


def _unmade(checkers: Checkers, check: Custom, file: str, line: int) -> Iterator[Fault]:
    if failure := checkers.fault(check.checker, check.given):
        message = f"{PREFIX}{check.checker} cannot be made with its fields: {_said(failure)}"
        yield documents.fault(file, line, message, REMEDY)


def _said(failure: Failure) -> str:
    return documents.printable(failure.message, MAX_FAILURE_CHARS)
