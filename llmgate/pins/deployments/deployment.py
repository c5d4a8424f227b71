"""An Azure deployment as a repository declares it → how firmly it names a model.

https://learn.microsoft.com/azure/ai-foundry/openai/how-to/working-with-models#model-deployment-upgrade-configuration
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from llmgate.pins import releases
from llmgate.pins.pin import Identity, State


class Upgrade(StrEnum):
    """When Azure moves a deployment to another version. Without a word about it, it does so by its default."""

    NEW_DEFAULT = "OnceNewDefaultVersionAvailable"
    EXPIRED = "OnceCurrentVersionExpired"
    NONE = "NoAutoUpgrade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One declaration. `name` is empty where it is an expression; so is `version` where none is declared.

    `unresolved` has what the file leaves to be decided when it is deployed, as `version: var.version`.
    """

    name: str
    model: str
    version: str
    upgrade: Upgrade | None
    file: str
    line: int
    unresolved: tuple[str, ...] = ()

    @property
    def release(self) -> str:
        """The id of what it runs, as the registry knows it."""
        return f"{self.model}-{self.version}" if self.version else self.model

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def identify(deployment: Deployment) -> Identity:
    """Tell what a declaration pins. What a file leaves open is unknown, never assumed."""
    where, runs = f"declared at {deployment.place}", f"it runs {deployment.model} {deployment.version}".rstrip()
    if deployment.unresolved:
        open_ = ", ".join(deployment.unresolved)
        return Identity(
            state=State.UNKNOWN, reason=f"{where}, which leaves it open: {open_}", remedy="Write it there as a literal."
        )
    if not deployment.version:
        return Identity(
            state=State.FLOATING, reason=f"{where} without a version, so Azure chooses the default one", remedy=_PIN
        )
    if deployment.upgrade is not Upgrade.NONE:
        return Identity(state=State.FLOATING, reason=f"{where}: {runs}, and {_moves(deployment.upgrade)}", remedy=_PIN)
    if "preview" in deployment.version.lower():
        return Identity(state=State.PREVIEW, reason=f"{where}: {runs}, a preview")
    return Identity(state=State.PINNED, reason=f"{where}: {runs}, and stops when that is retired")


_PIN = "Declare the version, and NoAutoUpgrade as its upgrade option."


def _moves(upgrade: Upgrade | None) -> str:
    match upgrade:
        case Upgrade.EXPIRED:
            return "moves at retirement"
        case Upgrade.NEW_DEFAULT:
            return "moves to each new default version"
        case _:
            return "moves, as no upgrade option is set"


def runs(deployment: Deployment, served: str) -> bool:
    """Tell whether a deployment may answer as `served`; Azure writes `gpt-35-turbo` for OpenAI's `gpt-3.5-turbo`.

    A version that the file leaves open, or that Azure moves, may be any.
    """
    model, answered = _spelled(deployment.model), _spelled(served)
    if any(item.startswith("model.name") for item in deployment.unresolved):
        return True
    if identify(deployment).state in (State.PINNED, State.PREVIEW):
        return answered in (model, _spelled(deployment.release))
    return releases.same(model, answered)


def _spelled(model: str) -> str:
    return model.lower().replace("gpt-35", "gpt-3.5")
