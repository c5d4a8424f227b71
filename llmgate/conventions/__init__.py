"""The names that conventions give to the attributes and events of a span → one name for each thing that is carried.

A convention is added by adding its names to the rows. Where a span carries several, as programs do that write for more
than one backend, the first one of the row that says something wins: OpenTelemetry's newest come first.
"""

from __future__ import annotations

from llmgate.conventions.field import Field, Name, Shape
from llmgate.conventions.happenings import EVENTS, KINDS, Happening
from llmgate.conventions.kind import Kind
from llmgate.conventions.parameters import PARAMETERS
from llmgate.conventions.rows import OWN, ROWS

__all__ = ["EVENTS", "KINDS", "OWN", "PARAMETERS", "ROWS", "Field", "Happening", "Kind", "Name", "Shape"]
