"""The `python` assertions of fixtures and a revision → the functions that grade by them.

Files are read from the revision. Code that stands in fixtures is taken where a fixture of the revision has the very
same text: so that whoever decides on the base has seen all that runs, and a pull request brings no code of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from llmgate import documents
from llmgate.assertions import coded
from llmgate.assertions.python import Python
from llmgate.config import Checker, Form
from llmgate.custom import Read, Unread, text
from llmgate.errors import ConfigurationError, Fault
from llmgate.fixture import Fixture
from llmgate.suite import Loaded

MAX_TOTAL_BYTES = 32 * 1024 * 1024
INLINE = "value"

_BEFORE = "import json\ndef main(output, context):\n"
_INDENT = "    "


def known(fixtures: Iterable[Fixture], revision: Loaded, read: Read) -> Mapping[str, Checker]:
    """Find the code that these fixtures ask for, as far as a revision has it; `revision` are its own fixtures.

    Raises:
        ConfigurationError: where they name too many files.
    """
    own = {check.code for stored in revision.fixtures.values() for check in _checks(stored.fixture)}
    wanted = {check.code: check for fixture in fixtures for check in _checks(fixture)}
    files = _texts({check.path for check in wanted.values() if check.path}, read)
    found: dict[str, Checker] = {}
    for code, check in sorted(wanted.items()):
        if check.path is None and code in own:
            found[code] = _inline(check)
        elif check.path is not None and isinstance(source := _function(check, files), str):
            found[code] = Checker(path=check.path, named=check.function, source=source, form=Form.FUNCTION)
    return found


def unreadable(loaded: Loaded, read: Read) -> Iterator[Fault]:
    """Find the fixtures that name a function which their own revision does not have."""
    every = [(stored, check) for stored in loaded.fixtures.values() for check in _checks(stored.fixture) if check.path]
    files = _texts({check.path for _, check in every if check.path}, read)
    for stored, check in every:
        if isinstance(found := _function(check, files), Unread):
            message = f"fixture {stored.fixture.id!r} names {documents.quoted(check.path or '')}, {found.why}"
            yield documents.fault(
                stored.file, stored.line, message, "name a function in a file of the repository", id="missing-file"
            )


def _checks(fixture: Fixture) -> Iterator[Python]:
    return (check for check in coded.among(fixture.assertions) if isinstance(check, Python))


def _texts(paths: Iterable[str], read: Read) -> Mapping[str, str | Unread]:
    """Read the files, each once."""
    found: dict[str, str | Unread] = {}
    left = MAX_TOTAL_BYTES
    for path in sorted(paths):
        found[path] = source = text(path, read)
        left -= len(source) if isinstance(source, str) else 0
        if left < 0:
            message = f"the fixtures name more than {MAX_TOTAL_BYTES // 1024**2} MiB of files of Python"
            raise ConfigurationError([documents.fault(path, 1, message, "name fewer files", id="too-large")])
    return found


def _function(check: Python, files: Mapping[str, str | Unread]) -> str | Unread:
    """Return the text of the file, if it has the function's name at all."""
    found = files[check.path or ""]
    name = check.function.partition(".")[0]
    if isinstance(found, str) and re.search(rf"\b{name}\b", found) is None:
        return Unread(why=f"which has no function {check.function}")
    return found


def _inline(check: Python) -> Checker:
    """Make a function of an expression or of lines, as promptfoo does: lines are indented as the first one that is."""
    lines = check.value.split("\n")
    if len(lines) == 1:
        body = f"{_INDENT}return {check.value}\n"
    else:
        indent = next((found for line in lines if (found := _indentation(line))), _INDENT)
        body = "".join(f"{indent}{line}\n" for line in lines)
    return Checker(path=INLINE, named="main", source=_BEFORE + body, form=Form.FUNCTION, before=_BEFORE.count("\n"))


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())] if line.strip() else ""
