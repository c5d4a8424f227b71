"""What one prompt file says, as a value: its digest for each facet, what it needs, and all that rendering takes."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from llmgate.errors import Fault

if TYPE_CHECKING:
    from pydantic import JsonValue  # takes 80 ms, which the rendering process has no use for

MAX_BYTES = 512 * 1024
MARK_END = "\x03"

Load = Callable[[str], bytes | None]
"""The bytes of the file at a path from the repository's root, or None where there is no such file."""


class Format(StrEnum):
    """Every prompt format; each is a module of this package, of the same name."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JINJA = "jinja"
    MUSTACHE = "mustache"
    DOTPROMPT = "dotprompt"
    PROMPTY = "prompty"
    PROMPT_YML = "prompt_yml"
    PROMPTFOO = "promptfoo"
    LANGCHAIN = "langchain"
    SEMANTIC_KERNEL = "semantic_kernel"
    HAYSTACK = "haystack"
    CREWAI = "crewai"
    LLAMAINDEX = "llamaindex"
    RASA = "rasa"
    BAML = "baml"
    PYTHON = "python"
    TYPESCRIPT = "typescript"
    SETTINGS = "settings"
    REMOTE = "remote"
    INSTRUCTIONS = "instructions"


class Syntax(StrEnum):
    """How a template is filled; each is a module of `llmgate.prompts.syntaxes`, of the same name."""

    VERBATIM = "verbatim"
    DOUBLE_BRACES = "double_braces"
    SINGLE_BRACES = "single_braces"
    FORMAT_STRING = "format_string"
    JINJA = "jinja"
    MUSTACHE = "mustache"
    HANDLEBARS = "handlebars"
    SEMANTIC_KERNEL = "semantic_kernel"


class Rule(NamedTuple):
    """Why something was taken for a prompt: a stable id such as `dotprompt.front-matter`, and a sentence for people.

    `certain` is False where only names or the look of the text tell; such a rule has a precision, which is measured.
    """

    id: str
    reason: str
    certain: bool = True


OTHER_REVISION = Rule("revision.other", "the other revision has prompts in the file", certain=False)
DECLARED = Rule("declared", "surface.prompts or a target in llmgate.yaml names the file")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    r"""A text file as a format sees it: its text (NFC, `\n`), and a way to the files that it names.

    `root` is the folder that the names of included templates start from, where the configuration tells it.
    """

    path: str
    source: str
    load: Load
    root: str | None = None


class Facet(StrEnum):
    """What can differ between two versions of a prompt, a model entry or a retrieval setting."""

    TEXT = "text"
    VARIABLES = "variables"
    STRUCTURE = "structure"
    MODEL = "model"
    PARAMS = "params"
    TOOLS = "tools"
    SCHEMA = "schema"
    DEPENDENCIES = "dependency"
    SETTINGS = "settings"
    BYTES = "bytes"


Role = Literal["system", "developer", "user", "assistant"]
Place = Role | Literal["history"]


class Turn(NamedTuple):
    """One message: `role` is None where the whole prompt is one text, whose role the target names.

    `history` is no message: it is where the earlier turns of the conversation stand.
    """

    role: Place | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt as read from a file, which may hold several: `name` tells them apart, and is empty where it is the file.

    `rule` says why it was taken, `line` where it begins. `gated` is False for what is reported only. `partial` says
    that the file holds other things, so that a difference of its bytes alone says nothing about the prompt. `marker`
    stands, once rendered, where a message of another role begins (`llmgate.prompts.roles`). `elsewhere` says where
    the text is, for a reference into a prompt registry; the reference itself is then the text. `unrendered` says what
    keeps llmgate from making the text that the format's own program would send.

    `turns` are the templates in their order; `defaults` are the values of variables that a caller may leave out,
    `conversations` the variables in whose place the earlier turns stand. `sources` is the text of every file that
    the prompt may include, by path, itself among them, and `root` the folder that the names in them start from,
    where that is known. `digests` has an entry for each facet that the file has; `dependencies` are paths of the
    whole closure, and references to other prompts of the file. `opaque` says why the closure cannot be known; a
    `fault` says why the file cannot be used; where it cannot even be read, its only digest is that of its bytes.
    """

    path: str
    name: str = ""
    line: int = 1
    format: Format
    syntax: Syntax = Syntax.DOUBLE_BRACES
    rule: Rule = DECLARED
    gated: bool = True
    partial: bool = False
    digests: Mapping[Facet, str]
    turns: tuple[Turn, ...] = ()
    marker: str = ""
    elsewhere: str = ""
    unrendered: str = ""
    defaults: Mapping[str, JsonValue] = field(default_factory=dict)
    conversations: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    variables: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    root: str | None = None
    model: str | None = None
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    tools: JsonValue = None
    schema: JsonValue = None
    opaque: str = ""
    fault: Fault | None = None

    @property
    def reference(self) -> str:
        """How llmgate.yaml names the prompt: `path`, or `path#name`."""
        return f"{self.path}#{self.name}" if self.name else self.path

    @property
    def text(self) -> str:
        """All templates of the prompt itself, for a person to compare."""
        text = "\n".join(turn.text for turn in self.turns)
        return re.sub(f"{re.escape(self.marker)}([a-z]+){MARK_END}", r"\1:\n", text) if self.marker else text

    def source_of(self, position: int) -> str:
        """Return the key in `sources` of the template of one turn."""
        return self.path if len(self.turns) == 1 else f"{self.path}[{position}]"

    @property
    def digest(self) -> str:
        """Everything the file itself says; what it includes is left out."""
        own = {facet: value for facet, value in self.digests.items() if facet is not Facet.DEPENDENCIES}
        return digest_of({facet.value: value for facet, value in own.items()})


def digest_of(value: Any) -> str:
    """`sha256:` of a JSON value in canonical form: keys sorted, nothing escaped that need not be."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def in_order(value: Any) -> Any:
    """Write the properties of the schemas in a JSON value as lists: a model answers in their order, mappings have none.

    https://developers.openai.com/api/docs/guides/structured-outputs
    """
    match value:
        case dict():
            return {key: _pairs(item) if key == "properties" else in_order(item) for key, item in value.items()}
        case list() | tuple():
            return [in_order(item) for item in value]
        case _:
            return value


def _pairs(value: Any) -> Any:
    return [[key, in_order(item)] for key, item in value.items()] if isinstance(value, dict) else in_order(value)


def bytes_digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def decode(data: bytes) -> str:
    r"""Return the text that is compared and sent: UTF-8 without a byte order mark, `\n` line ends, Unicode NFC.

    Letters that are put together of others are, characters that NFC would replace by another stay: U+1FEF is no `.

    Raises:
        UnicodeDecodeError: where the bytes are not UTF-8.
    """
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    if unicodedata.is_normalized("NFC", text):
        return text
    replaced = {char for char in set(text) if len(one := unicodedata.normalize("NFC", char)) == 1 and one != char}
    runs = ("".join(run) for _, run in itertools.groupby(text, replaced.__contains__))
    return "".join(run if run[0] in replaced else unicodedata.normalize("NFC", run) for run in runs)


def broken(path: str, form: Format, data: bytes, fault: Fault) -> Prompt:
    """Return the prompt that stands for a file nobody can understand: it differs when its bytes differ."""
    return Prompt(path=path, format=form, digests={Facet.BYTES: bytes_digest(data)}, fault=fault)
