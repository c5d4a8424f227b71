"""Bedrock's ids: no aliases; `vendor.model-v1:0` names one version, and `us.` before it varies the region only.

https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
"""

from __future__ import annotations

import re

from llmgate.pins import anthropic, releases
from llmgate.pins.pin import Identity, Settings, State
from llmgate.pins.registry import Registry

PROVIDER = "bedrock"
NAMES = ("bedrock", "amazon-bedrock", "amazon_bedrock", "aws_bedrock", "aws-bedrock", "bedrock_converse", "aws")
_VENDORS = (
    "ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen"
    "|stability|twelvelabs|writer|xai|zai"
)
_REGIONS = r"(?:us-gov|us|eu|apac|ap|global|jp|au|ca|sa|me|il|uk)\."
OWN = re.compile(rf"(?:{_REGIONS})?(?:{_VENDORS})\.[a-z]")

_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?P<kind>[a-z-]+)/(?P<id>.+)", re.ASCII)
_REGION = re.compile(_REGIONS)
_VERSION = re.compile(r"(?P<name>.+?)-(?:v\d+(?::\d+)?|\d+:\d+)(?::[0-9a-z]+)?", re.ASCII)
_NAMED = re.compile(rf"(?:{_VENDORS})\.[a-z0-9.-]+")


def identify(model: str, settings: Settings, registry: Registry) -> Identity:  # noqa: ARG001 - the name tells it all
    arn = _ARN.fullmatch(model)
    if arn and "prompt-router" in arn["kind"]:
        return Identity(state=State.ROUTER, reason="it chooses a model for each call", remedy="Name one model.")
    if arn and arn["kind"] not in ("foundation-model", "inference-profile"):
        return Identity(state=State.DEPLOYMENT, reason=f"the name of a {arn['kind']} does not say which model it runs")
    return _named(model, base_of(model))


def base_of(model: str) -> str:
    """`arn:…:inference-profile/us.anthropic.claude-…` → `anthropic.claude-…`."""
    return _REGION.sub("", _spelled(model), count=1) if _REGION.match(_spelled(model)) else _spelled(model)


def same(asked: str, served: str) -> bool:
    """Compare without regions; a vendor's own API under Bedrock answers without vendor and version."""
    ours, theirs = base_of(asked), base_of(served)
    if OWN.match(theirs):
        return ours == theirs
    return releases.same(_plain(ours), _plain(theirs))


def _named(model: str, name: str) -> Identity:
    regional = "; the inference profile varies the region, not the model" if _spelled(model) != name else ""
    if "preview" in name.split("-"):
        return Identity(state=State.PREVIEW, reason=f"a preview can be withdrawn at short notice{regional}")
    if _NAMED.match(name) and _VERSION.fullmatch(name):
        return Identity(state=State.PINNED, reason=f"the version names one model{regional}")
    if anthropic.is_dateless_pin(name.removeprefix("anthropic.")):
        return Identity(state=State.PINNED, reason=f"from 4.6 on an id without a date names one snapshot{regional}")
    if _NAMED.fullmatch(name):
        return Identity(state=State.UNDATED, reason=f"it has no version, and Bedrock has no aliases{regional}")
    return Identity(state=State.UNKNOWN, reason="it is not a name that Bedrock gives")


def _spelled(model: str) -> str:
    arn = _ARN.fullmatch(model)
    return arn["id"] if arn else model


def _plain(name: str) -> str:
    bare = name.partition(".")[2] if OWN.match(name) else name
    versioned = _VERSION.fullmatch(bare)
    return versioned["name"] if versioned else bare
