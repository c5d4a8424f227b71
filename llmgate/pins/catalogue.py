"""The catalogue of naming rules: a provider, as people write it → the module that knows its names.

| provider      | pinned                                                | floating                                             | otherwise |
|---------------|-------------------------------------------------------|------------------------------------------------------|-----------|
| `anthropic`   | `-YYYYMMDD`; dateless ids from 4.6 on                 | `*-latest`; dateless ids before 4.6                  | `-preview`: preview |
| `azure`       | a declared version with NoAutoUpgrade                 | a declared deployment that upgrades, or without version | deployment; `model-router`: router |
| `bedrock`     | `vendor.model-vN:M`; dateless Claude from 4.6 on      | (no aliases)                                         | undated; other ARNs: deployment, router |
| `cohere`      | `-MM-YYYY`                                            | bare families, `*-nightly`                           | `embed-v4.0` and the like: undated |
| `deepseek`    | `-MMDD`, `-YYMMDD`                                    | names without a version                              | `deepseek-v4-pro` and the like: undated |
| `gemini`      | `-001`                                                | `*-latest`; ids that have numbered siblings          | undated; `-preview`, `-exp`: preview |
| `groq`        |                                                       | `*-latest`                                           | undated; `compound`: router |
| `huggingface` | `revision` with 40 digits                             | a branch, a tag or no revision                       | paths and served names: local; `:fastest`: router |
| `mistral`     | `-YYMM`                                               | `*-latest`; bare families                            | `mistral-large-3` and the like: undated |
| `ollama`      | `digest`                                              | any tag                                              | |
| `openai`      | `-YYYY-MM-DD`, `-MMDD`, `ft:` of these                | `*-latest`; undated ids that have dated siblings     | undated; `-preview`: preview |
| `openrouter`  | a dated slug on one fixed host                        | `~*-latest`; the vendor's own aliases                | without one fixed host: router |
| `simulated`   | `sim-*-YYYY-MM-DD`                                    | anything else                                        | |
| `together`    |                                                       | `*-latest`                                           | undated |
| `vertex`      | `-001`, `@001`, `@YYYYMMDD`; dateless Claude from 4.6 | `@latest`; Gemini up to 2.0 without a number         | undated; `-preview`, `-exp`: preview; endpoints: deployment |
| `xai`         | `-MMDD`, wherever it stands                           | `*-latest`; names that have dated siblings           | undated; `beta`: preview |

A module has `PROVIDER`, the `NAMES` that people write for it, `OWN` (the ids that tell the provider by themselves),
`identify(model, settings, registry)`, `base_of(model)` (the id by which the registry knows it) and `same(asked, served)`
(whether that answer is of the model that was asked). Ids of other providers float where they end in `latest`.
"""  # noqa: E501 - a table has long lines

from __future__ import annotations

import re
from typing import Protocol

from llmgate.pins import (
    anthropic,
    azure,
    bedrock,
    cohere,
    deepseek,
    gemini,
    groq,
    huggingface,
    mistral,
    ollama,
    openai,
    openrouter,
    simulated,
    together,
    vertex,
    xai,
)
from llmgate.pins.pin import Identity, Settings
from llmgate.pins.registry import Registry


class Module(Protocol):
    """One provider's naming rules."""

    @property
    def PROVIDER(self) -> str: ...  # noqa: N802 - a module's constant

    @property
    def NAMES(self) -> tuple[str, ...]: ...  # noqa: N802 - as above

    @property
    def OWN(self) -> re.Pattern[str] | None: ...  # noqa: N802 - as above

    def identify(self, model: str, settings: Settings, registry: Registry) -> Identity: ...

    def base_of(self, model: str) -> str: ...

    def same(self, asked: str, served: str) -> bool: ...


_MODULES: tuple[Module, ...] = (
    anthropic,
    azure,
    bedrock,
    cohere,
    deepseek,
    gemini,
    groq,
    huggingface,
    mistral,
    ollama,
    openai,
    openrouter,
    simulated,
    together,
    vertex,
    xai,
)
CATALOGUE = {module.PROVIDER: module for module in _MODULES}
_BY_NAME = {name: module for module in _MODULES for name in module.NAMES}

# Organisations on Hugging Face and OpenRouter too: before a slash they say whose weights these are, not who is asked.
_ORGANISATIONS = frozenset({"mistralai", "deepseek-ai", "x-ai"})


def find(provider: str) -> Module | None:
    """Return the rules of a provider under any of its names."""
    return _BY_NAME.get(provider.lower())


def name_of(provider: str) -> str:
    """Return the one name under which a provider stands in the registry; one without rules keeps its own."""
    module = find(provider)
    return module.PROVIDER if module else provider.lower()


def split(model: str) -> tuple[str, str]:
    """Return the provider, as it is written there, and the model of `openai/gpt-4o`, `vertex_ai/…` or `anthropic:…`.

    An id that tells its provider by itself has that one; any other has none.
    """
    for separator in ("/", ":"):
        head, found, tail = model.partition(separator)
        name = head.lower()
        if found and tail and name in _BY_NAME and not (separator == "/" and name in _ORGANISATIONS):
            return name, tail
    owners = (module.PROVIDER for module in _MODULES if module.OWN is not None and module.OWN.match(model))
    return next(owners, ""), model
