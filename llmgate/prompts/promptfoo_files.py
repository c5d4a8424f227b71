"""What a promptfoo prompt says, text or the name of a file → its turns, and the file that they stand in.

https://www.promptfoo.dev/docs/configuration/prompts/#file-based-prompts
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from llmgate import documents
from llmgate.errors import ConfigurationError, Fault
from llmgate.prompts import structured
from llmgate.prompts.prompt import File, Syntax, Turn

_SEPARATOR = re.compile(r"^[ \t]*---[ \t]*$", re.MULTILINE)
_CODE = (
    ".js",
    ".cjs",
    ".mjs",
    ".ts",
    ".cts",
    ".mts",
    ".py",
    ".sh",
    ".bash",
    ".exe",
    ".bat",
    ".cmd",
    ".ps1",
    ".rb",
    ".pl",
)
_TABLES = (".csv", ".jsonl", ".xlsx", ".xls", ".prompty")
_TEXTS = (".txt", ".md", ".j2", ".json", ".yaml", ".yml")
_FUNCTION = re.compile(r"(?P<path>.+\.(?:[cm]?[jt]s|py|rb|go)):(?P<function>[\w.]+)")
_REGISTRY = re.compile(r"(langfuse|portkey|helicone)://")
_NO_NAME = re.compile(r"\n|\{[{%#]|\A\s*(?:\{|\[\s*[\[{\"])")
_FOLDER = re.compile(r"/[^\s/]*\*[^\s/]*\Z|/\Z")
_PATTERN = frozenset("*?{}[]")
_MAX_NAME_CHARS = 1_000
MAX_WORDS = 200
LINE_END_KEPT = "{##}"
_TEMPLATED = "llmgate does not make the messages of a chat by a template"
_NO_CHAT = "llmgate does not send JSON that is no list of messages with a role and a text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One prompt as promptfoo would read it; `part` tells apart those of one file, `path` is where its text stands."""

    name: str
    line: int
    turns: tuple[Turn, ...]
    syntax: Syntax = Syntax.JINJA
    part: str = ""
    path: str = ""
    named: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    beside: Any = None
    elsewhere: str = ""
    unrendered: str = ""
    fault: Fault | None = None


def entries(file: File, raw: str, line: int) -> Iterator[Entry]:
    """Yield the prompts that `raw` means: itself, or those of the file that it names."""
    name = raw.removeprefix("file://").removeprefix("exec:")
    if registry := _REGISTRY.match(raw):
        yield _elsewhere(raw, raw, line, f"the registry {registry[1]}")
    elif not _is_file(raw):
        said = _said(raw)
        name = f"prompts[{structured.slug(said.turns[0].text)}]"
        yield Entry(name=name, line=line, turns=said.turns, beside=said.beside, unrendered=said.unrendered)
    elif raw.startswith("exec:") or name.endswith(_CODE) or _FUNCTION.fullmatch(name):
        yield _computed(file, raw, name, line)
    elif _PATTERN & set(name) or name.endswith(_TABLES) or not name.endswith(_TEXTS):
        yield _unread(file, raw, name, line)
    else:
        yield from _of_file(file, raw, name, line)


def _is_file(raw: str) -> bool:
    """Tell a file's name from a text: what promptfoo looks up as a file is none where it holds variables or JSON.

    promptfoo looks up whatever has `/`, `*` or an ending, and takes a pattern that matches nothing for a text; a
    sentence with such a sign in it, as in "Answer yes/no to this", is a text here too.
    """
    if raw.startswith(("file://", "exec:")):
        return True
    if len(raw) > _MAX_NAME_CHARS or _NO_NAME.search(raw):
        return False
    function = _FUNCTION.fullmatch(raw)
    path = function["path"] if function else raw
    if path.endswith((*_CODE, *_TABLES, *_TEXTS)):
        return True
    last = raw[-4:]
    looked_up = any(sign in raw for sign in "*/\\") or "." in (last[:1], last[1:2])
    return looked_up and (not re.search(r"\s", raw) or raw.startswith(("./", "../")) or bool(_FOLDER.search(raw)))


def _of_file(file: File, raw: str, name: str, line: int) -> Iterator[Entry]:
    path = structured.located(file.path, name)
    text = structured.text_of(file, path) if path else None
    if path is None or text is None:
        reason = f"the prompt {raw!r} names no text file of the repository"
        fault = documents.fault(file.path, line, reason, "correct its path", id="missing-file")
        yield Entry(name=name, line=line, turns=(), beside=raw, fault=fault)
        return
    parts = _parts(text) if name.endswith(".txt") else [text]
    for place, text_of_part in enumerate(parts, start=1):
        part = str(place) if len(parts) > 1 else ""
        said = _said(text_of_part, name)
        yield Entry(
            name=f"{name}: {part}" if part else name,
            line=line,
            turns=said.turns,
            part=part,
            path=path,
            beside=[raw, said.beside],
            unrendered=said.unrendered,
        )


def _parts(text: str) -> list[str]:
    """Split a text file at its lines of `---`, each part without the blanks around it."""
    return [part.strip() for part in _SEPARATOR.split(text) if part.strip()] or [""]


class _Said(NamedTuple):
    """What a text says: the messages of a chat, or itself."""

    turns: tuple[Turn, ...]
    beside: Any = None
    unrendered: str = ""


def _said(text: str, name: str = "") -> _Said:
    """Read a chat that is written as JSON or YAML, as promptfoo does, or the text as it is.

    promptfoo fills in variables first where the text is no JSON yet; what comes of that may be a chat or not.
    """
    begins = text.lstrip()[:7]
    as_yaml = name.endswith(structured.YAML_ENDINGS) or begins == "- role:"
    if not (as_yaml or name.endswith(".json") or begins.startswith(("[", "{"))):
        return _Said((Turn(None, _whole(text)),))
    try:
        value = documents.foreign("chat.yaml" if as_yaml else "chat.json", text.encode()).value
    except ConfigurationError:
        templated = as_yaml or name.endswith(".json") or '"role"' in text
        return _Said((Turn(None, _whole(text)),), unrendered=_TEMPLATED if templated else "")
    chat = structured.chat(value)
    if chat is None:
        return _Said((Turn(None, _whole(text)),), unrendered=_NO_CHAT)
    return _Said(tuple(Turn(turn.role, _whole(turn.text)) for turn in chat.turns), chat.beside)


def _whole(text: str) -> str:
    """Keep the last line end, which Jinja takes away and Nunjucks does not."""
    return text + LINE_END_KEPT if text.endswith("\n") else text


def _computed(file: File, raw: str, name: str, line: int) -> Entry:
    """Return the entry of a prompt that a program makes: the program is not run, and its file counts."""
    function = _FUNCTION.fullmatch(name)
    path = structured.located(file.path, function["path"] if function else name)
    return _elsewhere(name, raw, line, f"what {name} makes of its variables", path)


def _unread(file: File, raw: str, name: str, line: int) -> Entry:
    if _PATTERN & set(name) or name.endswith("/"):
        return _elsewhere(name, raw, line, f"{name}, which llmgate does not read from here: name each file")
    path = structured.located(file.path, name)
    advice = "" if name.endswith(_TABLES) else f"; texts that promptfoo reads end in {', '.join(_TEXTS[:3])}"
    return _elsewhere(name, raw, line, f"{name}, which llmgate does not read from here{advice}", path)


def _elsewhere(name: str, raw: str, line: int, where: str, path: str | None = None) -> Entry:
    return Entry(
        name=name,
        line=line,
        turns=(Turn(None, raw),),
        syntax=Syntax.VERBATIM,
        elsewhere=documents.printable(where, MAX_WORDS),
        named=(path,) if path else (),
    )
