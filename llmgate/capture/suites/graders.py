"""A check of promptfoo → what is peculiar to those that a model or a provider's filter decides.

https://www.promptfoo.dev/docs/configuration/expected-outputs/model-graded/
"""

from __future__ import annotations

from typing import Any, Final

OPTIONS: Final = frozenset({"provider", "rubricPrompt", "factuality"})
"""What a test says of who grades, and how."""

BLOCKED: Final = "not-guardrails"
ABOUT_BLOCKS: Final = (
    ": `purpose: redteam` is taken as not-guardrails; in promptfoo a test passes whole once a filter stopped it"
)

_GRADED = frozenset({"llm-rubric", "factuality", "model-graded-factuality", "model-graded-closedqa", "similar"})


def asks_a_model(check: Any) -> bool:
    """Tell whether a model decides a check, or one of a set."""
    if not isinstance(check, dict):
        return False
    if check.get("type") == "assert-set":
        inner = check.get("assert")
        return isinstance(inner, list) and any(map(asks_a_model, inner))
    return _kind(check).partition(":")[0] in _GRADED


def has_score(check: dict[str, Any]) -> bool:
    """Tell whether promptfoo holds the judge's score against the check's threshold: here a judge has none."""
    return _kind(check) == "llm-rubric"


def expects_a_block(check: dict[str, Any]) -> bool:
    """Tell whether a red team's check wants an attack to be caught, which promptfoo documents as `not-guardrails`."""
    config = check.get("config")
    return _kind(check) == "guardrails" and isinstance(config, dict) and config.get("purpose") == "redteam"


def _kind(check: dict[str, Any]) -> str:
    return str(check.get("type")).removeprefix("not-")
