"""`policy` → thresholds, budgets, hosts and what blocks."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from llmgate import engine_options, hosts
from llmgate.config.applications import ApplicationSettings
from llmgate.config.judging import EmbedderEntry, JudgeSettings
from llmgate.config.noun import Name, Noun
from llmgate.config.taxonomy import CategoryId

KNOWN_PROVIDERS = {
    "openai": {"host": "api.openai.com", "key": "OPENAI_API_KEY", "api": "openai-chat"},
    "anthropic": {"host": "api.anthropic.com", "key": "ANTHROPIC_API_KEY", "api": "anthropic-messages"},
    "gemini": {"host": "generativelanguage.googleapis.com", "key": "GEMINI_API_KEY", "api": "gemini"},
    "mistral": {"host": "api.mistral.ai", "key": "MISTRAL_API_KEY", "api": "mistral"},
    "cohere": {"host": "api.cohere.com", "key": "CO_API_KEY", "api": "cohere"},
}


MAX_SCREEN = 50
"""Head trials of each fixture that a screen may have."""

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


class Rule(StrEnum):
    """What a broken rule of the policy does."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class Budget(Noun):
    """What one run may spend, on both arms together."""

    calls: int = Field(default=4000, gt=0)
    usd: float = Field(default=5.0, gt=0)
    minutes: float = Field(default=30.0, gt=0)


class DiagnosisBudget(Noun):
    """What one run may spend on finding out why fixtures broke, beside the budget of the verdict. 0 calls: nothing."""

    calls: int = Field(default=200, ge=0)
    usd: float = Field(default=1.0, gt=0)
    minutes: float = Field(default=10.0, gt=0)


class DiagnoseSettings(Noun):
    """How much is done to explain confirmed regressions. It never changes a verdict."""

    budget: DiagnosisBudget = DiagnosisBudget()


class BaselineSettings(Noun):
    """How `llmgate baseline` draws the samples that later screens are held against. They never decide."""

    run: Literal["live", "batch"] = Field(
        default="live", description="`batch`: through the providers' batch APIs, at half the price, within a day."
    )
    samples: int = Field(default=8, ge=5, le=20, description="Samples of each fixture; fewer than 5 screen nothing.")
    wait_minutes: float = Field(
        default=60.0, ge=0, le=2880, description="How long a run waits for its batches; a later one goes on from there."
    )


class WatchSettings(Noun):
    """What the action does on `schedule` and `workflow_dispatch` after the baseline. It changes no exit code."""

    calls: int = Field(
        default=200, ge=0, description="Calls of a night at most, within policy.budget; 0: neither drift nor A/A."
    )
    aa: bool = Field(default=True, description="Run one gate of the default branch against itself.")


def _plain_path(path: str) -> str:
    if {".", ".."} & set(path.split("/")):
        raise ValueError("a path has no '.' or '..' in it")
    return path


def _no_key_itself(value: object) -> object:
    if isinstance(value, str) and not _VARIABLE.fullmatch(value):
        raise ValueError(
            "expected the name of an environment variable, such as OPENAI_API_KEY; a key itself never stands in a file"
        )
    return value


def _named_as_secret(name: str) -> str:
    if not any(word in name for word in ("KEY", "TOKEN", "SECRET")):
        raise ValueError(
            "the name of the variable must have KEY, TOKEN or SECRET in it: by it secrets are kept out of logs"
        )
    return name


Dialect = Literal[
    "openai-chat",
    "openai-responses",
    "azure-openai",
    "anthropic-messages",
    "gemini",
    "vertex",
    "bedrock",
    "mistral",
    "cohere",
    "ollama",
]
"""The APIs that providers speak: each is a file of `llmgate.providers`."""

KeyName = Annotated[
    str,
    Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100),
    BeforeValidator(_no_key_itself),
    AfterValidator(_named_as_secret),
]


Login = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$")]
"""A person's login at GitHub. Those of bots end with `[bot]`: a workflow that the pull request edits can act as one."""


class Signing(Noun):
    """AWS's signature: `key` of the provider is the secret access key, and these name what goes with it."""

    key_id: KeyName
    session: KeyName | None = None
    region: str = Field(pattern=r"^[a-z0-9-]{1,40}$")


class ProviderEntry(Noun):
    """Where a provider answers, and the name of the environment variable with its key.

    `api` is the dialect it speaks; `path` is put before the API's own path, as some compatible servers need.
    `api_version` is Azure's: with it, a dated version of its API is asked. `signing` is Bedrock's: with it, requests
    are signed.
    """

    host: Annotated[str, AfterValidator(hosts.origin)]
    key: KeyName | None = None
    api: Dialect = "openai-chat"
    api_version: str | None = Field(default=None, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?$")
    signing: Signing | None = None
    path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$"), AfterValidator(_plain_path)] = ""

    @model_validator(mode="after")
    def _is_of_its_api(self) -> Self:
        if self.api_version is not None and self.api != "azure-openai":
            raise ValueError("`api_version` is Azure's; it goes with `api: azure-openai`")
        if self.signing is not None and (self.api != "bedrock" or self.key is None):
            raise ValueError("`signing` goes with `api: bedrock`, and with `key` for the secret access key")
        return self

    @property
    def origin(self) -> str:
        """Name whom a request reaches: the host with its path, and the API that is spoken there."""
        return " ".join(filter(None, (f"{self.host}{self.path}", self.api, self.api_version)))

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment's variables that hold its secrets."""
        signing = () if self.signing is None else (self.signing.key_id, self.signing.session)
        return tuple(name for name in (self.key, *signing) if name is not None)


class HostEntry(Noun):
    """Where a search service or a store answers, and the name of the environment variable with its key.

    A search service is asked below `path` only: what stands in a pull request can choose nothing else of the host.
    """

    host: Annotated[str, AfterValidator(hosts.origin)]
    key: KeyName | None = None
    path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$"), AfterValidator(_plain_path)] = ""


class Policy(Noun):
    """Thresholds, budgets, hosts and what blocks. Always read from the base commit."""

    alpha: float = Field(default=0.05, gt=0, le=0.5)
    margin: float = Field(default=0.05, gt=0, lt=1)
    fixture_margin: float = Field(default=0.10, ge=0, lt=1)
    screen: Literal["auto"] | Annotated[int, Field(ge=1, le=MAX_SCREEN)] = "auto"
    on_inconclusive: Literal["warn", "block"] = "warn"
    pins: Rule = Rule.BLOCK
    index: Rule = Rule.BLOCK
    coverage: Rule = Rule.BLOCK
    suite_changes: Rule = Rule.BLOCK
    categories: dict[CategoryId, Rule] = Field(
        default_factory=dict, description="What evidence does that a kind of failure became more frequent."
    )
    approval_label: str = "llmgate: suite approved"
    approvers: tuple[Login, ...] = Field(
        default=(),
        max_length=100,
        description="Whose label counts; where nobody is named, anyone's who may set labels.",
    )
    privileged: Literal["refuse", "review"] = Field(
        default="refuse",
        description="Whether heads are judged on events that have the secrets whoever wrote the head, such as "
        "`pull_request_target`. `review`: those of which one of `approvers` has approved this very commit.",
    )
    max_error_share: float = Field(default=0.10, ge=0, lt=1)
    budget: Budget = Budget()
    diagnose: DiagnoseSettings = DiagnoseSettings()
    baseline: BaselineSettings = BaselineSettings()
    watch: WatchSettings = WatchSettings()
    concurrency: int = Field(default=16, ge=1, le=256)
    timeout_s: float = Field(default=60.0, gt=0, le=600)
    providers: dict[Name, ProviderEntry] = Field(default_factory=dict)
    retrieval_hosts: dict[Name, HostEntry] = Field(default_factory=dict)
    judge: JudgeSettings | None = None
    embedder: EmbedderEntry | None = None
    commands: tuple[engine_options.Command, ...] = ()
    applications: ApplicationSettings = ApplicationSettings()

    @model_validator(mode="after")
    def _names_who_reviews(self) -> Self:
        if self.privileged == "review" and not self.approvers:
            raise ValueError("`privileged: review` needs `approvers`: anybody may review, so somebody has to be named")
        return self

    def origin(self, provider: str) -> str:
        """Name whom requests to a provider reach; nobody is known where it is not declared."""
        entry = self.providers.get(provider)
        return entry.origin if entry else ""
