"""A conversation and a target of the repository → how the target's prompt makes what production sent.

The messages that the prompt makes are told apart from the turns around them, and the values of its placeholders are
read back out of the text that was sent (`blanks`). Whether a replay sends the same is then seen by rendering.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue, ValidationError

from llmgate.capture.drafts import blanks
from llmgate.capture.drafts.placement import Placement, Sent
from llmgate.capture.messages import parts
from llmgate.capture.span import Json
from llmgate.errors import ConfigurationError, RenderError
from llmgate.fixture import RESERVED_VARIABLES, Fixture
from llmgate.message import Message
from llmgate.preparing import Side
from llmgate.prompts import Prompt
from llmgate.targets import prompt
from llmgate.targets.prompt import CONTEXT, DOCUMENTS, Rendered

MAX_READ_BACK = 60
MAX_ID_CHARS = 200

_WORD = re.compile(r"\w{3,40}")
_ALIKE = {"developer": "system"}
_UNRENDERED = (RenderError, ConfigurationError, ValidationError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """The messages that a prompt makes before and behind the turns: role and text, with marks."""

    before: tuple[tuple[str, str], ...]
    behind: tuple[tuple[str, str], ...]

    @property
    def made(self) -> tuple[tuple[str, str], ...]:
        return (*self.before, *self.behind)

    def part(self, found: Sequence[Json]) -> tuple[tuple[Json, ...], tuple[Json, ...]] | None:
        """Part a request into what the prompt makes and the turns; None where its roles are others."""
        first, last = len(self.before), len(found) - len(self.behind)
        if first > last:
            return None
        made = (*found[:first], *found[last:])
        alike = [_role(item["role"]) for item in made] == [_role(role) for role, _ in self.made]
        return (made, tuple(found[first:last])) if alike else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """A target, its prompt, and what was sent."""

    name: str
    side: Side
    source: Prompt
    sent: Sent
    given: Mapping[str, JsonValue]

    def fixture(self, found: Placement) -> Fixture:
        given = {
            "variables": {**dict.fromkeys(found.lacking, ""), **found.variables},
            "messages": list(found.turns),
            "attached": dict(found.attached),
        }
        return Fixture.model_validate(
            {
                "id": "draft",
                "target": self.name,
                "input": given,
                "context": {"documents": list(found.documents), "text": found.context},
                "tools": {"definitions": list(self.sent.tools)},
                "assert": [],
            }
        )

    def shape(self, marks: Mapping[str, str], unknown_documents: int) -> _Shape:
        """Render the prompt with marks in the place of all that is unknown."""
        filled: dict[str, JsonValue] = {name: mark for mark, name in marks.items()}
        context = filled.pop(CONTEXT, None)
        found = _read_back(filled) if unknown_documents else tuple(self.sent.documents)
        marked = Placement(
            target=self.name,
            variables={**self.given, **filled},
            documents=found,
            context=str(context) if context else None,
        )
        return _parted(self._rendered(self.fixture(marked)), self.side.config.prompted[self.name].role)

    def difference(self, found: Placement) -> str:
        """Render the fixture as a replay would, and say how that departs from what was sent, if it does."""
        fixture, target = self.fixture(found), self.side.config.prompted[self.name]
        entry = self.side.surface.model(target.model)
        made = prompt.request(fixture, target, entry, self._rendered(fixture), source=self.source)
        return _difference(made.messages, [Message.model_validate(message) for message in self.sent.messages])

    def _rendered(self, fixture: Fixture) -> Rendered:
        return self.side.render(self.source, prompt.variables(fixture))


def place(name: str, side: Side, sent: Sent) -> Placement:
    """Find how a target of the repository makes the request."""
    source = side.surface.prompt(side.config.prompted[name].prompt)
    given = {key: value for key, value in (sent.variables or {}).items() if key not in RESERVED_VARIABLES}
    bench = _Bench(name=name, side=side, source=source, sent=sent, given=given)
    found = replace(_tried(bench, 0), offers_tools=isinstance(source.tools, list))
    is_known = bool(sent.documents) and not sent.textless
    if found.exact or is_known or DOCUMENTS not in source.variables:
        return found
    for count in range(1, MAX_READ_BACK):
        more = _tried(bench, count)
        if not more.exact or not all(map(_is_plausible, more.documents)):
            break
        found = replace(
            more, offers_tools=found.offers_tools
        )  # with too few, the text of the last one would hold the others
    return found


def _is_plausible(document: Json) -> bool:
    return len(name := str(document["id"])) <= MAX_ID_CHARS and name.isprintable()


def _tried(bench: _Bench, unknown_documents: int) -> Placement:
    """Place the request, with so many documents of which nothing is known."""
    marks = blanks.marks([*_unknown(bench.source, bench.given), *_fields(unknown_documents)])
    likeness = 0.0
    try:
        shape = bench.shape(marks, unknown_documents)
        likeness = _likeness(shape, bench.sent)
        parted = shape.part(bench.sent.messages)
        if parted is None:
            return _unplaced(bench, "the roles of its messages are others", likeness)
        found = _placed(bench, shape, *parted, marks)
        difference = bench.difference(found)
    except _UNRENDERED as error:
        return _unplaced(bench, error.message if isinstance(error, RenderError) else "it cannot be rendered", likeness)
    return replace(found, exact=not difference, difference=difference, likeness=likeness)


def _likeness(shape: _Shape, sent: Sent) -> float:
    """Tell which share of the prompt's own words stands in the request."""
    own = {word for _, text in shape.made for word in _WORD.findall(blanks.without(text))}
    return len(own & set(_WORD.findall(parts.texts(sent.messages)))) / len(own) if own else 0.0


def _fields(count: int) -> list[str]:
    """Name the fields of documents; no placeholder has such a name."""
    return [f"{DOCUMENTS} {number} {field}" for number in range(count) for field in ("id", "text")]


def _read_back(values: dict[str, JsonValue]) -> tuple[Json, ...]:
    """Take the documents out of the values; one whose id the prompt does not show is named by its text."""
    texts = [name for name in values if name.startswith(f"{DOCUMENTS} ") and name.endswith(" text")]
    return tuple(_document(values, name) for name in texts)


def _document(values: dict[str, JsonValue], name: str) -> Json:
    text = values.pop(name)
    return {"id": values.pop(name.removesuffix("text") + "id", None) or named(text), "text": text}


def named(text: JsonValue) -> str:
    """Name a document that has no id by its text."""
    return "text-" + hashlib.sha256(str(text).encode("utf-8", "replace")).hexdigest()[:12]


def _unknown(source: Prompt, given: Mapping[str, JsonValue]) -> list[str]:
    """List the placeholders without a value, and the context, which production may have joined in its own way."""
    own = set(source.variables) - given.keys() - RESERVED_VARIABLES - set(source.conversations)
    return [*sorted(own), *([CONTEXT] if CONTEXT in source.variables else [])]


def _placed(
    bench: _Bench, shape: _Shape, made: tuple[Json, ...], turns: tuple[Json, ...], marks: Mapping[str, str]
) -> Placement:
    pairs = ((marked, parts.texts((message,))) for (_, marked), message in zip(shape.made, made, strict=True))
    values: dict[str, JsonValue] = {**blanks.values(pairs, marks)}
    found = _read_back(values) or tuple(bench.sent.documents)
    context = values.pop(CONTEXT, (bench.sent.variables or {}).get(CONTEXT))
    joined = prompt.variables(bench.fixture(Placement(target=bench.name, documents=found)))[CONTEXT]
    variables = {**bench.given, **values}
    return Placement(
        target=bench.name,
        documents=found,
        variables=variables,
        turns=turns,
        rendered=made,
        context=context if isinstance(context, str) and context != joined else None,
        lacking=_lacking(bench.source, variables),
        attached=next((parts.around(message) for message in reversed(made) if message["role"] == "user"), {}),
    )


def _unplaced(bench: _Bench, difference: str, likeness: float) -> Placement:
    """Take what can be taken: the system's messages are the prompt's, the others are turns."""
    system: list[Json] = []
    others: list[Json] = []
    for message in bench.sent.messages:
        (system if _role(message["role"]) == "system" else others).append(message)
    lacking = _lacking(bench.source, bench.given)
    return Placement(
        target=bench.name,
        documents=tuple(bench.sent.documents),
        variables=bench.given,
        turns=tuple(others),
        rendered=tuple(system),
        difference=difference,
        lacking=lacking,
        likeness=likeness,
    )


def _lacking(source: Prompt, has: Mapping[str, JsonValue]) -> tuple[str, ...]:
    others = RESERVED_VARIABLES | source.defaults.keys() | set(source.conversations)
    return tuple(sorted(set(source.variables) - others - has.keys()))


def _role(role: JsonValue) -> str:
    return _ALIKE.get(str(role), str(role))


def _parted(rendered: Rendered, one: str) -> _Shape:
    """Find where the turns stand, as `targets.prompt` puts them."""
    texts = tuple((str(role or one), text) for role, text in rendered)
    history = next((place for place, (role, _) in enumerate(texts) if role == "history"), None)
    if history is not None:
        return _Shape(before=texts[:history], behind=texts[history + 1 :])
    is_last = len(rendered) == 1 and rendered[0][0] is None and one == "user"
    return _Shape(before=(), behind=texts) if is_last else _Shape(before=texts, behind=())


def _difference(made: Sequence[Message], sent: Sequence[Message]) -> str:
    for number, (one, other) in enumerate(zip(made, sent, strict=False), start=1):
        if one.role != other.role:
            return f"message {number} is the {one.role}'s, and was the {other.role}'s"
        if one != other:
            return f"message {number}, the {one.role}'s, differs from character {_common(one.text, other.text) + 1} on"
    return "" if len(made) == len(sent) else f"it makes {len(made)} messages, and {len(sent)} were sent"


def _common(one: str, other: str) -> int:
    alike = (place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(alike, min(len(one), len(other)))
