"""`models`, `retrieval` and `targets` → their entries: what a revision pins and what is under test."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from llmgate import engine_options
from llmgate.config.noun import Name, Noun, Pattern, Patterns

# Set by llmgate, or a way for a provider to act or to reach further hosts with what a fixture holds.
RESERVED_PARAMS = frozenset(
    {"model", "messages", "system", "tools", "functions", "function_call", "stream", "n"}
    | {"mcp_servers", "container", "plugins", "web_search_options", "connectors"}
    | {"instructions", "contents", "systemInstruction", "system_instruction", "background"}
    | {"previous_response_id", "conversation", "cachedContent", "cached_content", "anthropic_version"}
    | {"data_sources", "dataSources", "prompt", "candidateCount", "candidate_count"}
)
NESTED = ("generationConfig", "generation_config", "options", "additionalModelRequestFields")
"""Parameters in which some APIs have others."""
OWN_SEEDS = frozenset({"random_seed", "randomSeed"})
"""Names that some APIs have for the seed, which differs from trial to trial: it is written as `seed`."""
MAX_TOP_K = 1_000


def _no_reserved(params: dict[str, JsonValue]) -> dict[str, JsonValue]:
    inner = {name: value for name in NESTED if isinstance(value := params.get(name), dict)}
    taken = sorted(RESERVED_PARAMS & params.keys())
    taken += sorted(f"{name}.{key}" for name, value in inner.items() for key in RESERVED_PARAMS & value.keys())
    if taken:
        raise ValueError(
            f"{', '.join(taken)} cannot be set as parameters: llmgate sets them, or they would reach further hosts"
        )
    seeds = sorted(OWN_SEEDS & params.keys())
    seeds += sorted(f"{name}.{key}" for name, value in inner.items() for key in (OWN_SEEDS | {"seed"}) & value.keys())
    if seeds:
        raise ValueError(
            f"{', '.join(seeds)}: write `seed`, which is sent under the API's own name, other in each trial"
        )
    return params


class ModelEntry(Noun):
    """A pinned model with its parameters. Parameters are passed to the provider under its own names."""

    provider: Name = Field(description="A key of `policy.providers`, or a provider that is known.")
    model: str = Field(min_length=1, max_length=200, description="The provider's id of the model, pinned.")
    params: Annotated[dict[str, JsonValue], AfterValidator(_no_reserved)] = Field(
        default_factory=dict, description="Parameters under the API's own names; `seed` differs from trial to trial."
    )


class RetrievalEntry(Noun):
    """A retrieval engine and its settings.

    `options` are checked where llmgate runs the engine itself, and only compared where it does not. `query` names the
    variable of a fixture that is searched for.
    """

    engine: str = Field(description="What searches: an embedded engine, `http`, `command`, or a store.")
    corpus: Patterns = Field(default=(), description="Files that are the index.")
    chunk: engine_options.Chunking | None = Field(
        default=None, description="How documents are split; whole where it is left out."
    )
    query: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="The variable that is searched for, `question` by default.",
    )
    top_k: int | None = Field(
        default=None, gt=0, le=MAX_TOP_K, description="How many documents are found, 5 by default."
    )
    score_threshold: float | None = Field(default=None, description="The lowest score of a document.")
    embedding: dict[str, JsonValue] | None = Field(
        default=None, description="What makes the vectors: compared, and a part of the lock."
    )
    reranker: dict[str, JsonValue] | None = Field(default=None, description="What reorders: compared.")
    index: str | None = Field(default=None, description="The name of a store's index, or an alias of it.")
    options: dict[str, JsonValue] = Field(default_factory=dict, description="What the engine takes.")

    @model_validator(mode="after")
    def _is_understood(self) -> Self:
        engine_options.check(self.engine, self.options)
        return self


class PromptEntry(Noun):
    """A target that renders a template and asks a model.

    `role` is the role of the message that a one-text template becomes: `user` puts it after the fixture's earlier
    turns, `system` before them.
    """

    kind: Literal["prompt"] = Field(description="A template and a model.")
    prompt: Pattern = Field(description="The template: a path, or `path#name`.")
    model: Name = Field(description="An entry of `models`, or of a file under `surface.models`.")
    retrieval: Name | None = Field(default=None, description="An entry of `retrieval`.")
    role: Literal["user", "system"] = Field(
        default="user", description="The role of the message that a one-text template becomes."
    )
    max_steps: int = Field(default=8, ge=1, le=50, description="Calls of one trial, where the model calls tools.")
