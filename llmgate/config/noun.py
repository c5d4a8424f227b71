"""What the parts of a configuration are made of: a model without unknown keys, patterns of paths, names."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def pattern(value: str) -> str:
    """Check a pattern of paths, or the path of a folder."""
    folders = value.removesuffix("/").split("/")
    if {"", ".", ".."} & set(folders) or "\\" in value or not value.isprintable():
        raise ValueError("a pattern is relative to the repository's root, with forward slashes and without '.' or '..'")
    return value


Pattern = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(pattern)]
Patterns = tuple[Pattern, ...]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
