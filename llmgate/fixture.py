"""A fixture: one stored case with its whole input state and what must hold of the answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from llmgate import documents
from llmgate.assertions import Assertion
from llmgate.errors import Fault
from llmgate.message import Message, ToolDefinition

MAX_ID_CHARS = 120
MAX_SEED = 2**63 - 1
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=MAX_ID_CHARS)]


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class Origin(_Noun):
    """Where the case was seen."""

    kind: Literal["production", "staging", "manual", "import"] = "manual"
    trace: str | None = None
    captured: dt.date | None = None
    issue: str | None = None
    feedback: str | None = None


class Hypothesis(_Noun):
    statement: str
    status: Literal["open", "confirmed", "rejected"] = "open"


RESERVED_VARIABLES = frozenset({"documents", "context"})


def _none_reserved(variables: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if taken := sorted(RESERVED_VARIABLES & variables.keys()):
        raise ValueError(f"{', '.join(taken)}: llmgate fills this in from context.documents")
    return variables


class Input(_Noun):
    """`variables` fill the template; `messages` are the earlier turns."""

    variables: Annotated[dict[str, JsonValue], AfterValidator(_none_reserved)] = Field(default_factory=dict)
    messages: tuple[Message, ...] = ()


class IndexReference(_Noun):
    name: str
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{8,64}$")] | None = None


def _matches_its_hash(document: ContextDocument) -> ContextDocument:
    if document.sha256 is not None and document.sha256 != hashlib.sha256(document.text.encode()).hexdigest():
        raise ValueError(f"the text of document {document.id!r} does not have the sha256 recorded for it")
    return document


class ContextDocument(_Noun):
    """A document as retrieval returned it. `sha256` is of the text in UTF-8; a mismatch is a fault."""

    id: str = Field(min_length=1)
    text: str
    score: float | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class Context(_Noun):
    """Frozen retrieval: what the model saw, and the ids that must be among it."""

    index: IndexReference | None = None
    documents: tuple[Annotated[ContextDocument, AfterValidator(_matches_its_hash)], ...] = ()
    gold: tuple[str, ...] = ()


class ToolResult(_Noun):
    """A recorded answer of a tool, served when a call has the same name and the same arguments."""

    name: str
    arguments: JsonValue = Field(default_factory=dict)
    result: JsonValue = None


class Tools(_Noun):
    definitions: tuple[ToolDefinition, ...] = ()
    results: tuple[ToolResult, ...] = ()


class Fixture(_Noun):
    """One case. `assert` is spelled `assertions` in the code, as `assert` is a word of the language.

    Only a draft may have no assertion, or none with a weight: `located` sees to it. With `retrieval: live` each arm's
    own engine finds the documents, in place of those in `context`.
    """

    id: Identifier
    target: str
    title: str = ""
    category: str | None = None
    critical: bool = False
    enabled: bool = True
    draft: bool = False
    weight: float = Field(default=1.0, gt=0, le=1000)
    origin: Origin = Origin()
    hypothesis: Hypothesis | None = None
    input: Input = Input()
    retrieval: Literal["frozen", "live"] = "frozen"
    context: Context = Context()
    tools: Tools = Tools()
    seed: int | None = Field(default=None, ge=-MAX_SEED, le=MAX_SEED)
    threshold: float | None = Field(default=None, gt=0, le=1)
    assertions: tuple[Assertion, ...] = Field(alias="assert", json_schema_extra={"minItems": 1})

    @property
    def digest(self) -> str:
        """`sha256:` over everything that bears on a trial or its grading; titles and hypotheses do not."""
        bearing = {"target", "seed", "threshold", "input", "context", "tools", "assertions"}
        if self.retrieval == "live":  # a frozen one keeps the name that its stored baseline has
            bearing.add("retrieval")
        content = self.model_dump(mode="json", by_alias=True, include=bearing)
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A fixture and the line on which it begins."""

    fixture: Fixture
    line: int


def parse(document: documents.Document) -> tuple[tuple[Fixture, ...], tuple[Fault, ...]]:
    """Read the fixtures of one file: one mapping, or a list of them. Faults carry file and line."""
    found, faults = located(document)
    return tuple(each.fixture for each in found), faults


def located(document: documents.Document) -> tuple[tuple[Located, ...], tuple[Fault, ...]]:
    """Read the fixtures of one file as `parse` does, each with its line."""
    raw = document.value
    cases: list[tuple[documents.Pointer, Any]] = (
        [((position,), case) for position, case in enumerate(raw)] if isinstance(raw, list) else [((), raw)]
    )
    found: list[Located] = []
    faults: list[Fault] = []
    for where, case in cases:
        try:
            fixture = Fixture.model_validate(case)
        except ValidationError as error:
            faults.extend(documents.faults(document, error, prefix=where))
            continue
        if fixture.draft or any(assertion.weight > 0 for assertion in fixture.assertions):
            found.append(Located(fixture=fixture, line=document.line(where)))
        else:
            message = "no assertion has a weight, so that nothing is checked"
            remedy = "add an assertion, or give one of them a weight; only a draft may have none"
            faults.append(document.fault((*where, "assert"), message, remedy))
    return tuple(found), tuple(documents.bounded(document, faults))
