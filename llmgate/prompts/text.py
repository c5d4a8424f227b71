"""Plain text → one template with `{{ name }}` placeholders."""

from __future__ import annotations

from llmgate.prompts import placeholders
from llmgate.prompts.prompt import Facet, Format, Load, Prompt, Turn, digest_of

FORMAT = Format.TEXT


def recognise(path: str, head: str) -> bool:  # noqa: ARG001 - the last of the catalogue: whatever is left is text
    return True


def parse(path: str, source: str, load: Load) -> Prompt:  # noqa: ARG001 - a plain text includes nothing
    names = tuple(sorted(placeholders.names(source)))
    digests = {Facet.TEXT: digest_of(source), Facet.VARIABLES: digest_of(names)}
    return Prompt(path=path, format=FORMAT, digests=digests, turns=(Turn(None, source),), variables=names)
