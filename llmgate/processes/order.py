"""A program to run, and how → the line of JSON that its supervisor reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from llmgate.processes.containment import Identity, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A program to run. Its environment is exactly this one."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    identity: Identity | None
    limits: Limits
    umask: int = 0o077

    def line(self) -> bytes:
        who = self.identity
        fields = {
            "command": self.command,
            "environment": dict(self.environment),
            "folder": str(self.folder),
            "user": who and who.user,
            "group": who and who.group,
            "warden": who and who.warden,
            "limits": self.limits.resources(own_user=who is not None),
            "umask": self.umask,
        }
        return json.dumps(fields).encode() + b"\n"
