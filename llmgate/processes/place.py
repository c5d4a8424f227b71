"""Where the programs of one arm run: its tree, who may enter it, and what is in all of their environments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from llmgate.processes.containment import Containment
from llmgate.processes.users import Lease

SCRIPT = "callable_worker.py"
MAX_OUTPUT_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    containment: Containment
    tree: Path
    scratch: Path
    group: Lease | None
    environment: Mapping[str, str]

    @property
    def script(self) -> Path:
        """The script that calls the callables of `python` targets, where the programs' users can read it."""
        return self.scratch / SCRIPT
