"""`policy.judge` → the model that decides model-graded assertions, and the labels that it is calibrated by."""

from __future__ import annotations

from llmgate.config.entries import ModelEntry
from llmgate.config.noun import Noun, Pattern


class JudgeSettings(Noun):
    """A pinned model, the same for both arms. Without labels it only measures."""

    model: ModelEntry
    calibration: Pattern | None = None
