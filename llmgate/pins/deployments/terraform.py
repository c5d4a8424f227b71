"""Terraform → the Azure deployments that it declares, by azurerm, by azapi and in modules' arguments.

https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/cognitive_deployment
"""

from __future__ import annotations

from llmgate.pins.deployments import declared, scan
from llmgate.pins.deployments.deployment import Deployment

LANGUAGE = "Terraform"


def recognise(path: str, head: str) -> bool:  # noqa: ARG001 - the ending tells it; other languages need the text
    return path.endswith((".tf", ".tfvars"))


def read(path: str, source: str) -> tuple[Deployment, ...]:
    objects = scan.objects(source)
    return tuple(declared.find(objects, _constants(objects[-1]), path))


def _constants(file: scan.Object) -> declared.Constants:
    fixed: dict[str, str] = {}
    defaults: dict[str, str] = {}
    for entry in file.entries:
        for inner in entry.value.objects:
            match entry.words:
                case ("locals",):
                    found = ((f"local.{item.words[0]}", item.value.literal) for item in inner.entries if item.words)
                    fixed |= {name: literal for name, literal in found if literal is not None}
                case ("variable", name):
                    default = inner.value("default")
                    if default and default.literal is not None:
                        defaults[f"var.{name}"] = default.literal
                case _:
                    pass
    return declared.Constants(fixed=fixed, defaults=defaults)
