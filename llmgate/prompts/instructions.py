"""Instructions for developers' tools (`AGENTS.md`, `SKILL.md`, Copilot, Cursor) → one text, reported and not gated.

They steer the tools that write the code, not the product. A file that `surface.prompts` names is read as Markdown
instead, and is gated. Of the front matter the description is sent; tools and model are compared as such, a licence and
metadata are not.
https://agentskills.io/specification
https://docs.github.com/en/copilot/how-tos/configure-custom-instructions
"""

from __future__ import annotations

import re
from typing import Any

from llmgate import documents
from llmgate.errors import ConfigurationError, Fault
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn, broken

FORMAT = Format.INSTRUCTIONS

_NAMED = Rule("instructions.name", "the file's name is that of instructions for a developer's tool")
_FILES = re.compile(
    r"(^|/)(AGENTS(\.override)?\.md|CLAUDE(\.local)?\.md|GEMINI\.md|SKILL\.md|copilot-instructions\.md|"
    r"[^/]+\.instructions\.md|\.cursorrules|\.windsurfrules|\.clinerules|"
    r"\.github/(prompts/[^/]+\.prompt|chatmodes/[^/]+\.chatmode|agents/[^/]+)\.md|"
    r"\.(cursor|windsurf|roo)/rules(-\w+)?/(.+/)?[^/]+\.(mdc|md|txt)|\.clinerules/[^/]+\.(md|txt)|"
    r"\.claude/(agents|commands|rules)/(.+/)?[^/]+\.md)$"
)
_FRONT = re.compile(r"---[ \t]*\n(?P<yaml>(?:(?!---[ \t]*(?:\n|$)).*\n)*?)---[ \t]*(?:\n|$)")
_GLOBS = re.compile(r"^(globs|applyTo):[ \t]*(\*[^\n']*)$", re.MULTILINE)
_SILENT = frozenset({"name", "license", "metadata", "version", "author", "color", "title"})
_TOOLS = ("allowed-tools", "allowed_tools", "tools", "disallowedTools")


def recognise(path: str, head: str) -> Rule | None:  # noqa: ARG001 - the name alone tells
    return _NAMED if _FILES.search(path) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    front = _FRONT.match(file.source)
    if front is None:
        return (_prompt(file, rule, {}, file.source, 1),)
    try:
        settings = _settings(file.path, front["yaml"])
    except ConfigurationError as error:
        return (broken(file.path, FORMAT, file.source.encode(), _shifted(error.faults[0])),)
    line = file.source.count("\n", 0, front.end()) + 1
    return (_prompt(file, rule, settings, file.source[front.end() :], line),)


def _settings(path: str, yaml: str) -> dict[str, Any]:
    document = documents.read(f"{path}.yaml", _quoted(yaml).encode())
    if document.value is None:
        return {}
    if not isinstance(document.value, dict):
        raise ConfigurationError(
            [document.fault((), "the front matter is no mapping", "write `key: value` lines", id="prompt-malformed")]
        )
    return document.value


def _quoted(yaml: str) -> str:
    """Cursor writes `globs: *.py` without quotes, which is no YAML."""
    return _GLOBS.sub(lambda each: f"{each[1]}: '{each[2]}'", yaml)


def _shifted(fault: Fault) -> Fault:
    """Count lines from the top of the file, and name the file itself."""
    return Fault(
        file=fault.file.removesuffix(".yaml"),
        line=fault.line + 1,
        message=fault.message,
        id=fault.id,
        remedy=fault.remedy,
    )


def _prompt(file: File, rule: Rule, settings: dict[str, Any], body: str, line: int) -> Prompt:
    description, model = settings.get("description"), settings.get("model")
    said = [text for text in (description, body) if isinstance(text, str) and text.strip()]
    told = {"description", "model", *_TOOLS} if isinstance(model, (str, type(None))) else {"description", *_TOOLS}
    rest = {key: value for key, value in settings.items() if key not in _SILENT | told}
    tools = {key: settings[key] for key in _TOOLS if key in settings}
    found = Found(
        format=FORMAT,
        syntax=Syntax.VERBATIM,
        turns=tuple(Turn(None, text) for text in said) or (Turn(None, body),),
        line=line,
        rule=rule,
        model=model if isinstance(model, str) else None,
        tools=tools or None,
        beside=rest or None,
        gated=False,
    )
    return compose(file, found)
