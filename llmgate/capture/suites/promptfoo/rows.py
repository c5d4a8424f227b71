"""CSV and JSON lines → tests as promptfoo writes them in YAML, each with the line on which it begins.

https://www.promptfoo.dev/docs/configuration/test-cases/#csv-format
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from llmgate import documents
from llmgate.capture.suites.case import MAX_CASES, Lost
from llmgate.capture.suites.folder import Unread
from llmgate.capture.suites.part import Part
from llmgate.capture.suites.promptfoo import expected
from llmgate.documents import Document
from llmgate.errors import ConfigurationError

MAX_CELL_CHARS = 100_000
MAX_COLUMNS = 1_000

_CONFIG = re.compile(r"__config:__expected(\d{0,4}):threshold")
_COMMA = re.compile(r"(?<!\\),")
_OPTIONS = {"__prefix": "prefix", "__suffix": "suffix"}
_TEXTS = {"__description": "description", "__providerOutput": "providerOutput"}


def of_csv(path: str, text: str) -> Iterator[Part | Lost]:
    """Yield a test for each row; a row that is none is lost, with its line.

    Raises:
        Unread: where the file has no header, or more rows than are read.
    """
    rows = _rows(path, text)
    header = next(rows, None)
    if header is None or isinstance(header, Lost):
        raise Unread(header.what if header else f"{documents.quoted(path)} is empty")
    _, names = header
    if len(names) > MAX_COLUMNS or len(set(names)) < len(names):
        raise Unread(f"{documents.quoted(path)}: a column's name is repeated, or there are more than {MAX_COLUMNS}")
    for count, row in enumerate(rows):
        if count == MAX_CASES:
            raise Unread(f"{documents.quoted(path)} has more than {MAX_CASES} rows")
        yield row if isinstance(row, Lost) else _of_row(path, row[0], names, row[1])


def _rows(path: str, text: str) -> Iterator[tuple[int, list[str]] | Lost]:
    """Yield the rows that are not empty, each with its first line; all have as many cells as the first."""
    reader = csv.reader(io.StringIO(text, newline=""))
    width, line = 0, 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Lost(file=path, line=line, what=f"the rest of the file is no CSV: {error}")
            return
        first, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in row):
            continue
        width = width or len(row)
        if len(row) != width:
            yield Lost(file=path, line=first, what=f"the row has {len(row)} cells, the header has {width}")
        elif any(len(cell) > MAX_CELL_CHARS for cell in row):
            yield Lost(file=path, line=first, what=f"a cell has more than {MAX_CELL_CHARS} characters")
        else:
            yield first, row


def _of_row(path: str, line: int, names: Sequence[str], cells: Sequence[str]) -> Part:
    made: dict[str, Any] = {"vars": {}, "options": {}, "metadata": {}}
    checks: list[dict[str, Any]] = []
    thresholds: dict[int, str] = {}
    metric = None
    for name, cell in zip(names, cells, strict=True):
        if name.startswith("__expected"):
            checks += [expected.check(cell.strip())] if cell.strip() else []
        elif match := _CONFIG.fullmatch(name):
            thresholds[int(match[1] or 1) - 1] = cell
        elif name == "__metric":
            metric = cell
        else:
            _put(made, name, cell)
    for place, check in enumerate(checks):
        check.update({"metric": metric} if metric else {})
        check.update({"threshold": thresholds[place].strip()} if thresholds.get(place, "").strip() else {})
    value = {**made, "assert": checks}
    return Part(document=Document(path=path, value=value, lines={(): line}), pointer=(), value=value)


def _put(made: dict[str, Any], name: str, cell: str) -> None:
    key = name.removeprefix("__metadata:")
    if not name.startswith("__"):
        made["vars"][name] = cell
    elif not cell.strip():
        pass
    elif key != name and key.endswith("[]"):
        made["metadata"][key[:-2]] = [each.strip().replace("\\,", ",") for each in _COMMA.split(cell)]
    elif key != name:
        made["metadata"][key] = cell
    elif name in _OPTIONS:
        made["options"][_OPTIONS[name]] = cell
    elif name in _TEXTS:
        made[_TEXTS[name]] = cell
    elif name == "__threshold":
        made["threshold"] = _number(cell)
    else:
        made[name] = cell


def _number(cell: str) -> Any:
    try:
        value = float(cell)
    except ValueError:
        return cell
    return value if math.isfinite(value) else cell


def of_json_lines(path: str, text: str) -> Iterator[Part | Lost]:
    """Yield a test for each line; a line that is no JSON is lost.

    Raises:
        Unread: where there are more than are read.
    """
    count = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        count += 1
        if count > MAX_CASES:
            raise Unread(f"{documents.quoted(path)} has more than {MAX_CASES} tests")
        try:
            value = documents.foreign("line.json", line.encode()).value
        except ConfigurationError as error:
            yield Lost(file=path, line=number, what=error.faults[0].message)
            continue
        yield Part(document=Document(path=path, value=value, lines={(): number}), pointer=(), value=value)
