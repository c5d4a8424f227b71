"""Prompts as values: what a file says, in facets that can differ.

`catalogue` knows the formats, `collection` reads all prompts of a revision, `templates` fills them.
"""

from __future__ import annotations

from llmgate.prompts.prompt import (
    DECLARED,
    MAX_BYTES,
    Facet,
    File,
    Format,
    Load,
    Prompt,
    Rule,
    Syntax,
    Turn,
    broken,
    bytes_digest,
    decode,
    digest_of,
    in_order,
)

__all__ = [
    "DECLARED",
    "MAX_BYTES",
    "Facet",
    "File",
    "Format",
    "Load",
    "Prompt",
    "Rule",
    "Syntax",
    "Turn",
    "broken",
    "bytes_digest",
    "decode",
    "digest_of",
    "in_order",
]
