"""A prompt's own templates, and a way to read files → every template that they include, extend or import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from llmgate import documents
from llmgate.errors import Fault, LlmgateError
from llmgate.prompts import templates
from llmgate.prompts.prompt import File, Syntax, bytes_digest, decode, digest_of
from llmgate.prompts.syntaxes import lookup

MAX_FILES = 200
MAX_CLOSURE_CHARS = 4 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class Closure:
    """The files that templates can reach, while they are being found; `links` are what the names in each mean.

    `certain` are the files that each includes whatever the values are, by the line that does so.
    """

    file: File
    syntax: Syntax
    sources: dict[str, str]
    pending: list[str]
    digests: dict[str, str] = field(default_factory=dict)
    links: dict[str, list[str | None]] = field(default_factory=dict)
    certain: dict[str, dict[str, int]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    opaque: str = ""
    fault: Fault | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        scans = [templates.scan(self.syntax, text) for text in self.sources.values()]
        return tuple(sorted(frozenset().union(*(each.variables for each in scans))))

    def digest(self, own: Iterable[str]) -> str:
        """Return the digest of what the names in a prompt's own templates mean; what these say is left out."""
        paths = list(own)
        known = frozenset(paths)
        return digest_of([*(_walk(self, path, known) for path in paths), sorted(self.missing)])


def of(file: File, syntax: Syntax, own: Mapping[str, str]) -> Closure:
    """Find what the templates in `own`, by their keys, can reach."""
    closure = Closure(file=file, syntax=syntax, sources=dict(own), pending=list(own))
    while closure.pending:
        _open(closure, closure.pending.pop())
        if len(closure.sources) > MAX_FILES or sum(map(len, closure.sources.values())) > MAX_CLOSURE_CHARS:
            closure.opaque = f"it includes more than {MAX_FILES} files or {MAX_CLOSURE_CHARS:,} characters"
            break
    closure.fault = closure.fault or _endless(closure)
    return closure


def _endless(closure: Closure) -> Fault | None:
    """Return the fault of files that include one another whatever the values are: nothing can ever be rendered."""
    clear: set[str] = set()
    for start in closure.certain:
        trail = [start]
        ahead = [iter(closure.certain[start].items())]
        while ahead:
            target, line = next(ahead[-1], ("", 0))
            if not target:
                ahead.pop()
                clear.add(trail.pop())
            elif target in trail:
                chain = " → ".join([*trail[trail.index(target) :], target])
                message = f"templates include one another without end: {chain}"
                return documents.fault(
                    path=trail[-1],
                    line=line,
                    message=message,
                    id="prompt-malformed",
                    remedy="break the circle with a condition",
                )
            elif target not in clear:
                trail.append(target)
                ahead.append(iter(closure.certain.get(target, {}).items()))
    return None


def _open(closure: Closure, here: str) -> None:
    closure.links[here] = []
    for reference in templates.scan(closure.syntax, closure.sources[here]).references:
        if reference.names is None:
            closure.opaque = closure.opaque or f"{here} includes a template whose name is computed"
            continue
        found = [_follow(closure, name, here, reference.line) for name in reference.names]
        closure.links[here] += found
        if reference.always and found[0]:
            closure.certain.setdefault(here, {}).setdefault(found[0], reference.line)
        if not any(found):
            closure.missing.update(reference.names)


def _follow(closure: Closure, name: str, parent: str, line: int) -> str | None:
    """Return the path of the template, or None where it does not exist; one that can be two files is a fault."""
    seen = closure.sources.keys() | closure.digests.keys()
    paths = lookup.partials(closure.syntax, name, parent, closure.file.root)
    found = [path for path in paths if path in seen or _exists(closure, path)]
    if not found:
        return None
    if len(found) > 1:
        fault = documents.fault(
            path=parent,
            line=line,
            message=lookup.ambiguity(name, found),
            id="prompt-malformed",
            remedy=lookup.LOOKUP_REMEDY.rstrip("."),
        )
        closure.fault = closure.fault or fault
    if found[0] not in seen:
        _take(closure, found[0])
    return found[0]


def _exists(closure: Closure, path: str) -> bool:
    """Tell whether there is something at a path, be it a link or a file that is too large to be read."""
    try:
        return closure.file.load(path) is not None
    except LlmgateError:
        return True


def _take(closure: Closure, path: str) -> None:
    data = b""
    try:
        data = closure.file.load(path) or b""
        text = decode(data)
    except UnicodeDecodeError:
        _leave(closure, path, data, "it is not UTF-8")
        return
    except LlmgateError as error:
        reason = " ".join(error.message.split())
        _leave(closure, path, reason.encode(), reason)
        return
    closure.sources[path] = text
    closure.digests[path] = _meaning(closure.syntax, text)
    closure.pending.append(path)


def _leave(closure: Closure, path: str, data: bytes, reason: str) -> None:
    """Keep a file that nobody can read by its bytes, or by the reason."""
    closure.digests[path] = bytes_digest(data)
    message = f"a template includes it and {reason}"
    closure.fault = closure.fault or documents.fault(
        path=path, line=1, message=message, id="not-utf8", remedy="commit it as UTF-8 text"
    )


def _meaning(syntax: Syntax, text: str) -> str:
    """Return the digest of what the text renders, whatever its comments."""
    scanned = templates.scan(syntax, text)
    return digest_of(text if scanned.refusal else [scanned.pieces, scanned.names, scanned.logic])


def _walk(closure: Closure, path: str, own: frozenset[str]) -> list[Any]:
    """List what each name of each file means, by content and place: a folder that moves as a whole changes nothing."""
    order = [path]
    rows: list[Any] = []
    for here in order:  # it grows on the way
        links = closure.links.get(here, ())
        order += dict.fromkeys(target for target in links if target and target not in order)
        places = [order.index(target) if target else None for target in links]
        rows.append([None if here in own else closure.digests.get(here), places])
    return rows
