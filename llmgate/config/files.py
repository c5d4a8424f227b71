"""`surface` and `suite` → which files bear model behaviour, and which are fixtures."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from llmgate.config.noun import Noun, Patterns, pattern


def _folder(value: str) -> str:
    if value != "." and set("*?[]{}!") & set(pattern(value)):
        raise ValueError("a folder is named as it is, without wildcards")
    return value.removesuffix("/")


class SurfaceSettings(Noun):
    """Which files bear model behaviour; of the kinds that are left out, they are found by name, content and syntax.

    `template_root` is the folder that the program loads templates from: names of included templates start there.
    """

    prompts: Patterns | None = Field(
        default=None, description="Files with prompts; they are found where this is left out."
    )
    models: Patterns | None = Field(default=None, description="Files with model entries, besides `llmgate.yaml`.")
    retrieval: Patterns | None = Field(default=None, description="Files with settings of retrieval.")
    exclude: Patterns = Field(default=(), description="Files that are none of these; it wins.")
    template_root: Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_folder)] | None = Field(
        default=None, description="The folder in which names of included templates start; `.` is the root."
    )

    @property
    def searched(self) -> tuple[str, ...]:
        """The kinds of which nothing is declared, so that they are looked for."""
        kinds = {"prompts": self.prompts, "models": self.models, "retrieval": self.retrieval}
        return tuple(kind for kind, patterns in kinds.items() if patterns is None)


class SuiteSettings(Noun):
    fixtures: Patterns = Field(
        default=("fixtures/**/*.yaml", "fixtures/**/*.yml", "fixtures/**/*.json"),
        min_length=1,
        description="Files with fixtures.",
    )
