"""The repository's own assertions and a suite → the suite that the base's code can grade, and what to tell.

A class or a function grades as the base has it. What the head adds or edits holds after the merge: until then an
assertion that the base does not have counts for nothing, and a fixture of which nothing else is left does not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from llmgate import config, documents
from llmgate.assertions import coded
from llmgate.assertions.coded import Coded
from llmgate.assertions.custom import PREFIX, Custom
from llmgate.assertions.model_graded import measured
from llmgate.config import MAX_SOURCE_BYTES, Checker, Config, Policy
from llmgate.errors import Fault
from llmgate.findings import SUITE_CHANGES, severity_of
from llmgate.fixture import Fixture
from llmgate.suite import Case, LeftOut, Loaded, Suite
from llmgate.verdict import Finding, Severity

RULE = "custom"
MOST_NAMED = 3
_AFTER = "it grades from the first change after this one is merged; docs/custom-assertions.md"

Read = Callable[[str], bytes | None]
"""A file of a revision; None where it has none."""


def known(configuration: Config, read: Read) -> Mapping[str, Checker]:
    """Read the classes that a revision has; those whose file cannot be read are left out."""
    found = {name: text(entry.file, read) for name, entry in configuration.assertions.items()}
    return {
        name: Checker(path=entry.file, named=entry.named, source=source)
        for name, entry in configuration.assertions.items()
        if isinstance(source := found[name], str)
    }


def unreadable(configuration: Config, written: documents.Document, read: Read) -> Iterator[Fault]:
    """Say which classes are named and have no file that can be read."""
    for name, entry in configuration.assertions.items():
        found = text(entry.file, read)
        if isinstance(found, Unread):
            message = f"the assertion {name!r} names {documents.quoted(entry.file)}, {found.why}"
            yield written.fault(
                ("assertions", name, "file"), message, "name a file of Python in the repository", id="missing-file"
            )


def unknown(loaded: Loaded, configuration: Config) -> Iterator[Fault]:
    """Find the fixtures that name a class which their own revision does not have."""
    names = ", ".join(sorted(configuration.assertions)) or "none"
    for stored in loaded.fixtures.values():
        checks = coded.among(stored.fixture.assertions)
        for name in sorted({check.checker for check in checks if isinstance(check, Custom)}):
            if name not in configuration.assertions:
                message = (
                    f"fixture {stored.fixture.id!r} has the assertion {PREFIX}{name}, which is not in {config.PATH}"
                )
                yield documents.fault(
                    stored.file,
                    stored.line,
                    message,
                    f"declare it under `assertions`; known: {names}",
                    id="unknown-name",
                )


def admitted(suite: Suite, checkers: Mapping[str, Checker]) -> tuple[Suite, tuple[Finding, ...]]:
    """Keep of the suite what the base's code can grade; each case names the code that it hangs on."""
    cases = tuple(case for each in suite.cases for case in _admitted(each, checkers))
    missing: dict[str, list[Case]] = {}
    for case in suite.cases:
        for code in _checks(case.fixture).keys() - checkers.keys():
            missing.setdefault(code, []).append(case)
    kept = {case.fixture.id for case in cases}
    left_out = tuple(_left_out(case, checkers) for case in suite.cases if case.fixture.id not in kept)
    told = tuple(_told(code, missing[code]) for code in sorted(missing))
    return replace(suite, cases=cases, left_out=(*suite.left_out, *left_out)), told


def changed(
    before: Mapping[str, Checker], after: Mapping[str, Checker], suite: Suite, policy: Policy
) -> Iterator[Finding]:
    """Code that fixtures use and that the head edits or removes: nobody can tell whether it asks less."""
    if (severity := severity_of(policy.suite_changes)) is None:
        return
    used = {code: check for case in suite.cases for code, check in _checks(case.fixture).items()}
    for code in sorted(used.keys() & before.keys()):
        now = after.get(code)
        if now is None or now.digest != before[code].digest:
            what = "removes" if now is None else "edits"
            yield Finding(
                rule=SUITE_CHANGES,
                severity=severity,
                message=f"the change {what} the {used[code].named}, which may ask less; the base's graded this change",
                remedy=f"undo it, or have an approver set the label {policy.approval_label!r}",
                file=before[code].path if now is None else now.path,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Why a file has no text: words that go on after its name."""

    why: str


def text(path: str, read: Read) -> str | Unread:
    """Read a file of Python as text."""
    if (data := read(path)) is None:
        return Unread(why="which is not there")
    if len(data) > MAX_SOURCE_BYTES:
        return Unread(why=f"which has more than {MAX_SOURCE_BYTES // 1024} KiB")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return Unread(why="which is not UTF-8")


def _checks(fixture: Fixture) -> dict[str, Coded]:
    return {check.code: check for check in coded.among(fixture.assertions)}


def _admitted(case: Case, checkers: Mapping[str, Checker]) -> Iterator[Case]:
    codes = _checks(case.fixture).keys()
    digests = "/".join(checkers[code].digest for code in sorted(codes & checkers.keys()))
    case = replace(case, checkers=digests) if digests else case
    if codes <= checkers.keys():
        yield case
        return

    def absent(check: object) -> bool:
        return isinstance(check, Coded) and check.code not in checkers

    assertions = measured(case.fixture.assertions, absent)
    if any(assertion.weight > 0 for assertion in assertions):
        yield replace(case, fixture=case.fixture.model_copy(update={"assertions": assertions}))


def _left_out(case: Case, checkers: Mapping[str, Checker]) -> LeftOut:
    checks = _checks(case.fixture)
    names = ", ".join(checks[code].named for code in sorted(checks.keys() - checkers.keys()))
    return LeftOut(
        fixture=case.fixture.id, why=f"the base has no {names}, and only that would decide it", remedy=_AFTER
    )


def _told(code: str, cases: list[Case]) -> Finding:
    names = ", ".join(repr(case.fixture.id) for case in cases[:MOST_NAMED])
    rest = f" and {len(cases) - MOST_NAMED} more" if len(cases) > MOST_NAMED else ""
    fixtures = f"fixture{'' if len(cases) == 1 else 's'} {names}{rest}"
    return Finding(
        rule=RULE,
        severity=Severity.WARN,
        message=f"the base has no {_checks(cases[0].fixture)[code].named}, so it counts for nothing in {fixtures}",
        remedy=_AFTER,
        file=cases[0].file,
        line=cases[0].line,
    )
