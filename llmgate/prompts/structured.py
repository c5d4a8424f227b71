"""A YAML or JSON file of another tool → its document, and what the formats that are written so have in common."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from llmgate import documents
from llmgate.documents import Document, Pointer
from llmgate.errors import ConfigurationError
from llmgate.prompts.prompt import File, Format, Prompt, Role, Rule, Turn, broken, decode
from llmgate.prompts.roles import ROLES

YAML_ENDINGS = (".yml", ".yaml")
ENDINGS = (*YAML_ENDINGS, ".json")

SLUG_WORDS = 6
MAX_NAME_CHARS = 80

# What other tools call the roles that every provider knows.
_ALIASES: dict[str, Role] = {"human": "user", "ai": "assistant", "model": "assistant", "chatbot": "assistant"}
_WORD = re.compile(r"\w+")


Reader = Callable[[File, Rule, Document], Iterable[Prompt]]


def read(file: File, form: Format, rule: Rule, prompts: Reader) -> tuple[Prompt, ...]:
    """Parse the file and read its prompts; what is no such file becomes one prompt with a fault."""
    try:
        return tuple(prompts(file, rule, documents.foreign(file.path, file.source.encode())))
    except ConfigurationError as error:
        return (replace(broken(file.path, form, file.source.encode(), error.faults[0]), rule=rule),)


def wrong(document: Document, pointer: Pointer, message: str) -> ConfigurationError:
    """Return the fault of a value that the format does not know."""
    return ConfigurationError(
        [document.fault(pointer, message, "see the format's documentation", id="prompt-malformed")]
    )


def mapping(value: Any) -> dict[str, Any]:
    """Return a mapping as it is, and none for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return a list as it is, and none for anything else."""
    return value if isinstance(value, list) else []


def without(value: dict[str, Any], *silent: Iterable[str]) -> dict[str, Any]:
    """Return what a mapping says beside the keys that are read elsewhere, or that no model is sent."""
    left_out = frozenset().union(*silent)
    return {key: item for key, item in value.items() if key not in left_out}


def role(name: Any) -> Role | None:
    """Return the role that a tool's word for one means, in any case of letters."""
    word = name.lower() if isinstance(name, str) else ""
    return ROLES.get(word) or _ALIASES.get(word)


class Chat(NamedTuple):
    """The messages of a chat, and what each of them says beside its role and its text."""

    turns: tuple[Turn, ...]
    beside: list[dict[str, Any]] | None


def chat(messages: Any) -> Chat | None:
    """Read a list of `{role, content}`; None where it is no such list, or a content is more than text."""
    if not isinstance(messages, list) or not messages:
        return None
    found = [_turn(message) for message in messages]
    read = tuple(turn for turn in found if turn is not None)
    beside = [without(mapping(message), ("role", "content")) for message in messages]
    return Chat(read, beside if any(beside) else None) if len(read) == len(found) else None


def _turn(message: Any) -> Turn | None:
    item = mapping(message)
    known, content = role(item.get("role")), item.get("content")
    return Turn(known, content) if known and isinstance(content, str) else None


def provided(provider: str | None, model: Any) -> str | None:
    """Write a model as `provider/model`, where its file names the provider elsewhere than in it."""
    if not isinstance(model, str) or not model:
        return None
    return f"{provider}/{model}" if provider and not model.startswith(f"{provider}/") else model


def located(path: str, name: str) -> str | None:
    """Return the path that a file means by `name`, seen from its own folder; None outside the repository."""
    found = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    return None if found.startswith(("..", "/")) else found


def text_of(file: File, path: str) -> str | None:
    """Return the text of another file of the repository; None where it is none, or there is none."""
    data = file.load(path)
    try:
        return None if data is None or len(data) > documents.MAX_BYTES else decode(data)
    except UnicodeDecodeError:
        return None


def slug(text: str) -> str:
    """Name a text by its first words."""
    words = _WORD.findall(text[:1_000].lower())[:SLUG_WORDS]
    return "-".join(words)[:MAX_NAME_CHARS] or "text"


def named(names: Iterable[str]) -> Iterator[str]:
    """Yield each name, with a number where it came before: a name is that of one prompt of the file."""
    seen: dict[str, int] = {}
    for name in names:
        short = documents.printable(" ".join(name.replace("#", " ").split()), MAX_NAME_CHARS) or "unnamed"
        seen[short] = seen.get(short, 0) + 1
        yield short if seen[short] == 1 else f"{short}~{seen[short]}"
