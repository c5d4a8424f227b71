"""`llmgate.yaml` → a checked Config, or all of its faults with file and line."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from llmgate import documents, engine_options, hosts
from llmgate.errors import ConfigurationError, Fault

PATH = "llmgate.yaml"
# Set by llmgate, or a way for a provider to act or to reach further hosts with what a fixture holds.
RESERVED_PARAMS = frozenset(
    {"model", "messages", "system", "tools", "functions", "function_call", "stream", "n"}
    | {"mcp_servers", "container", "plugins", "web_search_options"}
)
MAX_TOP_K = 1_000
SIMULATED = "simulated"  # the demo's own provider; it never answers a gate


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _pattern(value: str) -> str:
    folders = value.removesuffix("/").split("/")
    if {"", ".", ".."} & set(folders) or "\\" in value or not value.isprintable():
        raise ValueError("a pattern is relative to the repository's root, with forward slashes and without '.' or '..'")
    return value


Pattern = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_pattern)]
Patterns = tuple[Pattern, ...]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]


def _folder(value: str) -> str:
    if value != "." and set("*?[]{}!") & set(_pattern(value)):
        raise ValueError("a folder is named as it is, without wildcards")
    return value.removesuffix("/")


class SurfaceSettings(_Noun):
    """Which files bear model behaviour; of the kinds that are left out, they are found by name, content and syntax.

    `template_root` is the folder that the program loads templates from: names of included templates start there.
    """

    prompts: Patterns | None = None
    models: Patterns | None = None
    retrieval: Patterns | None = None
    exclude: Patterns = ()
    template_root: Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_folder)] | None = None

    @property
    def searched(self) -> tuple[str, ...]:
        """The kinds of which nothing is declared, so that they are looked for."""
        kinds = {"prompts": self.prompts, "models": self.models, "retrieval": self.retrieval}
        return tuple(kind for kind, patterns in kinds.items() if patterns is None)


def _no_reserved(params: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if taken := sorted(RESERVED_PARAMS & params.keys()):
        raise ValueError(
            f"{', '.join(taken)} cannot be set as parameters: llmgate sets them, or they would reach further hosts"
        )
    return params


class ModelEntry(_Noun):
    """A pinned model with its parameters. Parameters are passed to the provider under its own names."""

    provider: Name
    model: str = Field(min_length=1, max_length=200)
    params: Annotated[dict[str, JsonValue], AfterValidator(_no_reserved)] = Field(default_factory=dict)


class RetrievalEntry(_Noun):
    """A retrieval engine and its settings.

    `options` are checked where llmgate runs the engine itself, and only compared where it does not. `query` names the
    variable of a fixture that is searched for.
    """

    engine: str
    corpus: Patterns = ()
    chunk: engine_options.Chunking | None = None
    query: str | None = Field(default=None, min_length=1, max_length=200)
    top_k: int | None = Field(default=None, gt=0, le=MAX_TOP_K)
    score_threshold: float | None = None
    embedding: dict[str, JsonValue] | None = None
    reranker: dict[str, JsonValue] | None = None
    index: str | None = None
    options: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_understood(self) -> Self:
        engine_options.check(self.engine, self.options)
        return self


class TargetEntry(_Noun):
    """The system under test. A `prompt` target renders a template and asks a model.

    `role` is the role of the message that a one-text template becomes: `user` puts it after the fixture's earlier
    turns, `system` before them.
    """

    kind: Literal["prompt"]
    prompt: Pattern
    model: Name
    retrieval: Name | None = None
    role: Literal["user", "system"] = "user"
    max_steps: int = Field(default=8, ge=1, le=50)


class SuiteSettings(_Noun):
    fixtures: Patterns = Field(default=("fixtures/**/*.yaml", "fixtures/**/*.yml", "fixtures/**/*.json"), min_length=1)


class Rule(StrEnum):
    """What a broken rule of the policy does."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class Budget(_Noun):
    """What one run may spend, on both arms together."""

    calls: int = Field(default=4000, gt=0)
    usd: float = Field(default=5.0, gt=0)
    minutes: float = Field(default=30.0, gt=0)


def _plain_path(path: str) -> str:
    if {".", ".."} & set(path.split("/")):
        raise ValueError("a path has no '.' or '..' in it")
    return path


def _named_as_secret(name: str) -> str:
    if not any(word in name for word in ("KEY", "TOKEN", "SECRET")):
        raise ValueError(
            "the name of the variable must have KEY, TOKEN or SECRET in it: by it secrets are kept out of logs"
        )
    return name


KeyName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100), AfterValidator(_named_as_secret)]


class ProviderEntry(_Noun):
    """Where a provider answers, and the name of the environment variable with its key.

    `api` is the dialect it speaks; `path` is put before the API's own path, as some compatible servers need.
    """

    host: Annotated[str, AfterValidator(hosts.origin)]
    key: KeyName | None = None
    api: Literal["openai-chat", "anthropic-messages"] = "openai-chat"
    path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$"), AfterValidator(_plain_path)] = ""


class HostEntry(_Noun):
    """Where a search service or a store answers, and the name of the environment variable with its key.

    A search service is asked below `path` only: what stands in a pull request can choose nothing else of the host.
    """

    host: Annotated[str, AfterValidator(hosts.origin)]
    key: KeyName | None = None
    path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$"), AfterValidator(_plain_path)] = ""


KNOWN_PROVIDERS = {
    "openai": {"host": "api.openai.com", "key": "OPENAI_API_KEY", "api": "openai-chat"},
    "anthropic": {"host": "api.anthropic.com", "key": "ANTHROPIC_API_KEY", "api": "anthropic-messages"},
}


class Policy(_Noun):
    """Thresholds, budgets, hosts and what blocks. Always read from the base commit."""

    alpha: float = Field(default=0.05, gt=0, le=0.5)
    margin: float = Field(default=0.05, gt=0, lt=1)
    fixture_margin: float = Field(default=0.10, ge=0, lt=1)
    screen: Literal["auto"] | Annotated[int, Field(ge=1, le=50)] = "auto"
    on_inconclusive: Literal["warn", "block"] = "warn"
    pins: Rule = Rule.BLOCK
    index: Rule = Rule.BLOCK
    coverage: Rule = Rule.BLOCK
    suite_changes: Rule = Rule.BLOCK
    approval_label: str = "llmgate: suite approved"
    max_error_share: float = Field(default=0.10, ge=0, lt=1)
    budget: Budget = Budget()
    concurrency: int = Field(default=16, ge=1, le=256)
    timeout_s: float = Field(default=60.0, gt=0, le=600)
    providers: dict[Name, ProviderEntry] = Field(default_factory=dict)
    retrieval_hosts: dict[Name, HostEntry] = Field(default_factory=dict)
    commands: tuple[engine_options.Command, ...] = ()


class Taxonomy(_Noun):
    extends: Literal["default"] = "default"


class Telemetry(_Noun):
    content: bool = False


class Config(_Noun):
    version: Literal[1]
    surface: SurfaceSettings = SurfaceSettings()
    models: dict[Name, ModelEntry] = Field(default_factory=dict)
    retrieval: dict[Name, RetrievalEntry] = Field(default_factory=dict)
    targets: dict[Name, TargetEntry] = Field(default_factory=dict)
    suite: SuiteSettings = SuiteSettings()
    policy: Policy = Policy()
    taxonomy: Taxonomy = Taxonomy()
    telemetry: Telemetry = Telemetry()


def read(data: bytes, path: str = PATH) -> Config:
    """Parse and check one revision's configuration.

    Raises:
        ConfigurationError: with every fault, each with its file, line and remedy.
    """
    document = documents.read(path, data)
    try:
        config = Config.model_validate(_with_known_providers(document.value))
    except ValidationError as error:
        faults = tuple(documents.faults(document, error))
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
    named = {*declared, *(entry.get("provider") for entry in models.values() if _names_a_provider(entry))}
    known = {
        name: {**defaults, **entry}
        for name, defaults in KNOWN_PROVIDERS.items()
        if name in named and isinstance(entry := declared.get(name, {}), dict)
    }
    return {**value, "policy": {**policy, "providers": {**declared, **known}}}


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
    for name, target in config.targets.items():
        if target.retrieval is not None and target.retrieval not in config.retrieval:
            yield document.fault(
                ("targets", name, "retrieval"),
                f"target {name!r} names the retrieval {target.retrieval!r}, which is not under `retrieval`",
                f"known: {', '.join(sorted(config.retrieval)) or 'none'}",
            )
