"""`taxonomy` → the default categories with a team's own names, codes, owners and words, as one Taxonomy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from llmgate.config.noun import Noun
from llmgate.taxonomy import Code, Kind, Named, Taxonomy, default

MAX_ENTRIES = 200
MAX_LINK_CHARS = 120
"""What a comment prints of an address."""

CategoryId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=80)]
CodeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_:/-]*$", max_length=80)]
Label = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\r\n]*$")]
Link = Annotated[str, Field(pattern=r"^https://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~/-]*)?$", max_length=MAX_LINK_CHARS)]


def _as_name(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class CodeEntry(Noun):
    """One way to fail within a category; a text stands for its name."""

    name: Words | None = Field(default=None, description="What people read; the id by default.")


class CategoryEntry(Noun):
    """A category of failures: one of the default taxonomy's, with another name or owner, or one of a team's own."""

    name: Words | None = Field(default=None, description="What people read; the id by default.")
    owner: Annotated[str, Field(max_length=100)] = Field(default="", description="Who looks after it.")
    link: Link | Literal[""] = Field(default="", description="Where to read on: a runbook, a board.")
    codes: dict[CodeId, Annotated[CodeEntry, BeforeValidator(_as_name)]] = Field(
        default_factory=dict, max_length=MAX_ENTRIES, description="Names of codes that there are, and further ones."
    )


class TaxonomySettings(Noun):
    """Names for people, owners and further categories. Always read from the base commit."""

    extends: Literal["default"] = Field(default="default", description="What it begins from.")
    categories: dict[CategoryId, CategoryEntry] = Field(
        default_factory=dict, max_length=MAX_ENTRIES, description="By id: those that there are, and your own."
    )
    map: dict[Label, Label] = Field(
        default_factory=dict, max_length=MAX_ENTRIES, description="A label of your own → `category` or `category.code`."
    )

    @model_validator(mode="after")
    def _maps_to_what_there_is(self) -> Self:
        plain = Taxonomy(kinds=dict(self._kinds()))
        for own, ours in self.map.items():
            if own in plain.kinds:
                raise ValueError(f"map: {own!r} is the id of a category, which stays what it is; rename it by `name`")
            if plain.find(ours) is None:
                listed = plain.codes(ours.partition(".")[0]) or plain.known()
                raise ValueError(f"map: {own!r} is mapped to {ours!r}, which is none of {listed}")
        return self

    @property
    def taxonomy(self) -> Taxonomy:
        """The default taxonomy with all of this."""
        plain = Taxonomy(kinds=dict(self._kinds()))
        return Taxonomy(kinds=plain.kinds, mapped=dict(self._mapped(plain)))

    def _kinds(self) -> Iterator[tuple[str, Kind]]:
        for category, kind in default.KINDS.items():
            entry = self.categories.get(category)
            yield category, _changed(kind, entry) if entry else kind
        for category, entry in self.categories.items():
            if category not in default.KINDS:
                yield category, _changed(Kind(name=category.replace("_", " ")), entry)

    def _mapped(self, plain: Taxonomy) -> Iterator[tuple[str, Named]]:
        for own, ours in self.map.items():
            yield own.strip(), plain.read(ours)


def _changed(kind: Kind, entry: CategoryEntry) -> Kind:
    return replace(
        kind,
        name=entry.name or kind.name,
        owner=entry.owner,
        link=entry.link,
        codes={**kind.codes, **dict(_codes(kind.codes, entry.codes))},
    )


def _codes(known: Mapping[str, Code], entries: Mapping[str, CodeEntry]) -> Iterator[tuple[str, Code]]:
    for code, entry in entries.items():
        before = known.get(code) or Code(name=code.replace("_", " "))
        yield code, replace(before, name=entry.name or before.name)
