"""What is decided about a new gate: by a person at a terminal, or by the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate.config import Budget, ModelEntry, ProviderEntry
from llmgate.init.found import FoundSuite
from llmgate.init.pinning import Moving

COMMIT = "COMMIT_SHA"
"""What stands in the workflow for the commit of the action, until somebody puts it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A first case of a prompt: what goes in, what the user says behind it, and what the answer must contain."""

    variables: Mapping[str, JsonValue]
    message: str = ""
    documents: str = ""
    contains: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """A prompt that becomes a target; `model` is the name of an entry."""

    prompt: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All that is chosen.

    `models` are entries for llmgate.yaml, beside those that stand in files; `model` is the name of the one that a suite
    asks which names none. `examples` are by the prompt's reference. `exclude` are files whose prompts are not
    gated, `pinned` names of models that are to be written by their date in the team's own files.
    """

    gated: tuple[Gated, ...] = ()
    exclude: tuple[str, ...] = ()
    model: str = ""
    models: Mapping[str, ModelEntry] = field(default_factory=dict)
    providers: Mapping[str, ProviderEntry] = field(default_factory=dict)
    suites: tuple[FoundSuite, ...] = ()
    examples: Mapping[str, Example] = field(default_factory=dict)
    pinned: tuple[Moving, ...] = ()
    corpus: tuple[str, ...] = ()
    budget: Budget = field(default_factory=Budget)
    workflow: bool = True
    action: str = COMMIT
    owner: str = ""
