"""One file that is to be written: where, what it says, and what it says now."""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A path from the repository's root and its whole new content; `before` is None where there is no such file."""

    path: str
    text: str
    before: str | None = None

    @property
    def summary(self) -> str:
        lines = self.text.count("\n")
        if self.before is None:
            return f"new   {self.path} ({lines} lines)"
        return f"edit  {self.path} ({lines - self.before.count(chr(10)):+} lines)"

    @property
    def diff(self) -> str:
        """The edit as a unified diff."""
        old = (self.before or "").splitlines()
        names = ("/dev/null" if self.before is None else f"a/{self.path}", f"b/{self.path}")
        return "\n".join(difflib.unified_diff(old, self.text.splitlines(), *names, lineterm=""))
