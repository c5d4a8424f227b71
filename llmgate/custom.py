"""The repository's own assertions and a suite → the suite that the base's classes can grade, and what to tell.

A class grades as the base has it. What the head adds or edits holds after the merge: until then an assertion that the
base does not have counts for nothing, and a fixture of which nothing else is left does not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from llmgate import config, documents
from llmgate.assertions import Assertion, custom
from llmgate.assertions.custom import PREFIX, Custom
from llmgate.assertions.model_graded import measured
from llmgate.config import MAX_SOURCE_BYTES, Checker, Config, Policy
from llmgate.errors import Fault
from llmgate.findings import SUITE_CHANGES, severity_of
from llmgate.suite import Case, LeftOut, Loaded, Suite
from llmgate.verdict import Finding, Severity

RULE = "custom"
MOST_NAMED = 3
_AFTER = "it grades from the first change after this one is merged; docs/custom-assertions.md"

Read = Callable[[str], bytes | None]
"""A file of a revision; None where it has none."""


def known(configuration: Config, read: Read) -> Mapping[str, Checker]:
    """Read the classes that a revision has; those whose file cannot be read are left out."""
    found = {name: _read(entry.file, read) for name, entry in configuration.assertions.items()}
    return {
        name: Checker(path=entry.file, named=entry.named, source=source)
        for name, entry in configuration.assertions.items()
        if isinstance(source := found[name], str)
    }


def unreadable(configuration: Config, written: documents.Document, read: Read) -> Iterator[Fault]:
    """Say which classes are named and have no file that can be read."""
    for name, entry in configuration.assertions.items():
        found = _read(entry.file, read)
        if isinstance(found, _Unread):
            message = f"the assertion {name!r} names {documents.quoted(entry.file)}, {found.why}"
            yield written.fault(("assertions", name, "file"), message, "name a file of Python in the repository")


def unknown(loaded: Loaded, configuration: Config) -> Iterator[Fault]:
    """Find the fixtures that name a class which their own revision does not have."""
    names = ", ".join(sorted(configuration.assertions)) or "none"
    for stored in loaded.fixtures.values():
        for name in sorted({check.checker for check in custom.among(stored.fixture.assertions)}):
            if name not in configuration.assertions:
                message = (
                    f"fixture {stored.fixture.id!r} has the assertion {PREFIX}{name}, which is not in {config.PATH}"
                )
                yield documents.fault(
                    stored.file, stored.line, message, f"declare it under `assertions`; known: {names}"
                )


def admitted(suite: Suite, checkers: Mapping[str, Checker]) -> tuple[Suite, tuple[Finding, ...]]:
    """Keep of the suite what the base's classes can grade; each case names the classes that it hangs on."""
    cases = tuple(case for each in suite.cases for case in _admitted(each, checkers))
    missing: dict[str, list[Case]] = {}
    for case in suite.cases:
        for name in _names(case.fixture.assertions) - checkers.keys():
            missing.setdefault(name, []).append(case)
    kept = {case.fixture.id for case in cases}
    left_out = tuple(_left_out(case, checkers) for case in suite.cases if case.fixture.id not in kept)
    told = tuple(_told(name, missing[name]) for name in sorted(missing))
    return replace(suite, cases=cases, left_out=(*suite.left_out, *left_out)), told


def changed(
    before: Mapping[str, Checker], after: Mapping[str, Checker], suite: Suite, policy: Policy
) -> Iterator[Finding]:
    """Classes that fixtures use and that the head edits or removes: nobody can tell whether they ask less."""
    if (severity := severity_of(policy.suite_changes)) is None:
        return
    used = {name for case in suite.cases for name in _names(case.fixture.assertions)}
    for name in sorted(used & before.keys()):
        now = after.get(name)
        if now is None or now.digest != before[name].digest:
            what = "removes" if now is None else "edits"
            yield Finding(
                rule=SUITE_CHANGES,
                severity=severity,
                message=f"the change {what} the assertion {name!r}, which may ask less; the base's graded this change",
                remedy=f"undo it, or have an approver set the label {policy.approval_label!r}",
                file=before[name].path if now is None else now.path,
            )


class _Unread:
    def __init__(self, why: str) -> None:
        self.why = why


def _read(path: str, read: Read) -> str | _Unread:
    if (data := read(path)) is None:
        return _Unread("which is not there")
    if len(data) > MAX_SOURCE_BYTES:
        return _Unread(f"which has more than {MAX_SOURCE_BYTES // 1024} KiB")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _Unread("which is not UTF-8")


def _names(assertions: Iterable[Assertion]) -> set[str]:
    return {check.checker for check in custom.among(assertions)}


def _admitted(case: Case, checkers: Mapping[str, Checker]) -> Iterator[Case]:
    names = _names(case.fixture.assertions)
    digests = "/".join(checkers[name].digest for name in sorted(names & checkers.keys()))
    case = replace(case, checkers=digests) if digests else case
    if names <= checkers.keys():
        yield case
        return

    def absent(check: object) -> bool:
        return isinstance(check, Custom) and check.checker not in checkers

    assertions = measured(case.fixture.assertions, absent)
    if any(assertion.weight > 0 for assertion in assertions):
        yield replace(case, fixture=case.fixture.model_copy(update={"assertions": assertions}))


def _left_out(case: Case, checkers: Mapping[str, Checker]) -> LeftOut:
    names = ", ".join(map(repr, sorted(_names(case.fixture.assertions) - checkers.keys())))
    return LeftOut(
        fixture=case.fixture.id, why=f"the base has no assertion {names}, and only that would decide it", remedy=_AFTER
    )


def _told(name: str, cases: list[Case]) -> Finding:
    names = ", ".join(repr(case.fixture.id) for case in cases[:MOST_NAMED])
    rest = f" and {len(cases) - MOST_NAMED} more" if len(cases) > MOST_NAMED else ""
    fixtures = f"fixture{'' if len(cases) == 1 else 's'} {names}{rest}"
    return Finding(
        rule=RULE,
        severity=Severity.WARN,
        message=f"the base has no assertion {name!r}, so it counts for nothing in {fixtures}",
        remedy=_AFTER,
        file=cases[0].file,
        line=cases[0].line,
    )
