"""A trace and the repository's own code → the trace with what it remarks on it, to be read when it is graded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from llmgate import grade
from llmgate.assertions import coded
from llmgate.assertions.coded import Coded
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge
from llmgate.fixture import Fixture
from llmgate.trial import Remark, Trace


class Checkers(Protocol):
    """The repository's own code, behind one door that may be knocked at from any thread."""

    def knows(self, check: Coded) -> bool: ...
    def remark(self, check: Coded, subject: Subject) -> Remark: ...


def remarked(trace: Trace, fixture: Fixture, checkers: Checkers) -> Trace:
    """Ask all code that the fixture's assertions name, once for the same fields."""
    seen = grade.subject(trace, fixture)
    checks = {check.key: check for check in coded.among(fixture.assertions) if checkers.knows(check)}
    remarks: dict[str, Remark] = {}
    for key, check in checks.items():
        with suppress(CannotJudge):  # told when it is graded
            remarks[key] = checkers.remark(check, seen)
    return replace(trace, remarks=remarks)
