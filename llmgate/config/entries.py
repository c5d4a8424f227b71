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

    provider: Name
    model: str = Field(min_length=1, max_length=200)
    params: Annotated[dict[str, JsonValue], AfterValidator(_no_reserved)] = Field(default_factory=dict)


class RetrievalEntry(Noun):
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


class PromptEntry(Noun):
    """A target that renders a template and asks a model.

    `role` is the role of the message that a one-text template becomes: `user` puts it after the fixture's earlier
    turns, `system` before them.
    """

    kind: Literal["prompt"]
    prompt: Pattern
    model: Name
    retrieval: Name | None = None
    role: Literal["user", "system"] = "user"
    max_steps: int = Field(default=8, ge=1, le=50)
