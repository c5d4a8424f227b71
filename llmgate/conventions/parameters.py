"""The parameters of a request ← their names in the APIs, OpenAI's first."""

from __future__ import annotations

from llmgate.conventions.field import Field

PARAMETERS: dict[Field, tuple[str, ...]] = {
    Field.TEMPERATURE: ("temperature",),
    Field.TOP_P: ("top_p",),
    Field.TOP_K: ("top_k",),
    Field.MAX_TOKENS: ("max_tokens", "max_completion_tokens", "max_output_tokens"),
    Field.FREQUENCY_PENALTY: ("frequency_penalty",),
    Field.PRESENCE_PENALTY: ("presence_penalty",),
    Field.STOP: ("stop", "stop_sequences"),
    Field.N: ("n",),
    Field.REASONING_EFFORT: ("reasoning_effort", "reasoning"),
}
