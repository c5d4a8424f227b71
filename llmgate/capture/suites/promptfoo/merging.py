"""A test with the defaults and the scenario around it → one test, with every check and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from llmgate.capture.suites import graders
from llmgate.capture.suites.case import Lost
from llmgate.capture.suites.folder import Folder, Unread
from llmgate.capture.suites.part import Part, dereferenced

_READ = frozenset({"$ref", "description", "vars", "assert", "options", "threshold", "metadata", "providerOutput"}) | {
    "prompts",
    "providers",
}
_SILENT_OPTIONS = frozenset(
    {"disableVarExpansion", "disableDefaultAsserts", "disableConversationVar", "runSerially", "repeat"}
)
_AROUND = frozenset({"prefix", "suffix"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """All that promptfoo knows of a test once its defaults are in it."""

    part: Part
    title: str = ""
    variables: dict[str, JsonValue] = field(default_factory=dict)
    checks: tuple[Part, ...] = ()
    threshold: Any = None
    metadata: dict[str, JsonValue] = field(default_factory=dict)
    expands: bool = True
    output: Any = None
    prompts: Part | None = None
    providers: Part | None = None
    lost: tuple[Lost, ...] = ()


def merged(default: Part, around: Sequence[Part], test: Part, root: Part, files: Folder) -> Test:
    """Put a test together, the default first: later variables and options win, checks add up."""
    parts = (default, *around, test)
    options = {key: item for part in parts for key, item in part.at("options").mapping.items()}
    checked = parts[1:] if options.get("disableDefaultAsserts") is True else parts
    checks = [_check(each, root) for part in checked for each in part.at("assert").items()]
    graded = any(graders.asks_a_model(each.value) for each in checks if isinstance(each, Part))
    silent = _SILENT_OPTIONS if graded else _SILENT_OPTIONS | graders.OPTIONS
    lost = [each for part in parts for each in _lost(part, silent | _AROUND if part is default else silent)]
    variables: dict[str, JsonValue] = {}
    for part in parts:
        found, missing = _variables(part.at("vars"), files)
        variables |= found
        lost += missing
    lost += [each for each in checks if isinstance(each, Lost)]
    return Test(
        part=test,
        title=": ".join(str(text) for part in parts[1:] if (text := part.mapping.get("description"))),
        variables=variables,
        checks=tuple(each for each in checks if isinstance(each, Part)),
        threshold=next((part.mapping["threshold"] for part in reversed(parts) if _has(part, "threshold")), None),
        metadata={key: item for part in parts for key, item in part.at("metadata").mapping.items()},
        expands=options.get("disableVarExpansion") is not True,
        output=next((part.mapping["providerOutput"] for part in reversed(parts) if _has(part, "providerOutput")), None),
        prompts=next((part.at("prompts") for part in reversed(parts) if _has(part, "prompts")), None),
        providers=next((part.at("providers") for part in reversed(parts) if _has(part, "providers")), None),
        lost=tuple(lost),
    )


def _has(part: Part, key: str) -> bool:
    return part.mapping.get(key) is not None


def _check(part: Part, root: Part) -> Part | Lost:
    found = dereferenced(part, root)
    return found or part.lost(f"assertion: the reference {str(part.mapping.get('$ref'))[:80]!r} leads nowhere")


def _lost(part: Part, silent: frozenset[str]) -> list[Lost]:
    """List what a test says beside what is read; the prefix and suffix of the defaults are the prompt's."""
    own = [key for key, item in part.mapping.items() if key not in _READ and item is not None]
    options = part.at("options")
    told = [key for key, item in options.mapping.items() if key not in silent and item is not None]
    lost = [part.at(key).lost(f"`{key}` of the test") for key in own]
    return lost + [options.at(key).lost(f"`options.{key}` of the test") for key in told]


def _variables(part: Part, files: Folder) -> tuple[dict[str, JsonValue], list[Lost]]:
    """Return the variables, those in files that are named in their place too."""
    if isinstance(part.value, dict):
        return {str(name): value for name, value in part.value.items()}, []
    found: dict[str, JsonValue] = {}
    lost = []
    for item in part.items():
        try:
            value = files.value(files.path(item.value)) if isinstance(item.value, str) else None
        except Unread as error:
            lost.append(item.lost(f"the variables: {error}"))
            continue
        if isinstance(value, dict):
            found |= value
        else:
            lost.append(item.lost("the variables: no mapping, and no file of one"))
    return found, lost
