"""A fixture's assertions → those that code of the repository decides, and what that code is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pydantic import JsonValue

from llmgate.assertions import assert_set
from llmgate.assertions.subject import Subject

if TYPE_CHECKING:
    from llmgate.assertions import Assertion


@runtime_checkable
class Coded(Protocol):
    """A check that code of the repository decides.

    `code` names the code among all that a revision has, `named` is that for people, and `key` the question: the code
    and what the fixture gives it.
    """

    @property
    def code(self) -> str: ...
    @property
    def named(self) -> str: ...
    @property
    def key(self) -> str: ...
    def asked(self, subject: Subject) -> dict[str, JsonValue]: ...


def among(assertions: Iterable[Assertion]) -> Iterator[Coded]:
    """List the checks that code of the repository decides, those in sets among them."""
    return (check for check in assert_set.checks(assertions) if isinstance(check, Coded))
