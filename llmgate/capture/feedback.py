"""A score and a label, as any source has them → one judgement, and whether it says that the answer was bad."""

from __future__ import annotations

from pydantic import JsonValue

from llmgate.capture.span import Json

MAX_LABEL_CHARS = 500

_BAD = frozenset(
    {"bad", "dislike", "disliked", "down", "fail", "failed", "failure", "false", "hallucinated", "incorrect"}
    | {
        "irrelevant",
        "negative",
        "not helpful",
        "poor",
        "rejected",
        "thumbs down",
        "thumbs-down",
        "unhelpful",
        "wrong",
        "👎",
        "-1",
    }
)
_GOOD = frozenset(
    {"accepted", "correct", "factual", "good", "helpful", "like", "liked", "pass", "passed", "positive", "relevant"}
    | {"right", "success", "thumbs up", "thumbs-up", "true", "up", "👍", "1"}
)


def negative(score: JsonValue, label: JsonValue) -> bool | None:
    """Tell whether a judgement is bad, where it is plain; None where it hangs on a scale that nobody told.

    A label's word comes before the score, whose direction is not always the obvious one (`hallucinated` has the score
    1). Of the scores, only truth values and -1, 0 and 1 are plain.
    """
    word = label.strip().lower().replace("_", " ") if isinstance(label, str) else ""
    if word in _BAD:
        return True
    if word in _GOOD:
        return False
    if isinstance(score, bool):
        return not score
    return score < 1 if isinstance(score, int | float) and score in (-1, 0, 1) else None


def of(name: JsonValue, *, score: JsonValue = None, label: JsonValue = None, comment: JsonValue = None) -> Json:
    """Write a judgement as `fixture.provenance.Feedback`; what is absent or of a wrong type is left out.

    A label that is longer than labels are is the comment, where there is none.
    """
    told: dict[str, JsonValue] = {"name": name} if isinstance(name, str) and name else {}
    if isinstance(score, bool | int | float):
        told["score"] = float(score) if _fits(score) else None
    if isinstance(label, str) and label and len(label) <= MAX_LABEL_CHARS:
        told["label"] = label
    remark = next((text for text in (comment, label) if isinstance(text, str) and text), None)
    if remark is not None and remark != told.get("label"):
        told["comment"] = remark
    if (bad := negative(score, label)) is not None:
        told["negative"] = bad
    return {key: value for key, value in told.items() if value is not None}


def _fits(score: float) -> bool:
    """Tell whether a number can be a float at all: JSON's integers have any size."""
    return isinstance(score, float) or abs(score) < 2**63
