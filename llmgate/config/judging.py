"""`policy.judge` and `policy.embedder` → the models that grading asks, the same for both arms."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from llmgate.config.entries import ModelEntry
from llmgate.config.noun import Noun, Pattern


class JudgeSettings(Noun):
    """A pinned model, the same for both arms. Without labels it only measures."""

    model: ModelEntry = Field(description="Who judges; a temperature that is not set is 0.")
    calibration: Pattern | None = Field(default=None, description="The file with labels of people.")


EMBEDDING_API = "openai-chat"
"""The dialect of `policy.providers` whose servers have embeddings."""

_SET_BY_LLMGATE = frozenset({"input", "encoding_format"})


def _embeds(entry: ModelEntry) -> ModelEntry:
    if taken := sorted(_SET_BY_LLMGATE & entry.params.keys()):
        raise ValueError(f"{', '.join(taken)} cannot be set as parameters of an embedder: llmgate sets them")
    dimensions = entry.params.get("dimensions", 1)
    if type(dimensions) is not int or dimensions < 1:
        raise ValueError("dimensions must be a whole number from 1")
    return entry


EmbedderEntry = Annotated[ModelEntry, AfterValidator(_embeds)]
"""The model whose vectors `similar` compares."""
