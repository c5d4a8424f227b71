"""What a format found in a file → a Prompt with a digest for each facet, made in one way for all formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmgate import documents
from llmgate.errors import Fault
from llmgate.prompts import closure, roles, templates
from llmgate.prompts.prompt import (
    DECLARED,
    Facet,
    File,
    Format,
    Prompt,
    Rule,
    Syntax,
    Turn,
    broken,
    bytes_digest,
    decode,
    digest_of,
    in_order,
)
from llmgate.prompts.syntaxes import Scanned

if TYPE_CHECKING:
    from pydantic import JsonValue

_WITH_REFERENCES = frozenset({Syntax.JINJA, Syntax.MUSTACHE, Syntax.HANDLEBARS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One prompt as a format found it.

    `name` is empty where the file is the prompt. `turns` are its templates; one template that is split into messages
    only when it is rendered has the file's `marker` in it. `beside` is JSON that bears on what is sent and has no
    other place: options of the format, keys of a message beside its text. `named` are files that the prompt sends or
    is made of and that no template includes, as `${file:…}` does. `variables` are names that its templates do not hold,
    `helpers` names in them that are no variables; `defaults`, `conversations` and `unrendered` are those of the prompt.
    `borrowed` are the turns, by their places, whose text stands in another file, and the paths of these: such a text
    differs as a dependency.
    """

    format: Format
    syntax: Syntax
    turns: Sequence[Turn] = ()
    name: str = ""
    line: int = 1
    rule: Rule = DECLARED
    marker: str = ""
    model: str | None = None
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    tools: JsonValue = None
    schema: JsonValue = None
    beside: JsonValue = None
    named: Sequence[str] = ()
    variables: Sequence[str] = ()
    helpers: frozenset[str] = frozenset()
    partial: bool = False
    gated: bool = True
    elsewhere: str = ""
    unrendered: str = ""
    borrowed: Mapping[int, str] = field(default_factory=dict)
    defaults: Mapping[str, JsonValue] = field(default_factory=dict)
    conversations: Sequence[str] = ()


def compose(file: File, found: Found) -> Prompt:
    """Make the prompt. A template that is none of its syntax makes a prompt with a fault, which differs by its text."""
    for place, turn in enumerate(found.turns):
        if refusal := templates.scan(found.syntax, turn.text).refusal:
            line = refusal.line if place in found.borrowed else found.line + refusal.line - 1
            path = found.borrowed.get(place, file.path)
            fault = documents.fault(
                path=path, line=line, message=refusal.reason, id="prompt-malformed", remedy="correct it"
            )
            return refused(file, found, fault)
    keys = _keys(file.path, found.turns)
    reached = closure.of(file, found.syntax, keys if found.syntax in _WITH_REFERENCES else {})
    told = {**_own(found), **_referenced(file, found, reached, keys)}
    return Prompt(
        path=file.path,
        name=found.name,
        line=found.line,
        format=found.format,
        syntax=found.syntax,
        rule=found.rule,
        gated=found.gated,
        partial=found.partial,
        digests=told,
        turns=tuple(found.turns),
        marker=found.marker,
        elsewhere=found.elsewhere,
        unrendered=found.unrendered,
        defaults=dict(found.defaults),
        conversations=tuple(found.conversations),
        sources=dict(sorted({**keys, **reached.sources}.items())),
        variables=tuple(sorted({*_read(found), *reached.variables, *found.variables} - found.helpers)),
        dependencies=tuple(sorted({*reached.digests, *found.named, *found.borrowed.values()})),
        missing=tuple(sorted(reached.missing)),
        root=file.root,
        model=found.model,
        params=dict(found.params),
        tools=found.tools,
        schema=found.schema,
        opaque=reached.opaque,
        fault=reached.fault,
    )


def refused(file: File, found: Found, fault: Fault) -> Prompt:
    """Make the prompt that cannot be used, though its file can: it differs by its text and by what it says beside."""
    text = digest_of([[[turn.role, turn.text] for turn in found.turns], found.beside]).encode()
    made = broken(file.path, found.format, text, fault)
    return Prompt(
        path=made.path,
        name=found.name,
        line=found.line,
        format=made.format,
        syntax=found.syntax,
        rule=found.rule,
        gated=found.gated,
        partial=found.partial,
        digests=made.digests,
        fault=fault,
    )


def _keys(path: str, turns: Sequence[Turn]) -> dict[str, str]:
    shape = Prompt(path=path, format=Format.TEXT, digests={}, turns=tuple(turns))
    return {shape.source_of(place): turn.text for place, turn in enumerate(turns)}


def _read(found: Found) -> frozenset[str]:
    """The names that the prompt's own templates read from outside."""
    scans = (templates.scan(found.syntax, turn.text) for turn in found.turns)
    return frozenset(name for each in scans for name in each.variables - found.helpers)


def _names(found: Found, scans: Sequence[Scanned]) -> list[tuple[list[str], list[str]]]:
    """For each template the placeholders in their order, and the names that must be given, without helpers."""
    return [
        ([name for name in each.names if name not in found.helpers], sorted(each.variables - found.helpers))
        for each in scans
    ]


def _own(found: Found) -> dict[Facet, str]:
    """The digests of what the prompt itself says."""
    scans = [
        Scanned() if place in found.borrowed else templates.scan(found.syntax, turn.text)
        for place, turn in enumerate(found.turns)
    ]
    cuts = [[roles.cut(piece, found.marker) for piece in each.pieces] for each in scans]
    began = [[turn.role for turn in found.turns], [[role for each in pieces for role in each[1]] for pieces in cuts]]
    told = {
        Facet.TEXT: digest_of([[list(each[0]) for each in pieces] for pieces in cuts]),
        Facet.VARIABLES: digest_of([_names(found, scans), dict(found.defaults)]),
        Facet.STRUCTURE: digest_of([began, [list(each.logic) for each in scans], found.beside]),
    }
    parts = {
        Facet.MODEL: found.model,
        Facet.PARAMS: dict(found.params) or None,
        Facet.TOOLS: found.tools,
        Facet.SCHEMA: found.schema,
    }
    return told | {facet: digest_of(in_order(part)) for facet, part in parts.items() if part is not None}


def _referenced(file: File, found: Found, reached: closure.Closure, keys: Mapping[str, str]) -> dict[Facet, str]:
    """The digest of the files that the prompt is made of, where it can have any."""
    if found.syntax not in _WITH_REFERENCES and not found.named and not found.borrowed:
        return {}
    named = [[path, _file_digest(file, path)] for path in sorted(found.named)]
    scans = [templates.scan(found.syntax, found.turns[place].text) for place in sorted(found.borrowed)]
    borrowed = [[each.pieces, each.names, each.logic] for each in scans]
    return {Facet.DEPENDENCIES: digest_of([reached.digest(keys), named, borrowed])}


def _file_digest(file: File, path: str) -> str | None:
    data = file.load(path)
    if data is None:
        return None
    try:
        return digest_of(decode(data))
    except UnicodeDecodeError:
        return bytes_digest(data)
