"""A revision's configuration and files → its Surface: every unit that bears on behaviour, and which target needs it."""

from __future__ import annotations

from llmgate.prompts.unit import Unit, UnitKind
from llmgate.surface.applications import Application
from llmgate.surface.reading import of, reaching
from llmgate.surface.source import LOCK, Identify, Read, Selection
from llmgate.surface.surface import Surface

__all__ = ["LOCK", "Application", "Identify", "Read", "Selection", "Surface", "Unit", "UnitKind", "of", "reaching"]
