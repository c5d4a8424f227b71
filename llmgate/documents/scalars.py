"""A scalar of YAML, as the parser's event tells it → text, a number, a truth value or nothing, by YAML 1.2."""

from __future__ import annotations

import math
import re
from typing import Any

from ruamel.yaml.events import Event, ScalarEvent

from llmgate.catalogue import Id
from llmgate.documents.document import MAX_NUMBER_CHARS, Refused

# The YAML 1.2 core schema, https://yaml.org/spec/1.2.2/#103-core-schema: `no`, `on` and 1:30 stay text. Here 010, 0o10
# and 0x10 stay text too: they are codes and hashes more often than numbers.
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def value(event: ScalarEvent) -> Any:
    return text(event) if event.style is not None else plain(event)


def plain(event: ScalarEvent) -> Any:
    """Return what the text means where it stands without quotes."""
    written: str = event.value
    if written in _NULL:
        return None
    if written in _BOOL:
        return _BOOL[written]
    return text(event) if len(written) > MAX_NUMBER_CHARS else _number_or_text(event, written)


def text(event: ScalarEvent) -> str:
    r"""Join what `"\ud83d\ude00"` spells as two halves, as JSON does; half a character alone is refused."""
    written: str = event.value
    if not _SURROGATE.search(written):
        return written
    try:
        return written.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise refused(
            event, "half a character: a surrogate without its other half", "write both halves", id="malformed-file"
        ) from error


def line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def refused(event: Event, message: str, remedy: str, *, id: Id) -> Refused:
    return Refused(line(event), message, remedy, id=id)


def _number_or_text(event: ScalarEvent, written: str) -> int | float | str:
    if _NOT_FINITE.fullmatch(written):
        raise refused(
            event, f"{written} is not a finite number", "write a number, or put it in quotes", id="out-of-range"
        )
    if _INT.fullmatch(written):
        return int(written)
    if not _FLOAT.fullmatch(written):
        return written
    if not math.isfinite(number := float(written)):
        raise refused(
            event,
            f"{written} is too large for a number",
            "write a smaller number, or put it in quotes",
            id="out-of-range",
        )
    return number
