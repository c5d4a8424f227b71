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

    calls: int = Field(default=4000, gt=0, description="Calls of models.")
    usd: float = Field(default=5.0, gt=0, description="Dollars, by the prices that are known.")
    minutes: float = Field(default=30.0, gt=0, description="Minutes.")


class DiagnosisBudget(Noun):
    """What one run may spend on finding out why fixtures broke, beside the budget of the verdict. 0 calls: nothing."""

    calls: int = Field(default=200, ge=0, description="Calls of models; 0: none.")
    usd: float = Field(default=1.0, gt=0, description="Dollars.")
    minutes: float = Field(default=10.0, gt=0, description="Minutes.")


class DiagnoseSettings(Noun):
    """How much is done to explain confirmed regressions. It never changes a verdict."""

    budget: DiagnosisBudget = Field(default=DiagnosisBudget(), description="What it may spend.")


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

    key_id: KeyName = Field(description="The variable with the access key's id.")
    session: KeyName | None = Field(default=None, description="The variable with the session token.")
    region: str = Field(pattern=r"^[a-z0-9-]{1,40}$", description="AWS's region.")


class ProviderEntry(Noun):
    """Where a provider answers, and the name of the environment variable with its key.

    `api` is the dialect it speaks; `path` is put before the API's own path, as some compatible servers need.
    `api_version` is Azure's: with it, a dated version of its API is asked. `signing` is Bedrock's: with it, requests
    are signed.
    """

    host: Annotated[str, AfterValidator(hosts.origin)] = Field(description="The host; `http://` for loopback only.")
    key: KeyName | None = Field(default=None, description="The variable with the key, which goes to this host only.")
    api: Dialect = Field(default="openai-chat", description="The API that the host speaks.")
    api_version: str | None = Field(
        default=None, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?$", description="Azure's dated API."
    )
    signing: Signing | None = Field(default=None, description="Bedrock: requests are signed.")
    path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$"), AfterValidator(_plain_path)] = Field(
        default="", description="Put before the API's own path."
    )

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

    host: Annotated[str, AfterValidator(hosts.origin)] = Field(description="The host; `http://` for loopback only.")
    key: KeyName | None = Field(default=None, description="The variable with the key, which goes to this host only.")
    path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$"), AfterValidator(_plain_path)] = Field(
        default="", description="The only part of the host that is asked."
    )


class Policy(Noun):
    """Thresholds, budgets, hosts and what blocks. Always read from the base commit."""

    alpha: float = Field(
        default=0.05, gt=0, le=0.5, description="Ceiling of the chance that a harmless change is blocked."
    )
    margin: float = Field(default=0.05, gt=0, lt=1, description="The drop of the suite that a pass must exclude.")
    fixture_margin: float = Field(default=0.10, ge=0, lt=1, description="The drop of one fixture that does not matter.")
    screen: Literal["auto"] | Annotated[int, Field(ge=1, le=MAX_SCREEN)] = Field(
        default="auto", description="Head trials of each fixture in the screen."
    )
    on_inconclusive: Literal["warn", "block"] = Field(default="warn", description="What a run does that shows neither.")
    pins: Rule = Field(
        default=Rule.BLOCK, description="Model ids that move or are retired, and answers of another model."
    )
    index: Rule = Field(default=Rule.BLOCK, description="An index that is not the one of `llmgate.lock`.")
    coverage: Rule = Field(default=Rule.BLOCK, description="A change that no fixture sends.")
    suite_changes: Rule = Field(default=Rule.BLOCK, description="Fixtures removed or loosened, and edited checks.")
    categories: dict[CategoryId, Rule] = Field(
        default_factory=dict, description="What evidence does that a kind of failure became more frequent."
    )
    approval_label: str = Field(
        default="llmgate: suite approved", description="The label that approves changes of the suite."
    )
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
    max_error_share: float = Field(
        default=0.10, ge=0, lt=1, description="Trials without an answer, on either arm, above which nothing is judged."
    )
    budget: Budget = Field(default=Budget(), description="What one run may spend, both arms together.")
    diagnose: DiagnoseSettings = Field(default=DiagnoseSettings(), description="Why fixtures broke.")
    baseline: BaselineSettings = Field(default=BaselineSettings(), description="How `llmgate baseline` draws.")
    watch: WatchSettings = Field(default=WatchSettings(), description="What the action does every night.")
    concurrency: int = Field(default=16, ge=1, le=256, description="Calls at once.")
    timeout_s: float = Field(default=60.0, gt=0, le=600, description="Seconds for an attempt of a call.")
    providers: dict[Name, ProviderEntry] = Field(
        default_factory=dict, description="Hosts that models are asked at, by name; those that are known need no entry."
    )
    retrieval_hosts: dict[Name, HostEntry] = Field(
        default_factory=dict, description="Search services and stores that an index may ask, by name."
    )
    judge: JudgeSettings | None = Field(
        default=None, description="The model that decides `llm-rubric` and `factuality`."
    )
    embedder: EmbedderEntry | None = Field(default=None, description="The model whose vectors `similar` compares.")
    commands: tuple[engine_options.Command, ...] = Field(
        default=(), description="Commands that the engine `command` may run, word for word."
    )
    applications: ApplicationSettings = Field(
        default=ApplicationSettings(), description="Whether programs of forks run, and what programs get."
    )

    @model_validator(mode="after")
    def _names_who_reviews(self) -> Self:
        if self.privileged == "review" and not self.approvers:
            raise ValueError("`privileged: review` needs `approvers`: anybody may review, so somebody has to be named")
        return self

    def origin(self, provider: str) -> str:
        """Name whom requests to a provider reach; nobody is known where it is not declared."""
        entry = self.providers.get(provider)
        return entry.origin if entry else ""
