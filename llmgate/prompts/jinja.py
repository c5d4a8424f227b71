"""Jinja templates → tokens without comments, variables, and the closure of what they include, extend or import.

Templates are only read here, never evaluated: Jinja folds constants when it compiles, and `{{ "a" * 10**9 }}` would be
computed in llmgate's own process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from llmgate.errors import Fault
from llmgate.prompts.prompt import Facet, Format, Load, Prompt, Turn, broken, bytes_digest, decode, digest_of

FORMAT = Format.JINJA

MAX_SOURCE_CHARS = 128 * 1024  # reading takes Jinja a second for a source of this size
MAX_FILES = 200
MAX_CLOSURE_CHARS = 4 * 1024 * 1024

_ENDINGS = (".j2", ".jinja", ".jinja2")
_INNER_ENDING = re.compile(r"\.(j2|jinja2?)\.[a-z]+$")
_STATEMENT = re.compile(
    r"\{%[-+]?\s{0,20}(if|for|set|block|extends|include|import|from|macro|call|filter|with|raw|autoescape)\b"
)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reference:
    """One statement that names templates; `names` is None where only rendering can tell them."""

    names: tuple[str, ...] | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scan:
    """One source as read. A `fault` is (line, reason)."""

    text: tuple[str, ...] = ()
    structure: tuple[tuple[str, str], ...] = ()
    variables: frozenset[str] = frozenset()
    references: tuple[_Reference, ...] = ()
    fault: tuple[int, str] | None = None


@dataclass(slots=True, kw_only=True)
class _Closure:
    """The files that a template can reach, while they are being found; `links` are what the names in each mean."""

    load: Load
    root: str | None
    sources: dict[str, str]
    pending: list[str]
    digests: dict[str, str] = field(default_factory=dict)
    links: dict[str, list[str | None]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    opaque: str = ""
    fault: Fault | None = None


def recognise(path: str, head: str) -> bool:
    name = path.lower()
    return name.endswith(_ENDINGS) or bool(_INNER_ENDING.search(name)) or bool(_STATEMENT.search(head))


def parse(path: str, source: str, load: Load, *, root: str | None = None) -> Prompt:
    scan = _scan(source)
    if scan.fault:
        line, reason = scan.fault
        fault = Fault(file=path, line=line, message=f"not a Jinja template: {reason}", remedy="correct it")
        return broken(path, FORMAT, source.encode(errors="surrogatepass"), fault)
    closure = _closure(path, source, load, root)
    scans = [_scan(text) for text in closure.sources.values()]
    digests = {
        Facet.TEXT: digest_of(scan.text),
        Facet.STRUCTURE: digest_of(scan.structure),
        Facet.VARIABLES: digest_of(sorted(scan.variables)),
        Facet.DEPENDENCIES: digest_of([_walk(closure, path), sorted(closure.missing)]),
    }
    return Prompt(
        path=path,
        format=FORMAT,
        digests=digests,
        turns=(Turn(None, source),),
        sources=dict(sorted(closure.sources.items())),
        variables=tuple(sorted(frozenset().union(*(each.variables for each in scans)))),
        dependencies=tuple(sorted(closure.digests)),
        missing=tuple(sorted(closure.missing)),
        root=root,
        opaque=closure.opaque,
        fault=closure.fault,
    )


def _closure(path: str, source: str, load: Load, root: str | None) -> _Closure:
    closure = _Closure(load=load, root=root, sources={path: source}, pending=[path])
    while closure.pending:
        here = closure.pending.pop()
        closure.links[here] = []
        for reference in _scan(closure.sources[here]).references:
            if reference.names is None:
                closure.opaque = closure.opaque or f"{here} includes a template whose name is computed"
                continue
            found = [_follow(closure, name, here, reference.line) for name in reference.names]
            closure.links[here] += found
            if not any(found):
                closure.missing.update(reference.names)
        if len(closure.sources) > MAX_FILES or sum(map(len, closure.sources.values())) > MAX_CLOSURE_CHARS:
            closure.opaque = f"it includes more than {MAX_FILES} files or {MAX_CLOSURE_CHARS:,} characters"
            break
    return closure


def _follow(closure: _Closure, name: str, parent: str, line: int) -> str | None:
    """Return the path of the template, or None where it does not exist; one that can be two files is a fault."""
    from llmgate.prompts import sandbox  # noqa: PLC0415 - jinja2 takes 80 ms to import and many runs need none of it

    seen = closure.sources.keys() | closure.digests.keys()
    paths = sandbox.candidates(name, parent, closure.root)
    found = [path for path in paths if path in seen or closure.load(path) is not None]
    if not found:
        return None
    if len(found) > 1:
        fault = Fault(
            file=parent, line=line, message=sandbox.ambiguity(name, found), remedy=sandbox.LOOKUP_REMEDY.rstrip(".")
        )
        closure.fault = closure.fault or fault
    if found[0] not in seen:
        _take(closure, found[0])
    return found[0]


def _take(closure: _Closure, path: str) -> None:
    data = closure.load(path) or b""
    try:
        text = decode(data)
    except UnicodeDecodeError:
        closure.digests[path] = bytes_digest(data)
        fault = Fault(
            file=path, line=1, message="a template includes it and it is not UTF-8", remedy="save it as UTF-8"
        )
        closure.fault = closure.fault or fault
        return
    closure.sources[path] = text
    closure.digests[path] = semantic_digest(text)
    closure.pending.append(path)


def _walk(closure: _Closure, path: str) -> list[Any]:
    """List what each name of each file means, by content and place: a folder that moves as a whole changes nothing."""
    order = [path]
    rows: list[Any] = []
    for here in order:  # it grows on the way
        links = closure.links.get(here, ())
        order += dict.fromkeys(target for target in links if target and target not in order)
        places = [order.index(target) if target else None for target in links]
        rows.append([closure.digests.get(here) if here != path else None, places])
    return rows


def semantic_digest(source: str) -> str:
    """Return the digest of what the source renders, whatever its comments."""
    scan = _scan(source)
    return digest_of(source if scan.fault else [scan.text, scan.structure])


def without_comments(source: str) -> str:
    """Return the source as a person compares it, on the same lines; strings and raw blocks are not told apart."""
    return _COMMENT.sub(lambda match: "\n" * match.group().count("\n"), source)


@lru_cache(maxsize=1024)
def _scan(source: str) -> _Scan:
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415 - as above

    from llmgate.prompts import sandbox, scoping  # noqa: PLC0415 - as above

    if len(source) > MAX_SOURCE_CHARS:
        return _Scan(fault=(1, f"it has {len(source):,} characters; at most {MAX_SOURCE_CHARS:,} are read"))
    jinja = sandbox.parser()
    try:
        tokens = list(jinja.lexer.tokenize(source))
        text, structure = _tokens(tokens)
        found = scoping.read(_tree(jinja, tokens))
        return _Scan(
            text=text,
            structure=structure,
            variables=frozenset(found.variables),
            references=tuple(_Reference(names=_names(node), line=node.lineno) for node in found.templates),
        )
    except TemplateSyntaxError as error:
        return _Scan(fault=(error.lineno, str(error.message)[:200]))
    except (RecursionError, ValueError, OverflowError) as error:
        return _Scan(fault=(1, f"{type(error).__name__}: {str(error)[:200]}"))


def _tree(jinja: Any, tokens: list[Any]) -> Any:
    """Parse tokens that are there already: lexing is half of the work."""
    from jinja2.lexer import TokenStream  # noqa: PLC0415 - as above
    from jinja2.parser import Parser  # noqa: PLC0415 - as above

    parser = Parser(jinja, "")
    parser.stream = TokenStream(iter(tokens), None, None)
    return parser.parse()


def _tokens(tokens: Iterable[Any]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Split the tokens into the text that can be sent and the logic around it; both together lose nothing."""
    text: list[str] = []
    structure: list[tuple[str, str]] = []
    in_expression = False
    for token in tokens:
        sent = token.type == "data" or (token.type == "string" and in_expression)
        if not sent:
            structure.append((token.type, str(token.value)))
        elif token.type == "data" and structure and structure[-1] == ("data", ""):
            text[-1] += token.value
        elif token.value or token.type == "string":
            text.append(token.value)
            structure.append((token.type, ""))
        if token.type in ("variable_begin", "variable_end"):
            in_expression = token.type == "variable_begin"
    return tuple(text), tuple(structure)


def _names(node: Any) -> tuple[str, ...] | None:
    from jinja2 import nodes  # noqa: PLC0415 - as above

    match node:
        case nodes.Const(value=str(name)):
            return (name,)
        case nodes.Tuple(items=items) | nodes.List(items=items):
            inner = [_names(item) for item in items]
            return None if None in inner else tuple(name for names in inner for name in names or ())
        case nodes.CondExpr(expr1=one, expr2=other) if other is not None:
            either = (_names(one), _names(other))
            return None if None in either else tuple(name for names in either for name in names or ())
        case _:
            return None
