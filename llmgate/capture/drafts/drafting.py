"""A conversation and its place in the repository → a draft fixture, redacted, as YAML with what a person is to add."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue, ValidationError

from llmgate import documents
from llmgate.capture import records
from llmgate.capture.drafts import contents, titles
from llmgate.capture.drafts.contents import full
from llmgate.capture.drafts.placement import Placement, Sent
from llmgate.capture.joining import Seen
from llmgate.capture.redacting import Redacting
from llmgate.capture.span import Json
from llmgate.documents import writing
from llmgate.errors import ConfigurationError
from llmgate.fixture import Fixture

MAX_NOTE_CHARS = 300
MAX_SHORT_CHARS = 500
SMALL_CHARS = 90_000
"""Every value takes three characters at least, and a file has 30,000 of them."""
ID_DIGITS = 10

_IDENTITY = re.compile(r"(?:0x)?[0-9a-f]{8,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_UNFIT = re.compile(r"[^A-Za-z0-9]+")
_END = """\
# To end the draft: say what kind of failure this is and why it failed, say in `assert` what must hold of the answer,
# and remove the line `draft`.
# category: grounding   # or retrieval, reasoning, tool_use, output_format
# hypothesis: {statement: "", status: open}
"""
_SUGGESTED = "# Suggested: the answer that the source says would have been right. See whether it asks too much.\n"


class Undraftable(Exception):
    """A conversation that makes no valid fixture; the message tells why, without its content, and the remedy."""

    def __init__(self, message: str, remedy: str = "export it anew; if it is whole, report this") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A fixture, the text of its file, and what a person should know first."""

    fixture: Fixture
    text: str
    note: str


def identity(target: str, seen: Seen) -> str:
    """Name a draft: the same conversation has the same id whenever it is captured."""
    digest = hashlib.sha256(f"{seen.trace}\0{seen.first.id}".encode("utf-8", "replace")).hexdigest()
    return f"{_UNFIT.sub('-', target).strip('-')[:80] or 'captured'}-{digest[:ID_DIGITS]}"


def is_identity(name: str) -> bool:
    """Tell whether an id is one as tracing makes them, so that it can be shown: digits alone may be a phone number."""
    return _IDENTITY.fullmatch(name) is not None and not name.isdecimal()


def draft(
    seen: Seen, sent: Sent, placement: Placement, redacts: Redacting, *, source: str, left_out: Sequence[str]
) -> Draft:
    """Make a draft. Everything that is written or told has gone through `redacts`.

    `left_out` are parts that were sent and that no file can be made of.

    Raises:
        Undraftable: where the content does not fit the model of fixtures.
    """
    content, assertions, difference = _redacted(
        redacts, contents.of(seen, sent, placement, left_out), _suggested(seen), placement.difference
    )
    _hash_documents(content)
    _shorten(content)
    head: dict[str, JsonValue] = {"id": identity(placement.target, seen), "target": placement.target, "draft": True}
    head |= full({"title": titles.of(content)})
    origin = _origin(seen, redacts, source)
    whole = {**head, "origin": origin, **content, "assert": assertions}
    try:
        made = Fixture.model_validate(whole)
    except ValidationError as error:
        raise Undraftable(_fault(error)) from error
    note = documents.printable(_replays(placement, made, difference), MAX_NOTE_CHARS)
    text = "".join(
        (
            f"# Captured from {source}: {note}.\n",
            writing.yaml(head),
            _END,
            writing.yaml({"origin": origin, **content}),
            _SUGGESTED if assertions else "",
            writing.yaml({"assert": assertions}),
        )
    )
    _check_readable(made.id, whole, text)
    return Draft(fixture=made, text=text, note=note)


def _redacted(
    redacts: Redacting, content: dict[str, JsonValue], assertions: list[JsonValue], difference: str
) -> tuple[dict[str, JsonValue], list[JsonValue], str]:
    told = redacts.value([content, assertions, difference])
    match told:
        case [dict(content), list(assertions), str(difference)]:
            return content, assertions, difference
        case _:
            raise TypeError("redaction keeps the shape of what it is given")


def _check_readable(name: str, whole: JsonValue, text: str) -> None:
    """See that the file can be read as a fixture; what is small and flat can, and reading YAML is slow."""
    if len(text) <= SMALL_CHARS and not records.deeper(whole, documents.MAX_DEPTH // 2):
        return
    try:
        documents.read(f"{name}.yaml", text.encode())
    except ConfigurationError as error:
        raise Undraftable(
            f"its fixture could not be read: {error.faults[0].message}",
            "write one by hand with the part that matters, or leave it out with --where",
        ) from error


def _suggested(seen: Seen) -> list[JsonValue]:
    return [{"type": "equals", "value": seen.expected}] if seen.expected else []


def _replays(placement: Placement, made: Fixture, difference: str) -> str:
    if made.completeness.depends_on:
        return "it cannot be replayed, see completeness.depends_on"
    if placement.exact:
        return "a replay sends what production sent"
    if placement.lacking:
        return f"fill in input.variables: {', '.join(placement.lacking)}"
    return f"the prompt of the repository makes another request: {difference}"


def _fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(each) for each in first["loc"][:6])
    return f"it makes no valid fixture: {place}: {first['type'].replace('_', ' ')}"


def _hash_documents(told: Mapping[str, JsonValue]) -> None:
    """Add the hash of each document's text as it is written: after redaction."""
    context = told.get("context")
    documents = context.get("documents") if isinstance(context, dict) else None
    for document in documents if isinstance(documents, list) else []:
        if isinstance(document, dict) and isinstance(text := document.get("text"), str):
            document["sha256"] = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _shorten(told: Mapping[str, JsonValue]) -> None:
    """Cut what a fixture holds in short: after redaction, as half a secret is one that nobody finds."""
    completeness = told.get("completeness")
    for listed in completeness.values() if isinstance(completeness, dict) else []:
        if isinstance(listed, list):
            listed[:] = [str(text)[:MAX_SHORT_CHARS] for text in listed]


def _origin(seen: Seen, redacts: Redacting, source: str) -> dict[str, JsonValue]:
    said = next((_told(each) for each in seen.feedback if each.get("negative")), None)
    feedback = str(redacts.value(said))[:100] if said else None
    return full(
        {
            "kind": "production",
            "source": source,
            "trace": _known(seen.trace, redacts),
            "span": _known(seen.first.id, redacts),
            "captured": seen.captured.isoformat() if seen.captured else None,
            "feedback": feedback,
            "redacted": {each.kind: each.count for each in redacts.report},
        }
    )


def _told(feedback: Json) -> str:
    name, score = str(feedback.get("name") or "feedback"), feedback.get("score")
    return str(feedback.get("label") or (name if score is None else f"{name} {score:g}"))


def _known(name: str, redacts: Redacting) -> JsonValue:
    """Keep an id that is hexadecimal, as tracing makes them; others are text like any other."""
    return name if is_identity(name) else str(redacts.value(name))[:200]
