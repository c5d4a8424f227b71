"""A repository's files and a few choices → the files that begin its gate, as data: nothing is written here."""

from __future__ import annotations

from llmgate.init.choices import COMMIT, Choices, Example, Gated
from llmgate.init.configuration import ENGINE
from llmgate.init.drawing import Drawn, drawn
from llmgate.init.file import File
from llmgate.init.found import Found, FoundSuite, look

__all__ = ["COMMIT", "ENGINE", "Choices", "Drawn", "Example", "File", "Found", "FoundSuite", "Gated", "drawn", "look"]
