"""Bicep → the Azure deployments that it declares, in resources, loops and modules.

https://learn.microsoft.com/azure/templates/microsoft.cognitiveservices/accounts/deployments
"""

from __future__ import annotations

from llmgate.pins.deployments import declared, scan
from llmgate.pins.deployments.deployment import Deployment

LANGUAGE = "Bicep"


def recognise(path: str, head: str) -> bool:  # noqa: ARG001 - the ending tells it; other languages need the text
    return path.endswith((".bicep", ".bicepparam"))


def read(path: str, source: str) -> tuple[Deployment, ...]:
    objects = scan.objects(source)
    return tuple(declared.find(objects, _constants(objects[-1]), path))


def _constants(file: scan.Object) -> declared.Constants:
    fixed: dict[str, str] = {}
    defaults: dict[str, str] = {}
    for entry in file.entries:
        match entry.words, entry.value.literal:
            case ("var", name), str(literal):
                fixed[name] = literal
            case ("param", name, *_), str(literal):
                defaults[name] = literal
            case _:
                pass
    return declared.Constants(fixed=fixed, defaults=defaults)
