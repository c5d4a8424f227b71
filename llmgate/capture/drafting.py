"""A conversation and its place in the repository → a draft fixture, redacted, as YAML with what a person is to add."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue, ValidationError

from llmgate import documents
from llmgate.capture import records
from llmgate.capture.joining import Seen
from llmgate.capture.messages import parts
from llmgate.capture.placement import Placement, Sent
from llmgate.capture.redacting import Redacting
from llmgate.capture.span import Json
from llmgate.documents import writing
from llmgate.errors import ConfigurationError
from llmgate.fixture import MAX_SEED, Fixture

MAX_TITLE_CHARS = 80
MAX_NOTE_CHARS = 300
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
        redacts, _content(seen, sent, placement, left_out), _suggested(seen), placement.difference
    )
    _hash_documents(content)
    head: dict[str, JsonValue] = {"id": identity(placement.target, seen), "target": placement.target, "draft": True}
    head |= _full({"title": _title(content)})
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


def _content(seen: Seen, sent: Sent, placement: Placement, left_out: Sequence[str]) -> dict[str, JsonValue]:
    """Gather all of a fixture that is content; empty fields are left out."""
    filled: dict[str, JsonValue] = {**dict.fromkeys(placement.lacking, ""), **placement.variables}
    lacks = [*seen.missing, *(f"the value of the variable {name}" for name in placement.lacking)]
    if placement.has_read_back(sent):
        lacks = [each for each in lacks if not each.startswith("document text: ")]
        lacks.append("documents: they were read back out of the text of the prompt")
    return _full(
        {
            "input": _full(
                {"variables": filled, "messages": _plain(placement.turns), "attached": dict(placement.attached)}
            ),
            "context": _full({"documents": _plain(placement.documents), "text": placement.context}),
            "tools": _full({"definitions": _plain(sent.tools), "results": _plain(seen.results)}),
            "seed": _seed(seen),
            "observed": _observed(seen, placement),
            "completeness": _full(
                {"missing": _short(lacks), "depends_on": _short([*_depends_on(seen, sent, placement), *left_out])}
            ),
        }
    )


def _depends_on(seen: Seen, sent: Sent, placement: Placement) -> list[str]:
    """List the state outside: what the source names, and texts that it did not record, unless nothing shows them."""
    unknown = [] if placement.exact else sent.textless
    found = [*seen.depends_on, *(f"the text of the document {name}" for name in unknown)]
    if seen.calls_tools and not sent.tools and not placement.offers_tools:
        found.append("tool definitions that were not recorded")
    return [*found, *([] if sent.messages else ["messages that were not recorded"])]


def _full(fields: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _plain(values: Sequence[Json]) -> list[JsonValue]:
    return [_message(value) for value in values]


def _message(value: Json) -> JsonValue:
    """Write a message of one text as `content`, as people do."""
    listed = value.get("parts")
    if (
        isinstance(listed, list)
        and len(listed) == 1
        and isinstance(part := listed[0], dict)
        and part.get("type") == "text"
    ):
        return {"role": value["role"], **_full({"name": value.get("name")}), "content": part["content"]}
    return dict(value)


def _short(texts: Sequence[str]) -> list[JsonValue]:
    return [text[:500] for text in dict.fromkeys(texts)]


def _seed(seen: Seen) -> JsonValue:
    seed = seen.first.seed
    return seed if seed is not None and abs(seed) <= MAX_SEED else None


def _observed(seen: Seen, placement: Placement) -> dict[str, JsonValue]:
    first, last = seen.first, seen.last
    return _full(
        {
            "output": parts.texts(last.output),
            "tool_calls": [part for part in parts.listed(last.output) if part.get("type") == "tool_call"],
            "finish_reason": last.finish_reason,
            "error": last.error,
            "model": _full({"provider": first.provider, "requested": first.requested, "served": last.served}),
            "params": dict(first.params),
            "prompt": dict(seen.prompt),
            "rendered": _plain(placement.rendered),
            "expected": seen.expected,
            "feedback": _plain(seen.feedback),
        }
    )


def _hash_documents(told: Mapping[str, JsonValue]) -> None:
    """Add the hash of each document's text as it is written: after redaction."""
    context = told.get("context")
    documents = context.get("documents") if isinstance(context, dict) else None
    for document in documents if isinstance(documents, list) else []:
        if isinstance(document, dict) and isinstance(text := document.get("text"), str):
            document["sha256"] = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _title(content: Mapping[str, JsonValue]) -> str:
    """Take what the user said, of what is redacted already."""
    text = " ".join(_said(content).split())
    return text if len(text) <= MAX_TITLE_CHARS else text[: MAX_TITLE_CHARS - 1] + "…"


def _said(content: Mapping[str, JsonValue]) -> str:
    given, observed = _within(content, "input"), _within(content, "observed")
    turns, values = given.get("messages"), _within(given, "variables")
    asked = [str(values[name]) for name in _QUESTIONS if values.get(name)]
    made = observed.get("rendered")
    spoken = [*_users(turns), *asked, *_users(made)]
    return spoken[-1] if _users(turns) and not asked else next(iter([*asked, *spoken]), "")


_QUESTIONS = ("question", "query", "user_input", "input", "message", "request", "text")


def _within(held: Mapping[str, JsonValue], name: str) -> dict[str, JsonValue]:
    found = held.get(name)
    return found if isinstance(found, dict) else {}


def _users(turns: JsonValue) -> list[str]:
    listed = turns if isinstance(turns, list) else []
    return [
        str(turn["content"])
        for turn in listed
        if isinstance(turn, dict) and turn.get("role") == "user" and "content" in turn
    ]


def _origin(seen: Seen, redacts: Redacting, source: str) -> dict[str, JsonValue]:
    said = next((_told(each) for each in seen.feedback if each.get("negative")), None)
    feedback = str(redacts.value(said))[:100] if said else None
    return _full(
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
