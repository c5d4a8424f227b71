"""`--where 'feedback=negative'` → which conversations are meant."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from llmgate.capture.joining import Seen
from llmgate.errors import UsageError

FIELDS = (
    "error",
    "feedback",
    "finish",
    "metadata.NAME",
    "model",
    "name",
    "prompt",
    "provider",
    "score",
    "score.NAME",
    "tag",
)

_EXPRESSION = re.compile(r"\s*([A-Za-z]+)(?:\.([^=<>!]+?))?\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*", re.DOTALL)
_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One `--where`: a field, how it is compared, and with what. Texts are compared without regard to case."""

    field: str
    name: str
    sign: str
    value: str

    def holds(self, seen: Seen) -> bool:
        if self.field == "score":
            return any(_compares(self.sign, score, float(self.value)) for score in _scores(seen, self.name))
        found = {text.casefold() for text in _texts(self.field, self.name, seen)}
        return (self.value.casefold() in found) == (self.sign == "=")


def _compares(sign: str, score: float, value: float) -> bool:
    if sign in _ORDERS:
        return _ORDERS[sign](score, value)
    return (score == value) == (sign == "=")


def condition(text: str) -> Condition:
    """Read one expression.

    Raises:
        UsageError: where it is none.
    """
    found = _EXPRESSION.fullmatch(text)
    remedy = f"write FIELD=VALUE or FIELD!=VALUE, and score<NUMBER; fields: {', '.join(FIELDS)}"
    if found is None:
        raise UsageError(f"--where {text!r} is no condition", id="wrong-condition", remedy=remedy)
    field, name, sign, value = found[1].lower(), found[2] or "", found[3], found[4]
    if field not in {each.partition(".")[0] for each in FIELDS}:
        raise UsageError(f"--where {text!r}: there is no field {field!r}", id="wrong-condition", remedy=remedy)
    if (field == "metadata") != bool(name) and field != "score":
        raise UsageError(
            f"--where {text!r}: `metadata` needs a name, and no other field but `score` has one",
            id="wrong-condition",
            remedy=remedy,
        )
    if field == "score":
        _check_number(text, value, remedy)
    elif sign in _ORDERS:
        raise UsageError(f"--where {text!r}: only `score` is ordered", id="wrong-condition", remedy=remedy)
    elif value.startswith("="):
        raise UsageError(f"--where {text!r}: one `=` is enough", id="wrong-condition", remedy=remedy)
    elif field == "error" and value.lower() not in ("true", "false"):
        raise UsageError(
            f"--where {text!r}: `error` is true or false",
            id="wrong-condition",
            remedy="write error=true or error=false",
        )
    return Condition(field=field, name=name, sign=sign, value=value)


def _check_number(text: str, value: str, remedy: str) -> None:
    try:
        float(value)
    except ValueError as error:
        raise UsageError(f"--where {text!r}: {value!r} is no number", id="wrong-condition", remedy=remedy) from error


def _scores(seen: Seen, name: str) -> Iterator[float]:
    for each in seen.feedback:
        score = each.get("score")
        if isinstance(score, int | float) and (not name or str(each.get("name")).casefold() == name.casefold()):
            yield float(score)


def _texts(field: str, name: str, seen: Seen) -> Iterator[str]:
    match field:
        case "error":
            yield "true" if seen.last.error else "false"
        case "feedback":
            yield from _feedback(seen)
        case "finish":
            yield seen.last.finish_reason or ""
        case "metadata":
            yield from [str(seen.metadata[name])] if name in seen.metadata else []
        case "model":
            yield from (text for span in seen.spans for text in (span.requested, span.served) if text)
        case "name":
            yield from (seen.name, *(span.name for span in seen.spans))
        case "prompt":
            known, version = seen.prompt.get("name"), seen.prompt.get("version")
            yield from (str(known), f"{known}@{version}") if known else ()
        case "provider":
            yield from (span.provider for span in seen.spans if span.provider)
        case _:
            yield from seen.tags


def _feedback(seen: Seen) -> Iterator[str]:
    """Yield `negative` where any says so, `positive` where some do and none is negative, `none`, and all labels."""
    said = {each.get("negative") for each in seen.feedback}
    if True in said:
        yield "negative"
    elif False in said:
        yield "positive"
    yield "any" if seen.feedback else "none"
    yield from (str(each["label"]) for each in seen.feedback if each.get("label"))
