"""promptfoo's configuration → its cases, and who they are sent to.

https://www.promptfoo.dev/docs/configuration/reference/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from llmgate import documents
from llmgate.capture.suites.case import MAX_CASES, Case, Lost, Sender, Suite
from llmgate.capture.suites.folder import Folder, Unread
from llmgate.capture.suites.part import Part, dereferenced
from llmgate.capture.suites.promptfoo import expanding, listing, merging, pairs, senders
from llmgate.errors import ConfigurationError
from llmgate.prompts import Format, Load, catalogue

_BESIDE = (("derivedMetrics",), ("env",), ("evaluateOptions", "repeat"))
_PROGRAMS = ("extensions", "nunjucksFilters", "redteam")
_OF_PROVIDERS = ("transform", "transformRequest", "transformResponse")


def read(path: str, files: Folder) -> Suite:
    """Read a suite.

    Raises:
        ConfigurationError: where the file is none, or has more cases than are imported.
    """
    document = files.document(path)
    root = Part(document=document, pointer=(), value=document.value)
    if not root.mapping:
        raise ConfigurationError(
            [document.fault((), "promptfoo's configuration must be a mapping", "name another", id="not-this-format")]
        )
    load = _loading(files)
    found, lost = senders.of(catalogue.read(path, files.data(path), load, form=Format.PROMPTFOO), files)
    found, unknown = pairs.of_providers(root, found)
    around = (*_around(root), *unknown)
    found = tuple(replace(each, lost=(*around, *each.lost)) for each in found)
    more: list[Lost] = [*around, *_beside(root)]
    cases: list[Case] = []
    for each in _cases(root, files, found):
        if isinstance(each, Lost):
            more.append(each)
        else:
            cases.append(each)
    return Suite(path=path, cases=tuple(cases), senders=found, lost=tuple(dict.fromkeys([*lost, *more])))


def _around(root: Part) -> Iterator[Lost]:
    """List what promptfoo does with every answer or prompt beside what the tests say."""
    yield from (root.at(key).lost(f"`{key}`") for key in _PROGRAMS if root.mapping.get(key))
    for name in ("providers", "targets"):
        for provider in root.at(name).items():
            entry = provider
            if len(provider.mapping) == 1 and "id" not in provider.mapping:
                entry = provider.at(next(iter(provider.mapping)))
            told = [key for key in _OF_PROVIDERS if entry.mapping.get(key)]
            yield from (entry.at(key).lost(f"`{key}` of the provider") for key in told)


def _beside(root: Part) -> Iterator[Lost]:
    """List what bears on a run as a whole: no fixture lacks anything by it."""
    found = ((".".join(keys), root.at(*keys)) for keys in _BESIDE)
    yield from (part.lost(f"`{name}`") for name, part in found if part.value)


def _loading(files: Folder) -> Load:
    def load(path: str) -> bytes | None:
        try:
            return files.data(path) if path in files.paths else None
        except Unread:
            return None

    return load


def _cases(root: Part, files: Folder, found: tuple[Sender, ...]) -> Iterator[Case | Lost]:
    default = _default(root, files)
    if isinstance(default, Lost):
        yield default
        default = root.at("defaultTest", "nothing")
    count = 0
    for test in _tests(default, root, files):
        if isinstance(test, Lost):
            yield test
            continue
        count += expanding.combinations(test)
        _bound(count, test)
        keys, unknown = pairs.of_test(test, found)
        yield from (replace(case, senders=keys, lost=(*case.lost, *unknown)) for case in expanding.cases(test, files))


def _bound(count: int, test: merging.Test) -> None:
    if count > MAX_CASES:
        message = f"the suite has more than {MAX_CASES} cases"
        where = documents.fault(
            test.part.document.path, test.part.line, message, "split it, and import each part", id="too-large"
        )
        raise ConfigurationError([where])


def _default(root: Part, files: Folder) -> Part | Lost:
    part = root.at("defaultTest")
    if not isinstance(part.value, str):
        return dereferenced(part, root) or part.lost("`defaultTest`: its reference leads nowhere")
    try:
        document = files.document(files.path(part.value))
    except Unread as error:
        return part.lost(f"`defaultTest`: {error}")
    return Part(document=document, pointer=(), value=document.value)


def _tests(default: Part, root: Part, files: Folder) -> Iterator[merging.Test | Lost]:
    for test in listing.tests(root.at("tests"), root, files):
        yield test if isinstance(test, Lost) else merging.merged(default, (), test, root, files)
    for scenario in root.at("scenarios").items():
        yield from _scenario(scenario, default, root, files)


def _scenario(scenario: Part, default: Part, root: Part, files: Folder) -> Iterator[merging.Test | Lost]:
    """Yield each test of a scenario with each of its data; without tests the data are the tests."""
    if not scenario.mapping:
        yield scenario.lost("the scenario: it stands in another file, or is no mapping")
        return
    tests = list(listing.tests(scenario.at("tests"), root, files)) or [scenario.at("no test")]
    for data in listing.tests(scenario.at("config"), root, files):
        for test in tests:
            if isinstance(data, Lost):
                yield data
            elif isinstance(test, Lost):
                yield test
            elif test.mapping:
                yield merging.merged(default, (data,), test, root, files)
            else:
                yield merging.merged(default, (), data, root, files)
