"""YAML, JSON and TOML text from a pull request → plain values that know their line numbers, or faults.

Hostile input is refused before it is built: no anchors, aliases, merge keys or tags, no repeated keys, bounded size,
depth and number of values, finite numbers only. One file per format. In other tools' files (`foreign`) aliases and
merge keys are expanded within the same bounds, and tags are kept as text.
"""

from __future__ import annotations

from llmgate.documents import json, toml, yaml
from llmgate.documents.complaints import MAX_FAULTS, bounded, faults
from llmgate.documents.document import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NUMBER_CHARS,
    Document,
    Pointer,
    Refused,
    fault,
    is_unicode,
    printable,
    quoted,
    refusal,
)

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_FAULTS",
    "MAX_NUMBER_CHARS",
    "Document",
    "Pointer",
    "bounded",
    "fault",
    "faults",
    "foreign",
    "is_unicode",
    "printable",
    "quoted",
    "read",
]


def read(path: str, data: bytes) -> Document:
    """Parse by the file's ending: `.json` (and `llmgate.lock`, which is JSON), `.toml`, otherwise YAML.

    Raises:
        ConfigurationError: with the file, the line and the remedy.
    """
    return _read(path, data, yaml.read)


def foreign(path: str, data: bytes) -> Document:
    """Parse another tool's file, whose YAML may have anchors, aliases, merge keys and tags; one document a file.

    Raises:
        ConfigurationError: with the file, the line and the remedy.
    """
    return _read(path, data, yaml.read_foreign)


def _read(path: str, data: bytes, as_yaml: yaml.Read) -> Document:
    if len(data) > MAX_BYTES:
        raise refusal(
            path, 1, f"the file has {len(data)} bytes; at most {MAX_BYTES} are read", "split it", id="too-large"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refusal(path, line, "the file is not UTF-8", "save it as UTF-8", id="not-utf8") from error
    try:
        value, lines = _reader(path, as_yaml)(text)
    except Refused as refused:
        raise refusal(path, refused.line, refused.message, refused.remedy, id=refused.id) from refused
    return Document(path=path, value=value, lines=lines)


def _reader(path: str, as_yaml: yaml.Read) -> yaml.Read:
    if path.endswith((".json", "llmgate.lock")):
        return json.read
    return toml.read if path.endswith(".toml") else as_yaml
