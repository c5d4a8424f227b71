"""A run of the gate → spans, in a file and to a collector. Nothing that goes wrong here bears on a verdict."""

from __future__ import annotations

from llmgate.telemetry.opening import opened
from llmgate.telemetry.recording import Recording

__all__ = ["Recording", "opened"]
