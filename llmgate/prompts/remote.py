"""A reference to a prompt that is kept in a registry → a Prompt without a text, and how firmly the reference holds it.

| registry    | pinned                     | floating                                     | page    |
|-------------|----------------------------|----------------------------------------------|---------|
| `mlflow`    | `prompts:/name/3`          | `prompts:/name@alias`, no version            | [1]     |
| `langfuse`  | `version=3`                | a label; neither: the label `production`     | [2]     |
| `langsmith` | `owner/name:` and a commit | a tag, or nothing: the latest commit         | [3]     |
| `datadog`   | `version=3`                | a label; neither: the latest                 | [4]     |
| `openai`    |                            |                                              | [5]     |

[1] https://mlflow.org/docs/latest/genai/prompt-registry
[2] https://langfuse.com/docs/prompt-management/features/prompt-version-control
[3] https://docs.langchain.com/langsmith/manage-prompts
[4] https://docs.datadoghq.com/llm_observability/configure/prompt_management/
[5] https://developers.openai.com/api/docs/guides/prompting/migrate-from-prompt-object

OpenAI shuts its prompts down, so a `pmpt_…` is retired whatever its version. The call that fetches a prompt is found by
the format of the file that it stands in; in files of settings, references that are written as one text are found here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn

FORMAT = Format.REMOTE
MLFLOW_SCHEME = "prompts:/"
OPENAI_PREFIX = "pmpt_"
OPENAI_ENDS = dt.date(2026, 11, 30)

_SETTING = Rule("remote.setting", "a setting refers to a prompt in a registry")
_FILES = re.compile(r"(\.(ya?ml|toml|json|ini|cfg|conf|properties)|(^|/)\.env(\.[\w.-]+)?|\.env)$", re.IGNORECASE)
_WRITTEN = re.compile(r"prompts:/{1,2}[\w.-]{1,200}(?:/\d{1,9}|@[\w.-]{1,100})|\bpmpt_[0-9a-fA-F]{16,80}\b")
_MLFLOW = re.compile(r"prompts:/{1,2}(?P<name>[^/@\s]+)(?:/(?P<version>\d+)|@(?P<alias>[^/@\s]+))?")
_COMMIT = re.compile(r"[0-9a-f]{8,64}")


class Hold(StrEnum):
    """How firmly a reference names one text."""

    PINNED = "pinned"
    FLOATING = "floating"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A prompt in a registry: `written` is the whole reference in one text, `ends` the registry's last day."""

    registry: str
    name: str
    written: str
    hold: Hold
    reason: str
    remedy: str = ""
    ends: dt.date | None = None


def mlflow(name: str, version: str | None = None) -> Reference:
    """`prompts:/name/3`, `prompts:/name@alias`, or a name and a version."""
    match = _MLFLOW.fullmatch(name)
    pinned = (match and match["version"]) or _number(version)
    if pinned:
        bare = match["name"] if match else name
        return _pinned("mlflow", bare, f"{MLFLOW_SCHEME}{bare}/{pinned}", f"it names version {pinned}")
    bare, alias = (match["name"], match["alias"]) if match else (name, None)
    written = f"{MLFLOW_SCHEME}{bare}@{alias}" if alias else f"{name} version={version}" if version else name
    reason = f"the alias {alias!r} can be moved to another version" if alias else "it names no version"
    return _floating("mlflow", bare, written, reason, f"write {MLFLOW_SCHEME}{bare}/ and the number of a version")


def langfuse(name: str, version: str | None = None, label: str | None = None) -> Reference:
    return _numbered("langfuse", name, version, label, "without a version the label `production` is served")


def datadog(name: str, version: str | None = None, label: str | None = None) -> Reference:
    return _numbered("datadog", name, version, label, "without a version the latest is served")


def langsmith(identifier: str) -> Reference:
    """`owner/name:commit`; a tag is no commit, and can be moved."""
    name, _, commit = identifier.partition(":")
    if _COMMIT.fullmatch(commit):
        return _pinned("langsmith", name, identifier, f"it names commit {commit}")
    reason = f"the tag {commit!r} can be moved to another commit" if commit else "it names no commit"
    return _floating("langsmith", name, identifier, reason, f"write {name}: and the hash of a commit")


def openai(identifier: str, version: str | None = None) -> Reference:
    return Reference(
        registry="openai",
        name=identifier,
        written=f"{identifier} version={version}" if version else identifier,
        hold=Hold.RETIRED,
        reason=f"OpenAI shuts reusable prompts down on {OPENAI_ENDS}",
        remedy="move its text into the repository",
        ends=OPENAI_ENDS,
    )


def written(text: str) -> Reference | None:
    """Return what a text refers to, where it is a reference as a whole, in whatever registry."""
    if text.startswith(MLFLOW_SCHEME) and _MLFLOW.fullmatch(text):
        return mlflow(text)
    return openai(text) if text.startswith(OPENAI_PREFIX) else None


def pin(prompt: Prompt) -> Reference | None:
    """Return how firmly the reference that a prompt is holds its text; None for a prompt that is none."""
    if prompt.format is not FORMAT or not prompt.turns:
        return None
    name, version, label = _parts(prompt.turns[0].text)
    numbered = {"langfuse": langfuse, "datadog": datadog}
    if prompt.elsewhere in numbered:
        return numbered[prompt.elsewhere](name, version, label)
    simple = {"mlflow": mlflow, "openai": openai}
    return simple[prompt.elsewhere](name, version) if prompt.elsewhere in simple else langsmith(name)


def _parts(text: str) -> tuple[str, str | None, str | None]:
    """Take a reference apart: the name, and the version or the label."""
    name, found, value = text.rpartition(" version=")
    if found:
        return name, value, None
    name, found, value = text.rpartition(" label=")
    return (name, None, value) if found else (text, None, None)


def prompts(file: File, found: Iterable[tuple[int, Reference]], rule: Rule) -> Iterator[Prompt]:
    """Make the prompts of references and their lines: one that a file has twice is one, another version `name~2`."""
    seen: Counter[str] = Counter()
    known: set[tuple[str, str]] = set()
    for line, reference in found:
        if (key := (reference.registry, reference.written)) in known:
            continue
        known.add(key)
        name = f"{reference.registry}:{reference.name}"
        seen[name] += 1
        yield compose(file, _found(reference, f"{name}~{seen[name]}" if seen[name] > 1 else name, line, rule))


def _found(reference: Reference, name: str, line: int, rule: Rule) -> Found:
    return Found(
        format=FORMAT,
        syntax=Syntax.VERBATIM,
        turns=(Turn(None, reference.written),),
        name=name,
        line=line,
        rule=rule,
        beside={"reference": reference.written, "pin": reference.hold.value, "reason": reference.reason},
        partial=True,
        elsewhere=reference.registry,
    )


def recognise(path: str, head: str) -> Rule | None:
    return _SETTING if _FILES.search(path) and _WRITTEN.search(head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    found = [
        (number, reference)
        for number, line in enumerate(file.source.split("\n"), start=1)
        if not line.lstrip().startswith(("#", "//", ";"))
        for match in _WRITTEN.finditer(line.partition(" #")[0])
        if (reference := written(match.group()))
    ]
    return tuple(prompts(file, found, rule))


def _numbered(registry: str, name: str, version: str | None, label: str | None, otherwise: str) -> Reference:
    number = _number(version)
    if number:
        return _pinned(registry, name, f"{name} version={number}", f"it names version {number}")
    remedy = "give the number of a version"
    if label:
        reason = f"the label {label!r} can be moved to another version"
        return _floating(registry, name, f"{name} label={label}", reason, remedy)
    if version:
        reason = f"its version is {version}, which only the program knows"
        return _floating(registry, name, f"{name} version={version}", reason, remedy)
    return _floating(registry, name, name, otherwise, remedy)


def _number(version: str | None) -> str:
    return version if version and version.isdecimal() else ""


def _pinned(registry: str, name: str, text: str, reason: str) -> Reference:
    return Reference(registry=registry, name=name, written=text, hold=Hold.PINNED, reason=reason)


def _floating(registry: str, name: str, text: str, reason: str, remedy: str) -> Reference:
    return Reference(registry=registry, name=name, written=text, hold=Hold.FLOATING, reason=reason, remedy=remedy)
