"""`llmgate.yaml` → a checked Config, or all of its faults with file and line. One file per group of its sections."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from llmgate import documents
from llmgate.assertions.categories import Category
from llmgate.config.applications import (
    ApplicationEntry,
    ApplicationSettings,
    CommandEntry,
    HttpEntry,
    ProcessEntry,
    PythonEntry,
    Setup,
)
from llmgate.config.entries import MAX_TOP_K, NESTED, RESERVED_PARAMS, ModelEntry, PromptEntry, RetrievalEntry
from llmgate.config.files import SuiteSettings, SurfaceSettings
from llmgate.config.judging import EMBEDDING_API, JudgeSettings
from llmgate.config.noun import Name, Noun
from llmgate.config.own import MAX_SOURCE_BYTES, AssertionEntry, Checker, Form
from llmgate.config.policy import (
    KNOWN_PROVIDERS,
    MAX_SCREEN,
    BaselineSettings,
    Budget,
    DiagnoseSettings,
    DiagnosisBudget,
    HostEntry,
    Policy,
    ProviderEntry,
    Rule,
    WatchSettings,
)
from llmgate.config.redaction import OWN_KINDS, RedactionRule, RedactionSettings
from llmgate.config.taxonomy import TaxonomySettings
from llmgate.errors import ConfigurationError, Fault

__all__ = [
    "EMBEDDING_API",
    "KNOWN_PROVIDERS",
    "MAX_SCREEN",
    "MAX_SOURCE_BYTES",
    "MAX_TOP_K",
    "NESTED",
    "OWN_KINDS",
    "PATH",
    "RESERVED_PARAMS",
    "SIMULATED",
    "ApplicationEntry",
    "ApplicationSettings",
    "AssertionEntry",
    "BaselineSettings",
    "Budget",
    "Checker",
    "CommandEntry",
    "Config",
    "DiagnoseSettings",
    "DiagnosisBudget",
    "Form",
    "HostEntry",
    "HttpEntry",
    "JudgeSettings",
    "ModelEntry",
    "Policy",
    "ProcessEntry",
    "PromptEntry",
    "ProviderEntry",
    "PythonEntry",
    "RedactionRule",
    "RedactionSettings",
    "RetrievalEntry",
    "Rule",
    "Setup",
    "SuiteSettings",
    "SurfaceSettings",
    "TargetEntry",
    "TaxonomySettings",
    "Telemetry",
    "WatchSettings",
    "read",
]

PATH = "llmgate.yaml"
EXCEPTIONS = "llmgate.exceptions.yaml"  # no part of the surface, and of no application
SIMULATED = "simulated"  # the demo's own provider; it never answers a gate


NEVER_GATED = frozenset({Category.INFRASTRUCTURE, Category.FIXTURE_INVALID, Category.UNCLASSIFIED})


TargetEntry = PromptEntry | ApplicationEntry
"""The system under test."""


class Telemetry(Noun):
    content: bool = Field(default=False, description="Whether traces of a run tell what was said, too.")


class Config(Noun):
    version: Literal[1] = Field(description="The version of this format.")
    surface: SurfaceSettings = Field(
        default=SurfaceSettings(), description="Files that bear model behaviour; of each revision."
    )
    models: dict[Name, ModelEntry] = Field(
        default_factory=dict, description="Models that targets ask, by name; of each revision."
    )
    retrieval: dict[Name, RetrievalEntry] = Field(
        default_factory=dict, description="Where documents come from, by name; of each revision."
    )
    targets: dict[Name, Annotated[TargetEntry, Field(discriminator="kind")]] = Field(
        default_factory=dict, description="The systems under test, by name; of each revision."
    )
    suite: SuiteSettings = Field(default=SuiteSettings(), description="The files with fixtures.")
    assertions: dict[Name, AssertionEntry] = Field(
        default_factory=dict, description="Python classes that fixtures use as `custom:NAME`; of the base."
    )
    policy: Policy = Field(default=Policy(), description="What blocks, budgets and hosts; of the base.")
    redaction: RedactionSettings = Field(
        default=RedactionSettings(), description="What captured fixtures must not hold, and may."
    )
    taxonomy: TaxonomySettings = Field(default=TaxonomySettings(), description="Kinds of failure; of the base.")
    telemetry: Telemetry = Field(default=Telemetry(), description="What traces tell; of the base.")

    @property
    def prompted(self) -> dict[str, PromptEntry]:
        """The targets that render a prompt."""
        return {name: entry for name, entry in self.targets.items() if isinstance(entry, PromptEntry)}

    @property
    def applications(self) -> dict[str, ApplicationEntry]:
        """The targets that are applications."""
        return {name: entry for name, entry in self.targets.items() if not isinstance(entry, PromptEntry)}

    def asked(self) -> frozenset[str]:
        """The names of the models that targets use."""
        given = (name for entry in self.applications.values() for name in entry.models)
        return frozenset({*(entry.model for entry in self.prompted.values()), *given})


def read(data: bytes, path: str = PATH) -> Config:
    """Parse and check one revision's configuration.

    Raises:
        ConfigurationError: with every fault, each with its file, line and remedy.
    """
    document = documents.read(path, data)
    try:
        config = Config.model_validate(_with_known_providers(document.value))
    except ValidationError as error:
        faults = tuple(documents.faults(document, error, model=Config))
        raise ConfigurationError((*faults, *_behind(error, document))) from error
    if found := tuple(_dangling(config, document)):
        raise ConfigurationError(found)
    return config


def _with_known_providers(value: Any) -> Any:
    """Fill in host, key and dialect of the providers that everyone names alike, where this file names them.

    Only there: a pull request cannot send what its fixtures hold to a provider that the base never mentions.
    """
    if not isinstance(value, dict) or not isinstance(policy := value.get("policy", {}), dict):
        return value
    declared = policy.get("providers", {})
    models = value.get("models", {})
    if not isinstance(declared, dict) or not isinstance(models, dict):
        return value
    judge = policy.get("judge")
    grading = [judge.get("model") if isinstance(judge, dict) else None, policy.get("embedder")]
    entries = [*models.values(), *grading]
    named = {*declared, *(entry.get("provider") for entry in entries if _names_a_provider(entry))}
    known = {
        name: {**_known(name, entry), **entry}
        for name in KNOWN_PROVIDERS
        if name in named and isinstance(entry := declared.get(name, {}), dict)
    }
    return {**value, "policy": {**policy, "providers": {**declared, **known}}}


def _known(name: str, entry: Mapping[str, Any]) -> Mapping[str, str]:
    """Return what fills an entry in. One with a host of its own may speak `openai-chat` there, as most servers do."""
    defaults = KNOWN_PROVIDERS[name]
    spoken_elsewhere = "host" in entry and name in _COMPATIBLE
    return {key: value for key, value in defaults.items() if key != "api" or not spoken_elsewhere}


_COMPATIBLE = frozenset({"gemini", "mistral", "cohere"})  # their hosts speak Chat Completions too


def _names_a_provider(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("provider"), str)


def _behind(error: ValidationError, document: documents.Document) -> Iterator[Fault]:
    """List the dangling names that would be found next, where unknown keys are all that is wrong so far."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    if any(item["type"] != "extra_forbidden" for item in found):
        return
    known = copy.deepcopy(_with_known_providers(document.value))
    for item in found:
        *parents, key = item["loc"]
        place = known
        for parent in parents:
            place = place[parent]
        place.pop(key, None)
    with contextlib.suppress(ValidationError, LookupError, TypeError):
        yield from _dangling(Config.model_validate(known), document)


def _dangling(config: Config, document: documents.Document) -> Iterator[Fault]:
    judge, known = config.policy.judge, config.policy.providers
    if judge is not None and judge.model.provider not in known:
        yield document.fault(
            ("policy", "judge", "model", "provider"),
            f"the judge names the provider {judge.model.provider!r}, which policy.providers does not have",
            f"known: {', '.join(sorted({*known, *KNOWN_PROVIDERS}))}",
            id="unknown-provider",
        )
    yield from _without_embeddings(config.policy, document)
    yield from _ungateable(config, document)
    for name, target in config.targets.items():
        if target.retrieval is not None and target.retrieval not in config.retrieval:
            yield document.fault(
                ("targets", name, "retrieval"),
                f"target {name!r} names the retrieval {target.retrieval!r}, which is not under `retrieval`",
                f"known: {', '.join(sorted(config.retrieval)) or 'none'}",
                id="unknown-name",
            )


def _ungateable(config: Config, document: documents.Document) -> Iterator[Fault]:
    """Find what `policy.categories` names and no failure can be gated by."""
    kinds = config.taxonomy.taxonomy.kinds
    known = [category for category in kinds if category not in NEVER_GATED]
    for category in config.policy.categories:
        if category in kinds and category not in NEVER_GATED:
            continue
        why = "which says nothing of the model" if category in kinds else "which the taxonomy does not have"
        message = f"policy.categories names {category!r}, {why}"
        yield document.fault(
            ("policy", "categories", category), message, f"known: {', '.join(known)}", id="unknown-name"
        )


def _without_embeddings(policy: Policy, document: documents.Document) -> Iterator[Fault]:
    """Find an embedder that no provider of the policy can be asked for."""
    if policy.embedder is None:
        return
    name = policy.embedder.provider
    have = sorted(name for name, entry in policy.providers.items() if entry.api == EMBEDDING_API)
    remedy = f"known: {', '.join(sorted({*have, 'openai'}))}"
    if (entry := policy.providers.get(name)) is None:
        message = f"the embedder names the provider {name!r}, which policy.providers does not have"
    elif entry.api != EMBEDDING_API:
        message = f"the embedder's provider {name!r} speaks {entry.api}, which has no embeddings"
    else:
        return
    yield document.fault(("policy", "embedder", "provider"), message, remedy, id="unknown-provider")
