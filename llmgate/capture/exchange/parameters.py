"""A request of any API → the parameters that bear on its answer, under the names under which they were sent."""

from __future__ import annotations

from llmgate.capture.span import Json

# What a request may hold that stands in one object with its answer and with what else is logged of it.
PARAMETERS = frozenset(
    {"messages", "input", "instructions", "system", "model", "tools", "functions", "seed", "prompt", "metadata"}
    | {"conversation", "previous_response_id", "container", "mcp_servers", "web_search_options", "context_management"}
    | {"audio", "frequency_penalty", "function_call", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens"}
    | {
        "modalities",
        "n",
        "parallel_tool_calls",
        "prediction",
        "presence_penalty",
        "reasoning_effort",
        "response_format",
    }
    | {"service_tier", "stop", "temperature", "tool_choice", "top_logprobs", "top_p", "verbosity"}
    | {"include", "max_output_tokens", "max_tool_calls", "reasoning", "text", "truncation"}
    | {"output_config", "stop_sequences", "thinking", "top_k", "betas", "speed"}
)
# Content, which has fields of its own, and what says who asks and how: nothing of it bears on the answer.
_ELSEWHERE = frozenset(
    {"messages", "input", "instructions", "system", "model", "tools", "functions", "seed", "prompt", "metadata"}
    | {"conversation", "previous_response_id", "container", "mcp_servers"}
    | {"user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "store"}
    | {"stream", "stream_options", "background", "background_options", "cache_control", "moderation", "diagnostics"}
    | {"user_profile_id", "workspace_id", "api_key", "timeout"}
)


def of(request: Json) -> Json:
    """Return the parameters; `extra_headers` and the like are the SDK's own, and may hold keys."""
    return {
        name: value
        for name, value in request.items()
        if value is not None and name not in _ELSEWHERE and not name.startswith("extra_")
    }


def seed(request: Json) -> int | None:
    value = request.get("seed")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def model(request: Json) -> str | None:
    value = request.get("model")
    return value if isinstance(value, str) and value else None
