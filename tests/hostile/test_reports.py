"""A report.json that anybody may have written, given to `llmgate report`: it is refused, or comes out as inert text."""

import datetime as dt
import json
import random
import re
import types
import typing
from enum import Enum
from xml.etree import ElementTree as ET

import pytest
from pydantic import BaseModel, ValidationError

from llmgate.renderers import codequality, figures, junit, markdown, marks, page, sarif, terminal
from llmgate.report import Looked, Report, SuiteEntry
from llmgate.report.diagnosis import AttributionEntry, Word

HOSTILE = "</script><script>go()</script>\x1b]0;t\x07 ::error::x ##[error]y @all #1 [a](javascript:1) `\u202e|"
AT = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
TEXTS = (HOSTILE, "", "a", "x" * 300 + HOSTILE)
NUMBERS = {int: (0, -1, 1, 7, 2**63, 10**300), float: (0.0, -1.0, 0.5, 1.0, 5e-324, 1e308, -1e308), bool: (True, False)}
CODE = re.compile(r"(?s)(`+)(?!`).*?(?<!`)\1(?!`)|<code>.*?</code>")


def made(kind, lot):
    """Make any value that a field of a report may have, of JSON."""
    if kind is Word:
        return lot.choice(("prompt", "[redacted]"))
    inner = typing.get_args(kind)
    return joined(typing.get_origin(kind), inner, lot) if inner else single(kind, lot)


def joined(origin, inner, lot):
    if origin is tuple:
        return [made(each, lot) for each in (inner[:1] * lot.randrange(4) if inner[-1] is Ellipsis else inner)]
    if origin is dict:
        return {made(inner[0], lot): made(inner[1], lot) for _ in range(lot.randrange(3))}
    if origin is typing.Literal:
        return lot.choice(inner)
    return made(lot.choice((*inner[:1] * 3, *inner)), lot)


def single(kind, lot):
    if issubclass(kind, BaseModel):
        fields = [(name, each) for name, each in kind.model_fields.items() if each.is_required() or lot.random() < 0.8]
        return {field.alias or name: made(field.annotation, lot) for name, field in fields}
    if issubclass(kind, Enum):
        return lot.choice([each.value for each in kind])
    return None if kind is types.NoneType else lot.choice(NUMBERS.get(kind, TEXTS))


def reports(number):
    for seed in range(number):
        yield Report.model_validate_json(json.dumps(made(Report, random.Random(seed))))


@pytest.mark.trust("markdown")
@pytest.mark.trust("page")
def test_whatever_a_report_says_it_is_rendered_as_inert_text():
    for report in reports(150):
        summary, shown = markdown.summary(report), terminal.render(report, width=80, colour=False)
        html = page.render(report)
        sarif.render(marks.of(report), report.version)
        codequality.render(marks.of(report))
        ET.fromstring(junit.render(report, AT))
        assert "<script>go" not in html
        assert not re.search("[\x1b\x07\u202e]", summary + shown)
        assert not re.search("@all|javascript:|<script", CODE.sub("", summary))
        assert not re.search(r"(?m)^\s*::|##\[", shown)


@pytest.mark.parametrize("word", ["@all", "a b", "[a](b)", "\x1b", "a" * 21, "prompt\n"])
def test_what_stands_in_the_place_of_a_word_of_ours_is_refused(word):
    for fields in ({"open": [word]}, {"shares": {word: 0.5}}, {"arms": [{"head": [word]}]}):
        with pytest.raises(ValidationError):
            AttributionEntry.model_validate(fields)
    with pytest.raises(ValidationError):
        Looked(searched=(word,))


def test_numbers_beyond_all_measure_are_drawn_and_written():
    suite = SuiteEntry(
        fixtures=1, compared=1, identical=0, base_rate=1.0, head_rate=0.0, difference=-1.0, interval=(-1e308, 1e308)
    )
    for limit in (1e308, 0.0, -1.0):
        drawn = suite.model_copy(update={"block_at": limit, "looks": (1e308, 0.0)})
        found = Report(version="1", verdict="passed", exit_code=0, reasons=(), suite=drawn)
        assert "Evidence over rounds" in page.render(found)
    assert figures.p_value(1e308) == "p = 1.00"
