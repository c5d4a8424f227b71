"""`${file:…}` in the values of a file → what stands in the file that it names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from llmgate import documents
from llmgate.catalogue import Id
from llmgate.documents import Document, Pointer
from llmgate.errors import ConfigurationError, NotEvaluated
from llmgate.prompts.prompt import File, decode

_FILE = re.compile(r"\$\{file:([^}]{1,500})\}", re.IGNORECASE)


def resolved(file: File, values: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """Put the contents of files in the places of their names; JSON and YAML as values, other files as text.

    Raises:
        ConfigurationError: where a file is not there, cannot be read, or stands outside the prompt's folder.
    """
    return {key: _with(file, item, (key,), document) for key, item in values.items()}


def _with(file: File, value: Any, pointer: Pointer, document: Document) -> Any:
    match value:
        case dict():
            return {key: _with(file, item, (*pointer, key), document) for key, item in value.items()}
        case list():
            return [_with(file, item, (*pointer, place), document) for place, item in enumerate(value)]
        case str() if match := _FILE.fullmatch(value):
            return _content(file, match[1], pointer, document)
        case _:
            return value


def _content(file: File, name: str, pointer: Pointer, document: Document) -> Any:
    folder = posixpath.dirname(file.path)
    path = posixpath.normpath(posixpath.join(folder, name))
    if not path.startswith(f"{folder}/" if folder else "") or path.startswith(("/", "..")):
        raise _wrong(document, pointer, f"{name!r} is outside the prompt's folder", "move it there", id="missing-file")
    try:
        data = file.load(path)
        if data is None:
            raise _wrong(
                document, pointer, f"there is no file {path!r}", "correct the name, or add it", id="missing-file"
            )
        return documents.read(path, data).value if path.endswith((".json", ".yaml", ".yml")) else decode(data)
    except UnicodeDecodeError as error:
        raise _wrong(document, pointer, f"{path!r} is not UTF-8", "save it as UTF-8", id="not-utf8") from error
    except NotEvaluated as error:
        raise _wrong(
            document, pointer, f"{path!r}: {error.message}", "name a text of the repository", id=error.id
        ) from error


def _wrong(document: Document, pointer: Pointer, message: str, remedy: str, *, id: Id) -> ConfigurationError:
    return ConfigurationError([document.fault(pointer, message, remedy, id=id)])
