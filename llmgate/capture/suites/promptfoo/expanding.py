"""A test whose variables are lists and files → one case for each combination, its checks in llmgate's words."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator
from typing import Any

from pydantic import JsonValue

from llmgate.capture.suites import checks, folder, values
from llmgate.capture.suites.case import Case, Lost
from llmgate.capture.suites.folder import Folder, Unread
from llmgate.capture.suites.promptfoo.merging import Test
from llmgate.capture.suites.values import Unfilled

_BINARY = (
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg"),
    *(".pdf", ".xlsx", ".mp3", ".wav", ".ogg", ".mp4", ".webm"),
)


def combinations(test: Test) -> int:
    """Count the cases that a test becomes, before any is made."""
    return math.prod(len(_choices(value, expands=test.expands)) for value in test.variables.values())


def cases(test: Test, files: Folder) -> Iterator[Case]:
    """Yield the cases: a list of texts stands for each of them, a name with wildcards for each file."""
    lost: list[Lost] = []
    choices = {
        name: [read for each in _choices(value, expands=test.expands) for read in _read(name, each, test, files, lost)]
        for name, value in test.variables.items()
    }
    for chosen in itertools.product(*choices.values()):
        yield _case(test, dict(zip(choices, chosen, strict=True)), (*test.lost, *lost), files)


def _choices(value: JsonValue, *, expands: bool) -> list[JsonValue]:
    return list(value) if expands and isinstance(value, list) and value and isinstance(value[0], str) else [value]


def _read(name: str, value: JsonValue, test: Test, files: Folder, lost: list[Lost]) -> list[JsonValue]:
    """Read the files that a value names: text as it is, YAML as the JSON that promptfoo makes of it."""
    if not isinstance(value, str) or not value.startswith(("file://", "package:")):
        return [value]
    where = test.part.at("vars", name)
    if value.startswith("package:") or folder.is_code(value):
        lost.append(where.lost(f"the variable {name[:80]!r}: the program {folder.shown(value)} makes it"))
        return [""]
    try:
        return [_content(path, files) for path in files.matching(value)]
    except Unread as error:
        lost.append(where.lost(f"the variable {name[:80]!r}: {error}"))
        return [""]


def _content(path: str, files: Folder) -> str:
    if path.lower().endswith(_BINARY):
        raise Unread(f"{folder.shown(path)} is no text")
    if path.endswith((".yaml", ".yml")):
        return json.dumps(files.value(path), ensure_ascii=False, separators=(",", ":"))
    return files.text(path).strip()


def _case(test: Test, variables: dict[str, JsonValue], lost: tuple[Lost, ...], files: Folder) -> Case:
    found = list(lost)
    try:
        variables = values.resolved(variables)
    except Unfilled as error:
        found.append(test.part.at("vars").lost(str(error)))
    files.spend(*variables.values())
    made: list[dict[str, Any]] = []
    for part in test.checks:
        place = checks.Place(file=part.document.path, line=part.line, folder=files, variables=variables)
        checked = checks.taken(part.value, place)
        made += [checked.made] if checked.made is not None else []
        found += checked.lost
    threshold = _threshold(test, found)
    return Case(
        file=test.part.document.path,
        line=test.part.line,
        title=_title(test, variables, found),
        variables=variables,
        checks=tuple(made),
        threshold=threshold,
        output=_output(test, found),
        metadata=test.metadata,
        lost=tuple(dict.fromkeys(found)),
    )


def _title(test: Test, variables: dict[str, JsonValue], lost: list[Lost]) -> str:
    try:
        return values.filled(test.title, variables)
    except Unfilled as error:
        lost.append(test.part.lost(f"the description: {error}"))
        return test.title


def _threshold(test: Test, lost: list[Lost]) -> float | None:
    value = test.threshold
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    lost.append(test.part.lost(f"the threshold {str(value)[:40]!r}: it must be above 0, and 1 at most"))
    return None


def _output(test: Test, lost: list[Lost]) -> str | None:
    """Keep a recorded output for people: promptfoo grades it, and llmgate what the model answers now."""
    if test.output is None:
        return None
    lost.append(test.part.lost("`providerOutput`: the recorded output is kept under `observed`, the model is asked"))
    return test.output if isinstance(test.output, str) else json.dumps(test.output, ensure_ascii=False)
