"""`tests`, in the file or in others → every test with its place; a program that makes tests is not run.

https://www.promptfoo.dev/docs/configuration/test-cases/
"""

from __future__ import annotations

from collections.abc import Iterator

from llmgate.capture.suites import folder
from llmgate.capture.suites.case import Lost
from llmgate.capture.suites.folder import Folder, Unread
from llmgate.capture.suites.part import Part, dereferenced
from llmgate.capture.suites.promptfoo import rows
from llmgate.errors import ConfigurationError

_ELSEWHERE = ("http://", "https://", "huggingface://", "langfuse://", "az://")


def tests(listed: Part, root: Part, files: Folder) -> Iterator[Part | Lost]:
    """Yield the tests of a list; what is no test is lost."""
    for item in listed.items():
        if isinstance(item.value, str):
            yield from _named(item, item.value, root, files)
        elif isinstance(item.mapping.get("path"), str) and "vars" not in item.mapping:
            yield from _named(item, item.mapping["path"], root, files)
        elif (found := dereferenced(item, root)) is not None and found.mapping:
            yield found
        else:
            yield item.lost("a test that is no mapping, or refers to nothing")


def _named(item: Part, name: str, root: Part, files: Folder) -> Iterator[Part | Lost]:
    if folder.is_code(name):
        yield item.lost(f"the tests that the program {folder.shown(name)} makes")
    elif name.startswith(_ELSEWHERE):
        yield item.lost(f"the tests at {folder.shown(name)}")
    else:
        try:
            for path in files.matching(name):
                yield from _of_file(item, path, root, files)
        except Unread as error:
            yield item.lost(str(error))


def _of_file(item: Part, path: str, root: Part, files: Folder) -> Iterator[Part | Lost]:
    lower = path.lower()
    if lower.endswith(".csv"):
        yield from rows.of_csv(path, files.text(path))
    elif lower.endswith(".jsonl"):
        yield from rows.of_json_lines(path, files.text(path))
    elif lower.endswith((".yaml", ".yml", ".json")):
        yield from _of_document(path, root, files)
    else:
        yield item.lost(f"the tests in {folder.shown(path)}: llmgate does not read files of this kind")


def _of_document(path: str, root: Part, files: Folder) -> Iterator[Part | Lost]:
    try:
        document = files.document(path)
    except ConfigurationError as error:
        fault = error.faults[0]
        yield Lost(file=fault.file, line=fault.line, what=f"the tests in this file: {fault.message}")
        return
    for inner in Part(document=document, pointer=(), value=document.value).items():
        if isinstance(inner.value, str):
            yield inner.lost(f"the tests in {folder.shown(inner.value)}, which a file of tests names")
        elif (found := dereferenced(inner, root)) is not None and found.mapping:
            yield found
        else:
            yield inner.lost("a test that is no mapping, or refers to nothing")
