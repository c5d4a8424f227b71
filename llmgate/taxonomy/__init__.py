"""A label as people write it (`grounding.context_ignored`, or a team's own word) → a category and a code with names.

`default.py` has the categories that everyone starts with; `taxonomy` in llmgate.yaml renames them, adds to them, and
maps a team's own words onto them. Ids are stable: reports, fixtures and counts over time name them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SEPARATOR = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One way to fail within a category. `name` is for people, `says` what it means, in one sentence."""

    name: str
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One category of failures. A `bucket` is none of the model's: it keeps the others clean."""

    name: str
    says: str = ""
    codes: Mapping[str, Code] = field(default_factory=dict)
    bucket: bool = False
    owner: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Ids of the taxonomy: a category, and a code where one is known."""

    category: str
    code: str | None = None

    def __str__(self) -> str:
        return self.category if self.code is None else f"{self.category}{SEPARATOR}{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """The categories by id, and a team's own words for them."""

    kinds: Mapping[str, Kind]
    mapped: Mapping[str, Named] = field(default_factory=dict)

    def find(self, written: str) -> Named | None:
        """Read a label: a word that is mapped, else `category` or `category.code`; None where it is not known."""
        text = written.strip()
        if text in self.mapped:
            return self.mapped[text]
        category, dot, code = text.partition(SEPARATOR)
        kind = self.kinds.get(category)
        if kind is None or (dot and code not in kind.codes):
            return None
        return Named(category=category, code=code if dot else None)

    def read(self, written: str) -> Named:
        """Read a label; one that is not known is a category of its own, as it is written."""
        return self.find(written) or Named(category=written.strip())

    def name(self, category: str, code: str | None = None) -> str:
        """Name a label for people, such as `grounding: context ignored`."""
        kind = self.kinds.get(category)
        if kind is None:
            return category.replace("_", " ")
        known = kind.codes.get(code) if code else None
        said = known.name if known else (code or "").replace("_", " ")
        return f"{kind.name}: {said}" if said else kind.name

    def known(self) -> str:
        """List what a label may be, without codes."""
        return ", ".join([*self.kinds, *self.mapped])

    def codes(self, category: str) -> str:
        """List the codes of a category, as they are written in a label."""
        kind = self.kinds.get(category)
        return ", ".join(f"{category}{SEPARATOR}{code}" for code in kind.codes) if kind else ""
