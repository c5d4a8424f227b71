"""Suites of cases → the text of a JUnit XML document, in which every text is one that XML 1.0 allows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree as ET

from llmgate.renderers import inert

MAX_NAME_CHARS = 300
MAX_MESSAGE_CHARS = 1_000
MAX_TEXT_CHARS = 20_000
_HOST = "localhost"  # what the schema says to write where a host means nothing


class Outcome(StrEnum):
    """How a case ended; but for `passed` the name of its element."""

    PASSED = "passed"
    FAILED = "failure"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test. `kind` is what failed, `message` says it in a line, `text` with all that is known."""

    name: str
    outcome: Outcome = Outcome.PASSED
    kind: str = ""
    message: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Tests of one name. `group` is their class; `printed` are lines that belong to none of the tests alone."""

    name: str
    group: str
    cases: tuple[Case, ...]
    seconds: float = 0.0
    properties: tuple[tuple[str, str], ...] = ()
    printed: tuple[str, ...] = ()


def written(suites: Iterable[Suite], at: dt.datetime) -> str:
    """Write the document; `at` is the time of all suites."""
    root = ET.Element("testsuites")
    for index, suite in enumerate(suites):
        root.append(_suite(suite, index, at))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(suite: Suite, index: int, at: dt.datetime) -> ET.Element:
    counted = Counter(case.outcome for case in suite.cases)
    element = ET.Element(
        "testsuite",
        name=_name(suite.name),
        package="llmgate",
        id=str(index),
        timestamp=at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        hostname=_HOST,
        tests=str(len(suite.cases)),
        failures=str(counted[Outcome.FAILED]),
        errors=str(counted[Outcome.ERROR]),
        skipped=str(counted[Outcome.SKIPPED]),
        time=f"{suite.seconds:.3f}",
    )
    properties = ET.SubElement(element, "properties")
    for name, value in suite.properties:
        ET.SubElement(properties, "property", name=name, value=inert.line(value, MAX_NAME_CHARS))
    element.extend(_case(case, suite) for case in suite.cases)
    ET.SubElement(element, "system-out").text = inert.block("\n".join(suite.printed), MAX_TEXT_CHARS)
    ET.SubElement(element, "system-err")
    return element


def _case(case: Case, suite: Suite) -> ET.Element:
    time = suite.seconds if len(suite.cases) == 1 else 0.0
    element = ET.Element("testcase", name=_name(case.name), classname=_name(suite.group), time=f"{time:.3f}")
    if case.outcome is not Outcome.PASSED:
        ended = ET.SubElement(element, case.outcome.value, message=inert.line(case.message, MAX_MESSAGE_CHARS))
        ended.text = inert.block(case.text, MAX_TEXT_CHARS)
        if case.outcome is not Outcome.SKIPPED:
            ended.set("type", _name(case.kind))
    return element


def _name(text: str) -> str:
    return inert.line(text, MAX_NAME_CHARS) or inert.EMPTY
