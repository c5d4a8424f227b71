"""A trace and the repository's own classes → the trace with what they remark on it, to be read when it is graded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from llmgate import grade
from llmgate.assertions import custom
from llmgate.assertions.custom import Custom
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge
from llmgate.fixture import Fixture
from llmgate.trial import Remark, Trace


class Checkers(Protocol):
    """The repository's own classes, behind one door that may be knocked at from any thread."""

    def knows(self, check: Custom) -> bool: ...
    def remark(self, check: Custom, subject: Subject) -> Remark: ...


def remarked(trace: Trace, fixture: Fixture, checkers: Checkers) -> Trace:
    """Ask each class that the fixture's assertions name, once for the same fields."""
    seen = grade.subject(trace, fixture)
    checks = {check.key: check for check in custom.among(fixture.assertions) if checkers.knows(check)}
    remarks: dict[str, Remark] = {}
    for key, check in checks.items():
        with suppress(CannotJudge):  # told when it is graded
            remarks[key] = checkers.remark(check, seen)
    return replace(trace, remarks=remarks)
