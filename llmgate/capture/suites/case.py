"""What every suite becomes: cases, who is asked, and what could not be taken over."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from llmgate import documents
from llmgate.catalogue import ENTRIES
from llmgate.errors import Fault

MAX_CASES = 5_000
MAX_NAME_CHARS = 60
ID_DIGITS = 10

_UNFIT = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """One thing that is not imported: where it stands, and what it is."""

    file: str
    line: int
    what: str

    def fault(self) -> Fault:
        remedy = ENTRIES["not-imported"].remedy
        return documents.fault(self.file, self.line, f"not imported: {self.what}", remedy, id="not-imported")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case of a suite, with checks that llmgate knows. `senders` are keys of those that send it, or None."""

    file: str
    line: int
    title: str = ""
    variables: Mapping[str, JsonValue] = field(default_factory=dict)
    checks: tuple[dict[str, Any], ...] = ()
    threshold: float | None = None
    output: str | None = None
    expected: str | None = None
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)
    senders: frozenset[str] | None = None
    lost: tuple[Lost, ...] = ()

    def identity(self, target: str) -> str:
        """Name the case by what it says and what it is given, not by its place in the suite."""
        digest = digest_of([target, self.title, self.variables])
        return f"{slug(self.title) or slug(target) or 'case'}-{digest}"

    def whole(self, target: str) -> str:
        """Tell apart cases that say the same, are given the same, and are checked in different ways."""
        return digest_of([target, self.title, self.variables, self.checks, self.threshold])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A prompt, as a target names it, and the model that the suite asks with it.

    `variables` are what the prompt needs; a case without one gives it empty. `model` is None where the suite names none
    that llmgate can pin. `inline` is the text of a prompt that is named by nothing else than that text, and is to be a
    file. `file` is the file that the suite takes the whole prompt from: a target may send that file without the suite.
    `lost` bears on every case that is sent. `provider` is what the suite calls the model.
    """

    name: str
    prompt: str
    provider: str = ""
    inline: str | None = None
    file: str = ""
    variables: tuple[str, ...] = ()
    model: Mapping[str, Any] | None = None
    tools: tuple[dict[str, Any], ...] = ()
    lost: tuple[Lost, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.prompt} {self.provider}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A file of another tool; `lost` is what concerns no case in particular."""

    path: str
    cases: tuple[Case, ...] = ()
    senders: tuple[Sender, ...] = ()
    lost: tuple[Lost, ...] = ()


def slug(text: str) -> str:
    return _UNFIT.sub("-", text[:500].lower()).strip("-")[:MAX_NAME_CHARS].strip("-")


def digest_of(value: Any) -> str:
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=dict)
    return hashlib.sha256(canonical.encode()).hexdigest()[:ID_DIGITS]
