"""Who a suite asks, and the configuration → the target of each, and the entries of llmgate.yaml that are not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from llmgate.capture.suites.case import Sender, slug
from llmgate.documents import writing

_HEAD = """\
# What llmgate.yaml needs so that the imported fixtures run: add these entries to it, and see them over.
# A provider other than openai and anthropic needs its host and the variable with its key under `policy.providers`.
"""
_NO_MODEL = (
    "# The suite names no model that can be pinned for some target: put the name of one of `models` for MODEL.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Entries to add, by name; `prompts` are files that `surface.prompts` does not list."""

    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    targets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    prompts: tuple[str, ...] = ()

    def text(self, *, whole: bool, fixtures: str | None) -> str:
        """Write the entries; `whole` where there is no llmgate.yaml yet."""
        parts: dict[str, Any] = {"version": 1} if whole else {}
        parts |= {"surface": {"prompts": list(self.prompts)}} if self.prompts else {}
        parts |= {"models": self.models} if self.models else {}
        parts |= {"targets": self.targets} if self.targets else {}
        parts |= {"suite": {"fixtures": [fixtures]}} if fixtures else {}
        lacks = any(target["model"] == "MODEL" for target in self.targets.values())
        return _HEAD + (_NO_MODEL if lacks else "") + writing.yaml(parts)


@dataclass(slots=True, kw_only=True)
class Naming:
    """Names of new entries; the names that are taken are not given again."""

    models: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    targets: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    def target(self, sender: Sender, prompt: str) -> str:
        entry = {"kind": "prompt", "prompt": prompt, "model": self._model(sender)}
        for name in names(slug(sender.name) or "prompt"):
            if self.targets.get(name, entry) == entry and name not in self.taken:
                self.targets[name] = entry
                return name
        raise ValueError("names have no end")

    def _model(self, sender: Sender) -> str:
        if sender.model is None:
            return "MODEL"
        entry = {key: item for key, item in sender.model.items() if item != {}}
        for name in names(slug(str(entry["model"])) or "model"):
            if self.models.get(name, entry) == entry and name not in self.taken:
                self.models[name] = entry
                return name
        raise ValueError("names have no end")


def names(stem: str) -> Iterator[str]:
    """Number a name from the second time on, without end."""
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def sending(prompts: AbstractSet[str], targets: Mapping[str, AbstractSet[str]]) -> list[str]:
    """List the targets whose requests depend on one of these prompts; `targets` are the units of each."""
    units = {f"prompt:{prompt}" for prompt in prompts}
    return [name for name, needed in sorted(targets.items()) if units & needed]


def proposal(naming: Naming, unlisted: Sequence[str]) -> Proposal:
    return Proposal(models=naming.models, targets=naming.targets, prompts=tuple(dict.fromkeys(unlisted)))
