"""Groq's ids: open weights, by the rules of open_weights.py."""

from __future__ import annotations

from llmgate.pins.open_weights import base_of, identify, same

__all__ = ["NAMES", "OWN", "PROVIDER", "base_of", "identify", "same"]

PROVIDER = "groq"
NAMES = ("groq", "groqcloud")
OWN = None
