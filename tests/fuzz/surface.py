"""A place where hostile bytes come in or go out: the cases that are tried on it, and what must hold of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis.strategies import SearchStrategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """`check` raises where a case breaks what must hold.

    A case is made of texts, bytes, numbers, lists, tuples and dictionaries, so that its `repr` can be read again.
    """

    name: str
    about: str
    cases: SearchStrategy[Any]
    check: Callable[[Any], None]


def are_told(faults, path, lines):
    """See that every fault tells a line of the file, what is wrong and what to do, in words that print on one line."""
    assert faults
    for fault in faults:
        assert fault.file == path
        assert 1 <= fault.line <= lines, fault
        assert fault.message
        assert fault.remedy, fault
        assert str(fault).isprintable(), fault
