"""Azure OpenAI: an id is the name of a deployment; only the deployment's declaration says which model it runs.

https://learn.microsoft.com/azure/ai-foundry/openai/concepts/model-versions
"""

from __future__ import annotations

from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "azure"
NAMES = ("azure", "azure_openai", "azure-openai", "azureopenai", "azure_ai", "azure-ai-foundry", "azure_ai_foundry")
OWN = None

_ROUTERS = ("model-router", "model_router")


def identify(model: str, settings: Settings, registry: Registry) -> Identity:  # noqa: ARG001 - deployments say more
    if model in _ROUTERS:
        remedy = "Deploy one model, with a version, under a name of its own."
        return Identity(state=State.ROUTER, reason="it chooses a model for each call", remedy=remedy)
    return Identity(
        state=State.DEPLOYMENT,
        reason="a deployment's name does not say which model it runs, and its version is declared nowhere here",
        remedy="Declare it in this repository (Bicep, ARM or Terraform) with its version and NoAutoUpgrade.",
    )


def base_of(model: str) -> str:  # noqa: ARG001 - a deployment has any name, also that of a model which it does not run
    return ""


def same(asked: str, served: str) -> bool:  # noqa: ARG001 - a deployment has any name
    return True
