"""Bicep, ARM and Terraform files → the Azure deployments that they declare, by name.

A language is a file with `recognise(path, head)` and `read(path, source)`. Reading is bounded and never fails: what
cannot be read declares nothing, and what is decided at deployment is said in `Deployment.unresolved`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from llmgate.pins.deployments import arm, bicep, terraform
from llmgate.pins.deployments.deployment import Deployment, Upgrade, identify, runs
from llmgate.pins.pin import State

__all__ = ["ENDINGS", "LANGUAGES", "Deployment", "Upgrade", "by_name", "identify", "read", "runs"]

HEAD_CHARS = 4096
ENDINGS = (".bicep", ".bicepparam", ".json", ".tf", ".tfvars")


class _Language(Protocol):
    LANGUAGE: str

    def recognise(self, path: str, head: str) -> bool: ...

    def read(self, path: str, source: str) -> tuple[Deployment, ...]: ...


LANGUAGES: tuple[_Language, ...] = (arm, bicep, terraform)


def read(path: str, source: str) -> tuple[Deployment, ...]:
    """Return what one file declares, in the order of its lines; nothing for a file of another kind."""
    head = source[:HEAD_CHARS]
    found = (item for language in LANGUAGES if language.recognise(path, head) for item in language.read(path, source))
    return tuple(sorted(found, key=lambda item: item.line))


def by_name(deployments: Iterable[Deployment]) -> Mapping[str, Deployment]:
    """Return one deployment for each name. Of several declarations of a name, as for test and production, the one that
    moves counts; where all are pinned, but not to the same, which one is meant is left open.
    """  # noqa: D205 - one sentence more than fits a line
    alike: dict[str, list[Deployment]] = {}
    for item in deployments:
        if item.name:
            alike.setdefault(item.name, []).append(item)
    return {name: _one(found) for name, found in sorted(alike.items())}


def _one(found: list[Deployment]) -> Deployment:
    for state in (State.FLOATING, State.UNKNOWN, State.PREVIEW):
        if weak := [item for item in found if identify(item).state is state]:
            return weak[0]
    if len({(item.model, item.version) for item in found}) == 1:
        return found[0]
    places = ", ".join(item.place for item in found)
    return replace(found[0], unresolved=(f"model.version differs between {places}",))
